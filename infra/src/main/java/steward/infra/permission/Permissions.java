package steward.infra.permission;

import static steward.infra.permission.Statement.allow;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The table from what a state calls to what its role may do. A call that is not in it fails the synthesis: nobody gets a
 * permission that nobody has thought about.
 */
public final class Permissions {
    private static final Pattern ONE_NAME = Pattern.compile("\\$\\{([A-Za-z]+)}");
    private static final Pattern KEY = Pattern.compile("'Key': (\\$temporary & \\$)}");
    private static final String ECS_RULE = "rule/StepFunctionsGetEventsForECSTaskRule";
    private static final String EXECUTION_RULE = "rule/StepFunctionsGetEventsForStepFunctionsExecutionRule";

    private final Definition definition;
    private final Installation installation;
    private final Place place;

    private Permissions(Definition definition, Installation installation) {
        this.definition = definition;
        this.installation = installation;
        this.place = installation.place();
    }

    /** Exactly what the workflow's states need. */
    public static List<Statement> of(Definition definition, Installation installation) {
        Permissions permissions = new Permissions(definition, installation);
        return definition.calls().stream()
                .flatMap(call -> permissions.of(call).stream())
                .distinct()
                .toList();
    }

    private List<Statement> of(Call call) {
        return switch (call.integration()) {
            case "lambda:invoke" -> List.of(allow("lambda:InvokeFunction", argument(call, "FunctionName")));
            case Definition.START_EXECUTION -> startExecution(argument(call, "StateMachineArn"));
            case "ecs:runTask.sync" -> runTask(call);
            case "sns:publish" -> List.of(allow("sns:Publish", argument(call, "TopicArn")), sendToTopic());
            case "aws-sdk:cloudwatch:putMetricData" ->
                List.of(allow("cloudwatch:PutMetricData", "*").when("StringEquals", "cloudwatch:namespace", "Steward"));
            default -> aboutThings(call);
        };
    }

    private List<Statement> aboutThings(Call call) {
        String integration = call.integration();
        if (integration.startsWith("aws-sdk:rds:")) {
            return DatabasePermissions.of(
                            integration.substring("aws-sdk:rds:".length()), call.arguments(), installation)
                    .orElseThrow(() -> unknown(call));
        }
        if (integration.startsWith("aws-sdk:s3:")) {
            return bucket(call);
        }
        return leftovers(call).orElseThrow(() -> unknown(call));
    }

    /** What a sweep looks at and ends. */
    private Optional<List<Statement>> leftovers(Call call) {
        return switch (call.integration()) {
            case "aws-sdk:sfn:describeExecution" ->
                Optional.of(List.of(allow("states:DescribeExecution", place.executions("*"))));
            case "aws-sdk:sfn:listExecutions" ->
                Optional.of(List.of(allow("states:ListExecutions", place.stateMachine("*"))));
            case "aws-sdk:ecs:listTasks" ->
                // Of all tasks of a cluster: container instances, its only resource, are none of Fargate's.
                Optional.of(List.of(allow("ecs:ListTasks", "*").when("ArnEquals", "ecs:cluster", place.cluster())));
            case "aws-sdk:ecs:describeTasks" -> Optional.of(List.of(onTasks("ecs:DescribeTasks")));
            case "aws-sdk:ecs:stopTask" -> Optional.of(List.of(onTasks("ecs:StopTask")));
            case "aws-sdk:secretsmanager:listSecrets" -> Optional.of(List.of(allow("secretsmanager:ListSecrets", "*")));
            case "aws-sdk:secretsmanager:deleteSecret" ->
                Optional.of(List.of(allow("secretsmanager:DeleteSecret", temporarySecrets())));
            case "aws-sdk:secretsmanager:describeSecret" ->
                Optional.of(List.of(allow("secretsmanager:DescribeSecret", temporarySecrets())));
            default -> Optional.empty();
        };
    }

    private String temporarySecrets() {
        return place.arn("secretsmanager", "secret:" + Place.TEMPORARY + "*");
    }

    private Statement onTasks(String action) {
        return allow(action, place.tasks()).when("ArnEquals", "ecs:cluster", place.cluster());
    }

    /** https://docs.aws.amazon.com/step-functions/latest/dg/connect-stepfunctions.html */
    private List<Statement> startExecution(String stateMachine) {
        String executions = stateMachine.replace(":stateMachine:", ":execution:") + ":*";
        return List.of(
                allow("states:StartExecution", stateMachine),
                allow(List.of("states:DescribeExecution", "states:StopExecution"), List.of(executions)),
                managedRule(EXECUTION_RULE));
    }

    /** https://docs.aws.amazon.com/step-functions/latest/dg/connect-ecs.html */
    private List<Statement> runTask(Call call) {
        List<Statement> statements = new ArrayList<>();
        statements.add(allow("ecs:RunTask", place.taskDefinitions()).when("ArnEquals", "ecs:cluster", place.cluster()));
        statements.add(allow(List.of("ecs:StopTask", "ecs:DescribeTasks"), List.of(place.tasks()))
                .when("ArnEquals", "ecs:cluster", place.cluster()));
        if (call.arguments().has("Tags")) {
            statements.add(allow("ecs:TagResource", place.tasks()).when("StringEquals", "ecs:CreateAction", "RunTask"));
        }
        statements.add(allow("iam:PassRole", place.taskRole(), place.taskExecutionRole())
                .when("StringEquals", "iam:PassedToService", "ecs-tasks.amazonaws.com"));
        statements.add(managedRule(ECS_RULE));
        return statements;
    }

    /** With which Step Functions hears of the end of what it started. */
    private Statement managedRule(String rule) {
        return allow(
                List.of("events:PutTargets", "events:PutRule", "events:DescribeRule"),
                List.of(place.arn("events", rule)));
    }

    private Statement sendToTopic() {
        return allow(List.of("kms:GenerateDataKey", "kms:Decrypt"), List.of(installation.topicKey()))
                .when("StringEquals", "kms:ViaService", "sns.%s.amazonaws.com".formatted(place.region()));
    }

    private List<Statement> bucket(Call call) {
        String bucket = place.s3(argument(call, "Bucket"));
        return switch (call.integration().substring("aws-sdk:s3:".length())) {
            // Without ListBucket S3 answers 403 for an object that is missing, and not NoSuchKey.
            case "getObject" ->
                List.of(
                        allow(List.of("s3:GetObject"), objects(call, bucket)),
                        allow("s3:ListBucket", bucket),
                        decrypt());
            case "headObject" ->
                List.of(allow(List.of("s3:GetObject"), objects(call, bucket)), allow("s3:ListBucket", bucket));
            case "deleteObject" -> List.of(allow(List.of("s3:DeleteObject"), objects(call, bucket)));
            case "deleteObjects" -> List.of(allow(List.of("s3:DeleteObject"), deleted(call, bucket)));
            case "abortMultipartUpload" -> List.of(allow(List.of("s3:AbortMultipartUpload"), objects(call, bucket)));
            case "listObjectsV2" -> List.of(allow("s3:ListBucket", bucket));
            case "listMultipartUploads" -> List.of(allow("s3:ListBucketMultipartUploads", bucket));
            default -> throw unknown(call);
        };
    }

    private Statement decrypt() {
        return allow("kms:Decrypt", installation.backupKey())
                .when("StringEquals", "kms:ViaService", "s3.%s.amazonaws.com".formatted(place.region()));
    }

    /** Where the keys are not made in the call, they are known at run time only; never what people have put there by hand. */
    private List<String> deleted(Call call, String bucket) {
        Matcher key =
                KEY.matcher(call.arguments().path("Delete").path("Objects").asText());
        return key.find()
                ? definition.beginnings("{% " + key.group(1) + " %}").orElse(Set.of("")).stream()
                        .map(beginning -> "%s/%s*".formatted(bucket, beginning))
                        .toList()
                : List.of(bucket + "/dumps/*", "%s/%s*".formatted(bucket, Place.TEMPORARY));
    }

    /** The objects whose names begin as the call's key does; all, if that is known at run time only. */
    private List<String> objects(Call call, String bucket) {
        Optional<Set<String>> beginnings =
                definition.beginnings(call.arguments().path("Key").asText("{% %}"));
        return beginnings.orElse(Set.of("")).stream()
                .map(beginning -> "%s/%s*".formatted(bucket, beginning))
                .toList();
    }

    /** An argument that is one substitution. */
    private String argument(Call call, String name) {
        String text = call.arguments().path(name).asText();
        Matcher found = ONE_NAME.matcher(text);
        if (!found.matches()) {
            throw new IllegalArgumentException("%s: state %s: %s must be one ${...}, and not \"%s\""
                    .formatted(definition.workflow(), call.state(), name, text));
        }
        return installation.value(definition.workflow(), found.group(1));
    }

    private IllegalArgumentException unknown(Call call) {
        return new IllegalArgumentException("%s: state %s calls %s, for which %s has no permission"
                .formatted(definition.workflow(), call.state(), call.integration(), Permissions.class.getName()));
    }
}
