package steward.local.integration;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sfn.SfnClient;
import software.amazon.awssdk.services.sfn.model.DescribeExecutionResponse;
import software.amazon.awssdk.services.sfn.model.ExecutionStatus;
import steward.local.asl.TaskCall;
import steward.local.asl.TaskFailed;
import steward.local.asl.Time;
import steward.local.aws.AwsEndpoint;
import steward.local.aws.AwsError;
import steward.local.aws.Faults.Moment;
import steward.local.aws.TestTask;

/** {@code ecs:runTask.sync} in executions, with real processes. */
final class RunTaskSyncIT {

    private static final String STUBBORN = "trap '' TERM; setsid sleep 62 & echo ready; while :; do sleep 0.1; done";

    private final AwsEndpoint endpoint = AwsEndpoint.start(0, Time.system(), uri -> this::carryOut);
    private final Integrations integrations = new Integrations(endpoint.uri(), List.of(), Time.system());
    private final SfnClient stepFunctions = SfnClient.builder()
            .endpointOverride(endpoint.uri())
            .region(Region.US_EAST_1)
            .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("a", "b")))
            .httpClient(UrlConnectionHttpClient.create())
            .build();

    @BeforeEach
    void start() {
        // As in an installation.
        integrations.hear(endpoint.ecs()::whenStopped);
        TestTask.install(endpoint.ecs(), Duration.ofMillis(300));
        endpoint.stepFunctions().register("run", machine("runTask.sync", 60));
        endpoint.stepFunctions().register("short", machine("runTask.sync", 2));
        endpoint.stepFunctions().register("plain", machine("runTask", 60));
    }

    private JsonNode carryOut(TaskCall call) throws TaskFailed, InterruptedException {
        return integrations.run(call);
    }

    @AfterEach
    void stop() {
        endpoint.close();
        integrations.close();
        stepFunctions.close();
    }

    @Test
    void theResultIsTheTask() throws Exception {
        JsonNode task = result(run("run", "exit 0"));

        assertThat(task.at("/Containers/0/ExitCode").asInt(-1)).isZero();
        assertThat(task.at("/Containers/0/Name").asText()).isEqualTo("task");
        assertThat(task.path("LastStatus").asText()).isEqualTo("STOPPED");
        assertThat(task.path("StopCode").asText()).isEqualTo("EssentialContainerExited");
        assertThat(task.path("StartedBy").asText()).isEqualTo("AWS Step Functions");
        assertThat(task.path("TaskArn").asText()).startsWith("arn:aws:ecs:us-east-1:000000000000:task/steward/");
        assertThat(task.path("StoppedAt").isIntegralNumber()).isTrue();
        // As recorded: the first SDK for Java shows lists that ECS did not send.
        assertThat(task.at("/Containers/0/ManagedAgents")).isEmpty();
        assertThat(task.at("/Containers/0/ManagedAgents").isArray()).isTrue();
        assertThat(stepFunctions
                        .getExecutionHistory(it -> it.executionArn(lastExecution("run")))
                        .events())
                .anyMatch(event -> event.typeAsString().equals("TaskSubmitted"));
    }

    @Test
    void theEndOfATaskIsHeardOf() throws Exception {
        AtomicInteger asked = askedForTasks();
        // Over when it is asked for rarely: 2.5 and 5.1 seconds after its start.
        DescribeExecutionResponse execution = run("run", "sleep 3");

        assertEndsWithItsTask(execution);
        assertThat(asked.get()).isBetween(2, 12);
    }

    private static void assertEndsWithItsTask(DescribeExecutionResponse execution) {
        Instant stopped =
                Instant.ofEpochMilli(result(execution).path("StoppedAt").asLong());
        assertThat(Duration.between(stopped, execution.stopDate())).isLessThan(Duration.ofMillis(900));
    }

    private AtomicInteger askedForTasks() {
        AtomicInteger asked = new AtomicInteger();
        endpoint.calls().listen(call -> {
            if (call.action().equals("ecs:DescribeTasks")) {
                asked.incrementAndGet();
            }
        });
        return asked;
    }

    /** Over while ECS answers that it runs: whoever waits for that answer must not miss what it is told meanwhile. */
    @Test
    void theEndIsNotMissedWhileItIsAskedFor() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        CountDownLatch over = new CountDownLatch(1);
        endpoint.calls().listen(call -> {
            // The one that is answered 2.5 seconds after the start, and arrives after the end.
            if (call.action().equals("ecs:DescribeTasks") && asked.incrementAndGet() == 8) {
                endpoint.ecs().whenStopped(endpoint.ecs().tasks().getLast(), over::countDown);
                awaitZero(over);
            }
        });

        DescribeExecutionResponse execution = run("run", "sleep 3");

        assertEndsWithItsTask(execution);
    }

    private static void awaitZero(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Test
    void whereNothingIsToldItIsAskedFor() throws Exception {
        integrations.hear(TaskEvents.NONE);
        AtomicInteger asked = askedForTasks();

        assertThat(result(run("run", "sleep 3")).path("LastStatus").asText()).isEqualTo("STOPPED");
        assertThat(asked).hasValueGreaterThan(12);
    }

    @Test
    void anExitCodeOtherThanZeroFailsTheStateWithTheTaskAsCause() throws Exception {
        for (int code : List.of(1, 137, 143)) {
            DescribeExecutionResponse failed = run("run", "exit " + code);

            assertThat(failed.error()).isEqualTo("States.TaskFailed");
            JsonNode task = Json.parse(failed.cause()).orElseThrow();
            assertThat(task.at("/Containers/0/ExitCode").asInt()).isEqualTo(code);
            assertThat(task.path("StoppedReason").asText()).isEqualTo("Essential container in task exited");
        }
    }

    @Test
    void aTaskThatDoesNotStartFailsTheState() throws Exception {
        endpoint.ecs().faults().failToStart("CannotPullContainerError: planned");
        DescribeExecutionResponse failed = run("run", "exit 0");

        assertThat(failed.error()).isEqualTo("States.TaskFailed");
        assertThat(Json.parse(failed.cause()).orElseThrow().path("StopCode").asText())
                .isEqualTo("TaskFailedToStart");
    }

    @Test
    void failuresAndErrorsHaveTheirNames() throws Exception {
        endpoint.ecs().faults().refuse("RESOURCE:MEMORY");
        DescribeExecutionResponse refused = run("run", "exit 0");
        assertThat(refused.error()).isEqualTo("AmazonECS.Unknown");
        assertThat(refused.cause()).contains("RESOURCE:MEMORY");

        endpoint.ecs().faults().refuse("RESOURCE:MEMORY");
        assertThat(result(run("plain", "exit 0")).at("/Failures/0/Reason").asText())
                .isEqualTo("RESOURCE:MEMORY");

        endpoint.faults().fail("ecs:RunTask", 1, Moment.BEFORE, new AwsError(500, "ServerException", "planned"));
        assertThat(run("run", "exit 0").error()).isEqualTo("ECS.ServerException");
        endpoint.faults().fail("ecs:RunTask", 1, Moment.BEFORE, new AwsError(400, "Unheard", "planned"));
        DescribeExecutionResponse unheard = run("run", "exit 0");
        assertThat(unheard.error()).isEqualTo("ECS.AmazonECSException");
        assertThat(unheard.cause()).startsWith("planned (Service: AmazonECS; Status Code: 400; Error Code: Unheard;");
    }

    @Test
    void stoppingTheExecutionKillsTheTaskWithAllItsProcesses() throws Exception {
        String execution = begin("run", STUBBORN);
        Path log = awaitReady();
        stepFunctions.stopExecution(it -> it.executionArn(execution));

        assertThat(await(execution).status()).isEqualTo(ExecutionStatus.ABORTED);
        awaitNothingIn(log.resolveSibling(""));
    }

    @Test
    void aStateThatTimesOutStopsItsTask() throws Exception {
        String execution = begin("short", STUBBORN);
        Path log = awaitReady();

        assertThat(await(execution).error()).isEqualTo("States.Timeout");
        awaitNothingIn(log.resolveSibling(""));
    }

    @Test
    void noTaskOutlivesAJvmThatIsKilled() throws Exception {
        Process jvm = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        OtherJvm.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        Path log = Path.of(jvm.inputReader().readLine());
        TestTask.awaitLine(log, "ready");
        assertThat(processesIn(log.resolveSibling(""))).isNotEmpty();
        jvm.destroyForcibly().waitFor();

        awaitNothingIn(log.resolveSibling(""));
        await(() -> Files.notExists(log.resolveSibling("")));
    }

    /** Starts a task that does not listen, prints where its log is, and waits. */
    static final class OtherJvm {

        public static void main(String[] arguments) throws Exception {
            RunTaskSyncIT test = new RunTaskSyncIT();
            test.start();
            test.begin("run", STUBBORN);
            System.out.println(test.awaitReady());
            Thread.sleep(Duration.ofMinutes(1));
        }
    }

    private Path awaitReady() throws Exception {
        await(() -> !endpoint.ecs().tasks().isEmpty());
        Path log = endpoint.ecs().log(endpoint.ecs().tasks().getFirst());
        TestTask.awaitLine(log, "ready");
        return log;
    }

    private void awaitNothingIn(Path folder) throws Exception {
        await(() -> processesIn(folder).isEmpty());
    }

    /** By working directory: also those that left the process group. */
    private static List<ProcessHandle> processesIn(Path folder) {
        return ProcessHandle.allProcesses()
                .filter(process -> {
                    try {
                        return Files.readSymbolicLink(Path.of("/proc/" + process.pid() + "/cwd"))
                                .startsWith(folder);
                    } catch (IOException gone) {
                        return false;
                    }
                })
                .toList();
    }

    private static void await(java.util.concurrent.Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.call()) {
            assertThat(System.nanoTime()).as("time is over").isLessThan(deadline);
            Thread.sleep(20);
        }
    }

    private String lastExecution(String workflow) {
        return stepFunctions
                .listExecutions(it -> it.stateMachineArn(arn(workflow)))
                .executions()
                .getFirst()
                .executionArn();
    }

    private static String arn(String workflow) {
        return "arn:aws:states:us-east-1:000000000000:stateMachine:" + workflow;
    }

    private String begin(String workflow, String script) {
        String input = Json.text(Json.object().put("script", script));
        return stepFunctions
                .startExecution(it -> it.stateMachineArn(arn(workflow)).input(input))
                .executionArn();
    }

    private DescribeExecutionResponse run(String workflow, String script) throws Exception {
        return await(begin(workflow, script));
    }

    private DescribeExecutionResponse await(String execution) throws Exception {
        await(() -> stepFunctions
                        .describeExecution(it -> it.executionArn(execution))
                        .status()
                != ExecutionStatus.RUNNING);
        return stepFunctions.describeExecution(it -> it.executionArn(execution));
    }

    private static JsonNode result(DescribeExecutionResponse execution) {
        assertThat(execution.status()).as("%s", execution).isEqualTo(ExecutionStatus.SUCCEEDED);
        return Json.parse(execution.output()).orElseThrow();
    }

    private static String machine(String action, int timeout) {
        return """
                {"QueryLanguage": "JSONata", "StartAt": "Run", "States": {"Run": {
                  "Type": "Task", "End": true, "TimeoutSeconds": %d,
                  "Resource": "arn:aws:states:::ecs:%s",
                  "Arguments": {
                    "Cluster": "arn:aws:ecs:us-east-1:000000000000:cluster/steward",
                    "TaskDefinition": "arn:aws:ecs:us-east-1:000000000000:task-definition/steward-task:1",
                    "LaunchType": "FARGATE",
                    "NetworkConfiguration": {"AwsvpcConfiguration": {
                      "Subnets": ["subnet-1"], "SecurityGroups": ["sg-1"], "AssignPublicIp": "DISABLED"}},
                    "Overrides": {"ContainerOverrides": [
                      {"Name": "task", "Command": ["{%% $states.input.script %%}"]}]}}}}}
                """.formatted(timeout, action);
    }
}
