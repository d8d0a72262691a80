package steward.infra;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** The policies in a template. */
final class Policies {
    private final Synthesized stack;
    private final Values values;

    Policies(Synthesized stack) {
        this.stack = stack;
        this.values = new Values(stack);
    }

    /** What a role of the stack, or one of a server, may do. */
    Policy of(String role) {
        List<JsonNode> statements = new ArrayList<>();
        for (JsonNode properties : stack.resources("AWS::IAM::Role").values()) {
            if (properties.path("RoleName").asText().equals(role)) {
                properties.path("Policies").forEach(policy -> statements(policy.path("PolicyDocument"), statements));
            }
        }
        for (JsonNode properties : stack.resources("AWS::IAM::ManagedPolicy").values()) {
            if (values.texts(properties.path("Roles")).contains(role)) {
                statements(properties.path("PolicyDocument"), statements);
            }
        }
        if (statements.isEmpty()) {
            throw new AssertionError("there is no role " + role);
        }
        return new Policy(statements, values);
    }

    /** Who may assume a role. */
    Policy trust(String role) {
        List<JsonNode> statements = new ArrayList<>();
        for (JsonNode properties : stack.resources("AWS::IAM::Role").values()) {
            if (properties.path("RoleName").asText().equals(role)) {
                statements(properties.path("AssumeRolePolicyDocument"), statements);
            }
        }
        return new Policy(statements, values);
    }

    /** The policies of buckets, topics and queues. */
    Policy ofResources() {
        List<JsonNode> statements = new ArrayList<>();
        for (String type : List.of("AWS::S3::BucketPolicy", "AWS::SNS::TopicPolicy", "AWS::SQS::QueuePolicy")) {
            stack.resources(type).values().forEach(policy -> statements(policy.path("PolicyDocument"), statements));
        }
        return new Policy(statements, values);
    }

    private static void statements(JsonNode document, List<JsonNode> into) {
        document.path("Statement").forEach(into::add);
    }
}
