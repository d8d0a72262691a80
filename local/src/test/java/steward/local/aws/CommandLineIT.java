package steward.local.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import steward.local.asl.Time;

/** The AWS CLI and boto3, as they are installed, against the endpoint. */
final class CommandLineIT {

    private static final String PASS = """
            {"QueryLanguage": "JSONata", "StartAt": "Pass", "States": {"Pass": {"Type": "Pass", "End": true}}}
            """;

    @TempDir
    private Path folder = Path.of("");

    private final AwsEndpoint endpoint = AwsEndpoint.start(0, Time.system(), uri -> call -> call.arguments());

    @BeforeEach
    void fill() {
        endpoint.stepFunctions().register("pass", PASS);
        endpoint.rds()
                .registerManaged(
                        DatabaseInstance.available(
                                        "shop",
                                        "17.11",
                                        new DatabaseInstance.Endpoint("127.0.0.1", 5433),
                                        "master",
                                        Instant.EPOCH)
                                .withTags(Map.of("steward:managed", "true")),
                        "correct horse");
    }

    @AfterEach
    void close() {
        endpoint.close();
    }

    @Test
    void theCliRunsAnExecution() throws Exception {
        var machine = aws("stepfunctions", "list-state-machines")
                .at("/stateMachines/0/stateMachineArn")
                .asText();
        var started = aws(
                "stepfunctions",
                "start-execution",
                "--state-machine-arn",
                machine,
                "--name",
                "cli",
                "--input",
                "{\"a\":1}");
        var arn = started.path("executionArn").asText();
        var described = aws("stepfunctions", "describe-execution", "--execution-arn", arn);
        var history = aws("stepfunctions", "get-execution-history", "--execution-arn", arn, "--max-items", "2");
        var again = run(
                "aws", List.of("stepfunctions", "start-execution", "--state-machine-arn", machine, "--name", "cli"));

        assertThat(started.path("startDate").isMissingNode()).isFalse();
        assertThat(described.path("status").asText()).isEqualTo("SUCCEEDED");
        assertThat(described.path("output").asText()).isEqualTo("{\"a\":1}");
        assertThat(history.path("events")).hasSize(2);
        assertThat(again.exitCode()).isNotZero();
        assertThat(again.error()).contains("(ExecutionAlreadyExists)");
        assertThat(aws("stepfunctions", "list-executions", "--state-machine-arn", machine)
                        .path("executions"))
                .hasSize(1);
    }

    @Test
    void theCliKeepsASecret() throws Exception {
        aws(
                "secretsmanager",
                "create-secret",
                "--name",
                "steward/a/b/c",
                "--secret-string",
                "one",
                "--tags",
                "Key=k,Value=v");
        aws("secretsmanager", "put-secret-value", "--secret-id", "steward/a/b/c", "--secret-string", "two");
        var read = aws("secretsmanager", "get-secret-value", "--secret-id", "steward/a/b/c");
        var listed = aws("secretsmanager", "list-secrets", "--filters", "Key=name,Values=steward/");
        aws("secretsmanager", "delete-secret", "--secret-id", "steward/a/b/c");
        var gone = run("aws", List.of("secretsmanager", "get-secret-value", "--secret-id", "steward/a/b/c"));

        assertThat(read.path("SecretString").asText()).isEqualTo("two");
        assertThat(read.at("/VersionStages/0").asText()).isEqualTo("AWSCURRENT");
        assertThat(listed.at("/SecretList/0/Tags/0/Value").asText()).isEqualTo("v");
        assertThat(gone.error()).contains("(InvalidRequestException)").contains("marked for deletion");
    }

    @Test
    void theCliDescribesAndTagsAnInstance() throws Exception {
        var shown = rdsJson("describe-db-instances", "--db-instance-identifier", "shop")
                .at("/DBInstances/0");
        var arn = shown.path("DBInstanceArn").asText();
        rds(List.of("add-tags-to-resource", "--resource-name", arn, "--tags", "Key=new,Value=a b"));
        rds(List.of("remove-tags-from-resource", "--resource-name", arn, "--tag-keys", "steward:managed"));
        var missing = rds(List.of("describe-db-instances", "--db-instance-identifier", "nowhere"));

        assertThat(shown.at("/Endpoint/Port").asInt()).isEqualTo(5433);
        assertThat(shown.at("/MasterUserSecret/SecretArn").asText()).contains(":secret:rds!db-");
        assertThat(rdsJson("list-tags-for-resource", "--resource-name", arn)
                        .path("TagList")
                        .toString())
                .isEqualTo("[{\"Key\":\"new\",\"Value\":\"a b\"}]");
        assertThat(rdsJson("describe-db-instances", "--filters", "Name=engine,Values=postgres")
                        .path("DBInstances"))
                .hasSize(1);
        assertThat(missing.error()).contains("(DBInstanceNotFound)").contains("DBInstance nowhere not found.");
        assertThat(rds(List.of("wait", "db-instance-available", "--db-instance-identifier", "shop"))
                        .exitCode())
                .isZero();
    }

    @Test
    void theCliCopiesFilesToS3AndBack() throws Exception {
        var bucket = "s3://steward-backups-000000000000";
        endpoint.s3().createBucket("steward-backups-000000000000", Encryption.AES256);
        var content = new byte[20 << 20];
        new Random(5).nextBytes(content);
        var file = Files.write(folder.resolve("large file"), content);
        var small = Files.writeString(folder.resolve("small"), "small");

        for (var path : List.of(file, small)) {
            var copied = run("aws", List.of("s3", "cp", path.toString(), bucket + "/dumps/"));
            assertThat(copied.error()).isEmpty();
        }
        var listed = run("aws", List.of("s3", "ls", "--recursive", bucket));
        var back = run("aws", List.of("s3", "cp", bucket + "/dumps/large file", folder + "/back"));
        var removed = run("aws", List.of("s3", "rm", "--recursive", bucket + "/"));
        var missing =
                run("aws", List.of("s3api", "head-object", "--bucket", "steward-backups-000000000000", "--key", "x"));

        assertThat(listed.output()).contains("20971520 dumps/large file").contains("5 dumps/small");
        assertThat(back.error()).isEmpty();
        assertThat(Files.readAllBytes(folder.resolve("back"))).isEqualTo(content);
        assertThat(removed.exitCode()).isZero();
        assertThat(missing.error()).contains("(404)");
        assertThat(run("aws", List.of("s3", "ls", bucket)).output()).isEmpty();
    }

    @Test
    void theCliRunsATask() throws Exception {
        TestTask.install(endpoint.ecs(), Duration.ofSeconds(1));
        var run = aws(
                "ecs",
                "run-task",
                "--cluster",
                "steward",
                "--task-definition",
                "steward-task",
                "--launch-type",
                "FARGATE",
                "--network-configuration",
                "awsvpcConfiguration={subnets=[subnet-1],securityGroups=[sg-1]}",
                "--overrides",
                "{\"containerOverrides\": [{\"name\": \"task\", \"command\": [\"exit 7\"]}]}");
        var task = run.at("/tasks/0/taskArn").asText();
        var waited = run("aws", List.of("ecs", "wait", "tasks-stopped", "--cluster", "steward", "--tasks", task));
        assertThat(waited.error()).isEmpty();
        var over = aws("ecs", "describe-tasks", "--cluster", "steward", "--tasks", task);

        assertThat(over.at("/tasks/0/containers/0/exitCode").asInt()).isEqualTo(7);
    }

    @Test
    void anActionThatIsNotThereEndsTheCliAtOnce() throws Exception {
        var rds = rds(List.of("describe-db-clusters"));
        var secrets = run("aws", List.of("secretsmanager", "batch-get-secret-value", "--secret-id-list", "a"));

        assertThat(rds.error()).contains("(InvalidAction)");
        assertThat(secrets.error()).contains("(UnknownOperationException)");
    }

    @Test
    void boto3WorksWithItsOwnExceptions() throws Exception {
        assumeThere("boto3", run("python3", List.of("-c", "import boto3")));
        var script = Files.writeString(folder.resolve("boto.py"), """
                import boto3, concurrent.futures, time
                states, secrets, rds = (boto3.client(name) for name in ("stepfunctions", "secretsmanager", "rds"))
                machine = states.list_state_machines()["stateMachines"][0]["stateMachineArn"]
                try:
                    states.start_execution(stateMachineArn=machine + "s")
                    raise SystemExit("no StateMachineDoesNotExist")
                except states.exceptions.StateMachineDoesNotExist:
                    pass
                with concurrent.futures.ThreadPoolExecutor(32) as pool:
                    started = list(pool.map(lambda n: states.start_execution(
                        stateMachineArn=machine, name=f"boto-{n}", input='{"n": %d}' % n), range(200)))
                for execution in started:
                    while states.describe_execution(executionArn=execution["executionArn"])["status"] == "RUNNING":
                        time.sleep(0.05)
                pages = states.get_paginator("list_executions").paginate(
                    stateMachineArn=machine, PaginationConfig={"PageSize": 30})
                assert sum(len(page["executions"]) for page in pages) == 200
                secrets.create_secret(Name="boto", SecretBinary=b"\\x00\\xff")
                assert secrets.get_secret_value(SecretId="boto")["SecretBinary"] == b"\\x00\\xff"
                try:
                    secrets.create_secret(Name="boto")
                    raise SystemExit("no ResourceExistsException")
                except secrets.exceptions.ResourceExistsException:
                    pass
                instance = rds.describe_db_instances(DBInstanceIdentifier="shop")["DBInstances"][0]
                assert instance["TagList"] == [{"Key": "steward:managed", "Value": "true"}], instance["TagList"]
                try:
                    rds.describe_db_instances(DBInstanceIdentifier="nowhere")
                    raise SystemExit("no DBInstanceNotFoundFault")
                except rds.exceptions.DBInstanceNotFoundFault as e:
                    assert e.response["ResponseMetadata"]["HTTPStatusCode"] == 404
                print("fine")
                """);
        var result = run("python3", List.of(script.toString()));

        assertThat(result.error()).isEmpty();
        assertThat(result.output()).isEqualToIgnoringNewLines("fine");
    }

    private JsonNode aws(String... arguments) throws IOException, InterruptedException {
        var result = run("aws", List.of(arguments));
        assertThat(result.error()).isEmpty();
        assertThat(result.exitCode()).isZero();
        return Json.MAPPER.readTree(result.output());
    }

    private JsonNode rdsJson(String... arguments) throws IOException, InterruptedException {
        return Json.MAPPER.readTree(rds(List.of(arguments)).output());
    }

    /** In us-east-1 version 1 of the CLI calls rds.amazonaws.com whatever AWS_ENDPOINT_URL says, unless told here. */
    private Result rds(List<String> arguments) throws IOException, InterruptedException {
        var all =
                new ArrayList<>(List.of("rds", "--endpoint-url", endpoint.uri().toString()));
        all.addAll(arguments);
        return run("aws", all);
    }

    /** Runs a program with nothing but the endpoint and credentials in its environment, as one that was set up for it. */
    private Result run(String program, List<String> arguments) throws IOException, InterruptedException {
        assumeThere(program, start("sh", List.of("-c", "command -v " + program)));
        return start(program, arguments);
    }

    private Result start(String program, List<String> arguments) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of(program));
        command.addAll(arguments);
        var output = Files.createTempFile(folder, "output", "");
        var error = Files.createTempFile(folder, "error", "");
        var builder =
                new ProcessBuilder(command).redirectOutput(output.toFile()).redirectError(error.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("AWS_"));
        builder.environment()
                .putAll(Map.of(
                        "AWS_ENDPOINT_URL",
                        endpoint.uri().toString(),
                        "AWS_REGION",
                        Arn.REGION,
                        "AWS_DEFAULT_REGION",
                        Arn.REGION,
                        "AWS_ACCESS_KEY_ID",
                        "test",
                        "AWS_SECRET_ACCESS_KEY",
                        "test",
                        "AWS_CONFIG_FILE",
                        folder.resolve("none").toString(),
                        "AWS_DEFAULT_OUTPUT",
                        "json",
                        "AWS_PAGER",
                        ""));
        var process = builder.start();
        process.getOutputStream().close();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError(command + " does not end");
        }
        return new Result(
                process.exitValue(),
                Files.readString(output, StandardCharsets.UTF_8),
                Files.readString(error, StandardCharsets.UTF_8));
    }

    private static void assumeThere(String what, Result looked) {
        assumeTrue(looked.exitCode() == 0, what + " is not installed: nothing was proved with it");
    }

    private record Result(int exitCode, String output, String error) {}
}
