package steward.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.sfn.SfnClient;
import software.amazon.awssdk.services.sfn.model.ExecutionStatus;
import steward.local.asl.Time;
import steward.local.aws.Arn;
import steward.local.aws.AwsEndpoint;
import steward.local.aws.Encryption;
import steward.local.aws.TaskDefinition;
import steward.local.integration.Integrations;
import steward.local.integration.LambdaFunction;

/** {@code scripts/run} with the real AWS CLI, against the endpoint. */
@Timeout(180)
final class ScriptRunIT {

    /** Fails the first time, as a Lambda function that meets a busy database does; then answers what it was given. */
    private static final class Busy implements RequestStreamHandler {
        private boolean wasBusy;

        @Override
        public void handleRequest(InputStream input, OutputStream output, Context context) throws IOException {
            if (!wasBusy) {
                wasBusy = true;
                throw new IllegalStateException("busy");
            }
            input.transferTo(output);
        }
    }

    /** None takes a quarter of it; less than the timeout of a test. */
    private static final Duration LONGEST = Duration.ofMinutes(2);

    private record Ended(int code, String output, String errors) {}

    private final Map<String, String> environment = new HashMap<>();
    private AwsEndpoint endpoint;

    @BeforeAll
    static void findAwsCli() {
        boolean found = Stream.of(System.getenv("PATH").split(":", -1))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "aws")));
        assumeTrue(found, "the AWS CLI is not installed");
    }

    @BeforeEach
    void start() {
        List<LambdaFunction> functions = List.of(new LambdaFunction("busy", new Busy(), Duration.ofSeconds(10)));
        endpoint = AwsEndpoint.start(0, Time.system(), uri -> new Integrations(uri, functions, Time.system()));
        environment.put("AWS_ENDPOINT_URL", endpoint.uri().toString());
        environment.put("AWS_REGION", "us-east-1");
        environment.put("AWS_ACCESS_KEY_ID", "local");
        environment.put("AWS_SECRET_ACCESS_KEY", "local");
        register("say-hello", """
                "StartAt": "CallFunction", "States": {
                  "CallFunction": {
                    "Type": "Task", "Resource": "arn:aws:states:::lambda:invoke",
                    "Arguments": {"FunctionName": "busy", "Payload": "{% $states.input %}"},
                    "Retry": [{"ErrorEquals": ["java.lang.IllegalStateException"], "IntervalSeconds": 1}],
                    "Output": "{% $states.result.Payload %}", "Next": "BothAtOnce"},
                  "BothAtOnce": {
                    "Type": "Parallel",
                    "Branches": [
                      {"StartAt": "WaitLong", "States": {"WaitLong": {"Type": "Wait", "Seconds": 2, "End": true}}},
                      {"StartAt": "WaitShort", "States": {"WaitShort": {"Type": "Wait", "Seconds": 1, "End": true}}}],
                    "Output": {"hello": "{% $states.result[0].name %}", "empty": []}, "End": true}}""");
        register("refuse", """
                "StartAt": "Refuse", "States": {
                  "Refuse": {"Type": "Fail", "Error": "steward.error.NotOurs", "Cause": "role \\"a\\": no\\nmark"}}""");
        register("steward-wait", """
                "StartAt": "WaitLong", "States": {"WaitLong": {"Type": "Wait", "Seconds": 600, "End": true}}""");
        register("count-far", """
                "StartAt": "Count", "States": {
                  "Count": {"Type": "Map", "Items": "{% [1..150] %}", "MaxConcurrency": 1, "ItemProcessor": {
                    "StartAt": "Next", "States": {"Next": {"Type": "Pass", "End": true}}},
                    "Output": "{% $count($states.result) %}", "Next": "Pause"},
                  "Pause": {"Type": "Wait", "Seconds": 6, "End": true}}""");
    }

    private void register(String name, String states) {
        endpoint.stepFunctions().register(name, "{\"QueryLanguage\": \"JSONata\", " + states + "}");
    }

    @AfterEach
    void stop() {
        endpoint.close();
    }

    @Test
    void printsTheOutputAndShowsTheSteps() throws Exception {
        Ended ended = run("say-hello", "{\"name\": \"Zoë \\\"x\\\"\"}");

        assertThat(ended.errors()).contains("started arn:aws:states:us-east-1:000000000000:execution:say-hello:run-");
        assertThat(ended.errors())
                .containsSubsequence(
                        "CallFunction ...",
                        "CallFunction: TaskFailed java.lang.IllegalStateException",
                        "CallFunction: ",
                        "BothAtOnce ...",
                        "WaitShort: ",
                        "WaitLong: ",
                        "BothAtOnce: ");
        assertThat(seconds(ended, "CallFunction"))
                .as("with the pause before it is tried again")
                .isBetween(1.0, 30.0);
        assertThat(seconds(ended, "WaitShort")).isBetween(1.0, 30.0);
        assertThat(seconds(ended, "WaitLong")).isBetween(2.0, 30.0);
        assertThat(seconds(ended, "BothAtOnce")).isGreaterThanOrEqualTo(seconds(ended, "WaitLong"));
        assertThat(ended.output()).isEqualTo("""
                {
                  "hello": "Zoë \\"x\\"",
                  "empty": []
                }
                """);
        assertThat(ended.code()).isZero();
    }

    /** How long a state took, as it is shown; the machine may be busy, so that it is more than it waits. */
    private static double seconds(Ended ended, String state) {
        Matcher shown = Pattern.compile("] " + state + ": (\\d+\\.\\d+) s$", Pattern.MULTILINE)
                .matcher(ended.errors());
        assertThat(shown.find()).as(ended.toString()).isTrue();
        return Double.parseDouble(shown.group(1));
    }

    @Test
    void timestampsOfTheOtherCliVersionAreUnderstood(@TempDir Path folder) throws Exception {
        Path configuration = Files.writeString(folder.resolve("config"), "[default]\ncli_timestamp_format = iso8601\n");
        environment.put("AWS_CONFIG_FILE", configuration.toString());

        Ended ended = run("say-hello", "{\"name\": \"x\"}");

        assertThat(seconds(ended, "WaitShort")).isBetween(1.0, 30.0);
        assertThat(seconds(ended, "BothAtOnce")).isBetween(2.0, 30.0);
    }

    @Test
    @Tag("serial")
    void howFarATaskIsIsShownAsLinesAndOnATerminalAsABar() throws Exception {
        String place = "s3://backups/steward-tmp-1/progress.txt";
        endpoint.s3().createBucket("backups", Encryption.AES256);
        endpoint.ecs().createCluster("work");
        endpoint.ecs()
                .register(new TaskDefinition(
                        "wait", "task", List.of("/bin/sh"), Map.of(), "SCRATCH", Duration.ofSeconds(1)));
        register("wait-for-task", """
                "StartAt": "RunWait", "States": {"RunWait": {
                  "Type": "Task", "Resource": "arn:aws:states:::ecs:runTask.sync",
                  "Arguments": {"Cluster": "work", "TaskDefinition": "wait", "LaunchType": "FARGATE",
                    "NetworkConfiguration": {"AwsvpcConfiguration": {"Subnets": ["subnet-1"]}},
                    "Overrides": {"ContainerOverrides": [
                      {"Name": "task", "Command": ["-c", "sleep 12 # %s"]}]}},
                  "Output": "done", "End": true}}""".formatted(place));
        try (S3Client s3 = S3Client.builder()
                .endpointOverride(endpoint.uri())
                .region(Installation.REGION)
                .credentialsProvider(StaticCredentialsProvider.create(Installation.CREDENTIALS))
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .build()) {
            s3.putObject(
                    it -> it.bucket("backups").key("steward-tmp-1/progress.txt"),
                    RequestBody.fromString(
                            "progress restore: 412.5 MB done, 87.5 MB left, 30 tables done, 10 tables left"));
        }
        // What waits for another execution shows how far the task of that one is.
        register("wait-for-another", """
                "StartAt": "WaitForTask", "States": {"WaitForTask": {
                  "Type": "Task", "Resource": "arn:aws:states:::states:startExecution.sync:2",
                  "Arguments": {"StateMachineArn": "%s", "Input": {}},
                  "Output": "done", "End": true}}""".formatted(Arn.stateMachine("wait-for-task")));
        ProcessBuilder terminal =
                new ProcessBuilder("script", "-qec", "../scripts/run wait-for-task '{}'", "/dev/null");
        terminal.environment().putAll(environment);
        Process onTerminal = terminal.redirectErrorStream(true).start();

        Ended ended = run("wait-for-another", "{}");

        assertThat(ended.errors().lines().filter(line -> line.contains("82 %")))
                .as(ended.toString())
                .containsExactly("  restore: 82 %, 412 of 500 MB, 30 of 40 tables");
        assertThat(read(onTerminal.getInputStream()))
                .contains("\r\033[K  restore [########################      ] 82 %, 412 of 500 MB, 30 of 40 tables");
    }

    @Test
    void failureShowsErrorAndCause() throws Exception {
        Ended ended = run("refuse", "{}");

        assertThat(ended.code()).isEqualTo(1);
        assertThat(ended.output()).isEmpty();
        assertThat(ended.errors()).contains("FAILED: steward.error.NotOurs", "role \"a\": no\nmark\n");
    }

    @Test
    void historyOfManyPagesIsShownOnceAndInOrder() throws Exception {
        Ended ended = run("count-far", "{}");

        assertThat(ended.output()).isEqualTo("150\n");
        assertThat(ended.errors().lines().filter(line -> line.contains("] Next: ")))
                .hasSize(150);
        assertThat(ended.errors().lines().toList().getLast()).contains("Pause: ");
        assertThat(seconds(ended, "Pause")).isBetween(6.0, 60.0);
    }

    @Test
    void inputComesFromAFileOrStandardInput(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("input.json"), "{\"name\": \"file\"}\n");

        assertThat(run("say-hello", "-f", file.toString(), "--name", "from-file")
                        .output())
                .contains("\"file\"");
        Process process = start("say-hello", "-f", "-");
        process.getOutputStream().write("{\"name\": \"stdin\"}".getBytes(StandardCharsets.UTF_8));
        assertThat(end(process).output()).contains("\"stdin\"");
        try (SfnClient client = client()) {
            assertThat(client.describeExecution(it -> it.executionArn(arn("say-hello", "from-file")))
                            .status())
                    .isEqualTo(ExecutionStatus.SUCCEEDED);
        }
    }

    @Test
    void interruptLeavesTheExecutionRunningAndSaysSo() throws Exception {
        Ended ended = interrupted("wait", "{}", "--name", "left");

        assertThat(ended.code()).isEqualTo(1);
        assertThat(ended.errors()).contains("interrupted; the execution goes on: " + arn("steward-wait", "left"));
        assertThat(status("steward-wait", "left")).isEqualTo(ExecutionStatus.RUNNING);
    }

    @Test
    void interruptStopsTheExecutionIfAsked() throws Exception {
        Ended ended = interrupted("wait", "{}", "--name", "stopped", "--stop-on-interrupt");

        assertThat(ended.code()).isEqualTo(1);
        assertThat(ended.errors()).contains("the execution was stopped: " + arn("steward-wait", "stopped"));
        assertThat(status("steward-wait", "stopped")).isEqualTo(ExecutionStatus.ABORTED);
    }

    @Test
    void unknownWorkflowIsAnsweredWithThoseThatExist() throws Exception {
        Ended ended = run("say-hallo", "{}");

        assertThat(ended.code()).isEqualTo(1);
        assertThat(ended.errors())
                .contains("there is no workflow say-hallo")
                .containsSubsequence("  refuse\n")
                .contains("  say-hello\n", "  wait\n");
    }

    @Test
    void wrongUseIsExplainedWithoutACall() throws Exception {
        for (List<String> wrong : List.of(
                List.<String>of(),
                List.of("refuse"),
                List.of("refuse", "{"),
                List.of("refuse", "{'a': 1}"),
                List.of("refuse", "{}", "{}"),
                List.of("refuse", "-f"),
                List.of("refuse", "-f", "no-such-file"),
                List.of("refuse", "{}", "--name"),
                List.of("refuse", "{}", "--stop"))) {
            Ended ended = run(wrong.toArray(String[]::new));

            assertThat(ended.code()).as(wrong.toString()).isEqualTo(2);
            assertThat(ended.errors()).contains("usage: scripts/run");
        }
        try (SfnClient client = client()) {
            assertThat(client.listExecutions(it ->
                                    it.stateMachineArn("arn:aws:states:us-east-1:000000000000:stateMachine:refuse"))
                            .executions())
                    .isEmpty();
        }
    }

    /** Interrupts as soon as the execution is known to run. */
    private Ended interrupted(String... arguments) throws Exception {
        Process process = start(arguments);
        StringBuilder errors = new StringBuilder();
        BufferedReader reader = process.errorReader(StandardCharsets.UTF_8);
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
            errors.append(line).append('\n');
            if (line.endsWith("WaitLong ...")) {
                new ProcessBuilder("kill", "-INT", Long.toString(process.pid()))
                        .start()
                        .waitFor();
            }
        }
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Ended(process.exitValue(), "", errors.toString());
    }

    private Ended run(String... arguments) throws Exception {
        return end(start(arguments));
    }

    private Process start(String... arguments) throws IOException {
        // A shell cannot catch a signal that it was started to ignore, as background jobs of scripts are with SIGINT.
        List<String> command = new ArrayList<>(List.of("env", "--default-signal=INT", "../scripts/run"));
        command.addAll(Arrays.asList(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(environment);
        Process process = builder.start();
        // Whatever is read of it then comes to an end: those that it has started write to the same pipes.
        CompletableFuture.delayedExecutor(LONGEST.toSeconds(), TimeUnit.SECONDS).execute(() -> {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        });
        return process;
    }

    private static Ended end(Process process) throws Exception {
        process.getOutputStream().close();
        CompletableFuture<String> errors = CompletableFuture.supplyAsync(() -> read(process.getErrorStream()));
        String output = read(process.getInputStream());
        return new Ended(process.waitFor(), output, errors.get());
    }

    private static String read(InputStream stream) {
        try {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private ExecutionStatus status(String machine, String name) throws InterruptedException {
        try (SfnClient client = client()) {
            // A stop takes effect soon, not at once.
            for (int i = 0; i < 20; i++) {
                ExecutionStatus status = client.describeExecution(it -> it.executionArn(arn(machine, name)))
                        .status();
                if (status != ExecutionStatus.RUNNING) {
                    return status;
                }
                Thread.sleep(50);
            }
        }
        return ExecutionStatus.RUNNING;
    }

    private SfnClient client() {
        return SfnClient.builder()
                .endpointOverride(endpoint.uri())
                .region(Installation.REGION)
                .credentialsProvider(StaticCredentialsProvider.create(Installation.CREDENTIALS))
                .httpClient(UrlConnectionHttpClient.create())
                .build();
    }

    private static String arn(String machine, String name) {
        return "arn:aws:states:us-east-1:000000000000:execution:" + machine + ":" + name;
    }
}
