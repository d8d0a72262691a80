package steward.infra;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Values of a template as they will be after deployment; what only AWS knows is made up from the logical id. */
final class Values {
    private final Synthesized stack;

    Values(Synthesized stack) {
        this.stack = stack;
    }

    /** A text, with references filled in. */
    String text(JsonNode value) {
        if (value.isValueNode()) {
            return value.asText();
        }
        Map.Entry<String, JsonNode> function = value.properties().iterator().next();
        JsonNode argument = function.getValue();
        return switch (function.getKey()) {
            case "Ref" -> reference(argument.asText());
            case "Fn::GetAtt" ->
                attribute(argument.get(0).asText(), argument.get(1).asText());
            case "Fn::Join" -> {
                List<String> parts = new ArrayList<>();
                argument.get(1).forEach(part -> parts.add(text(part)));
                yield String.join(argument.get(0).asText(), parts);
            }
            case "Fn::Sub" -> argument.asText().replace("${AWS::URLSuffix}", "amazonaws.com");
            default -> throw new AssertionError("what is " + value + "?");
        };
    }

    /** A text or a list of them. */
    List<String> texts(JsonNode value) {
        if (!value.isArray()) {
            return List.of(text(value));
        }
        List<String> texts = new ArrayList<>();
        value.forEach(element -> texts.add(text(element)));
        return texts;
    }

    private String reference(String id) {
        return switch (id) {
            case "AWS::Partition" -> "aws";
            case "AWS::AccountId" -> stack.client().account();
            case "AWS::Region" -> stack.client().region();
            default -> type(id).equals("AWS::ECS::TaskDefinition") ? arn("ecs", "task-definition/steward-task:1") : id;
        };
    }

    private String attribute(String id, String name) {
        JsonNode properties = stack.json().path("Resources").path(id).path("Properties");
        if (name.equals("GroupId")) {
            return "sg-%017x".formatted(Integer.toUnsignedLong(id.hashCode()));
        }
        if (!name.equals("Arn")) {
            return id + "." + name;
        }
        return switch (type(id)) {
            case "AWS::KMS::Key" -> arn("kms", "key/" + id);
            case "AWS::IAM::Role" ->
                "arn:aws:iam::%s:role/%s"
                        .formatted(
                                stack.client().account(),
                                properties.path("RoleName").asText());
            case "AWS::IAM::OIDCProvider" ->
                "arn:aws:iam::%s:oidc-provider/%s".formatted(stack.client().account(), id);
            case "AWS::Logs::LogGroup" ->
                arn(
                        "logs",
                        "log-group:%s:*"
                                .formatted(properties.path("LogGroupName").asText()));
            case "AWS::S3::Bucket" ->
                "arn:aws:s3:::" + properties.path("BucketName").asText();
            case "AWS::SQS::Queue" -> arn("sqs", properties.path("QueueName").asText());
            case "AWS::Lambda::Function" ->
                arn("lambda", "function:" + properties.path("FunctionName").asText());
            default -> throw new AssertionError("what is the ARN of a " + type(id) + "?");
        };
    }

    private String type(String id) {
        return stack.json().path("Resources").path(id).path("Type").asText();
    }

    private String arn(String service, String resource) {
        return "arn:aws:%s:%s:%s:%s"
                .formatted(service, stack.client().region(), stack.client().account(), resource);
    }
}
