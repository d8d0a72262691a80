package steward.local.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import steward.local.Home;
import steward.local.asl.TaskCall;
import steward.local.asl.TaskFailed;
import steward.local.asl.Time;
import steward.local.integration.Integrations;
import steward.local.integration.LambdaFunction;

/** Processes that end, die, hang and talk too much, under AWS's runtime interface client. */
@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FunctionProcessesIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final URI NOWHERE = URI.create("http://127.0.0.1:1");
    private static final String ARN = "arn:aws:lambda:us-east-1:000000000000:function:";

    private FunctionProcesses processes;
    private Integrations integrations;

    @BeforeAll
    void start(@TempDir Path folder) throws IOException {
        processes = new FunctionProcesses(zip(folder), LambdaRuntime.java(Home.lambdaRuntime()));
        integrations = new Integrations(
                NOWHERE,
                List.of(
                        function("test", Map.of(), Duration.ofMinutes(1)),
                        function("hasty", Map.of(), Duration.ofSeconds(1)),
                        function("refusing", Map.of("REFUSE", "yes"), Duration.ofMinutes(1))),
                Time.system());
    }

    @AfterAll
    void close() {
        integrations.close();
        processes.close();
    }

    private LambdaFunction function(String name, Map<String, String> environment, Duration timeout) {
        return function(processes, name, environment, timeout);
    }

    private static LambdaFunction function(
            FunctionProcesses processes, String name, Map<String, String> environment, Duration timeout) {
        DeployedFunction function = new DeployedFunction(name, TestFunction.class.getName(), environment, 256, false);
        return new LambdaFunction(name, processes.handler(() -> function), timeout);
    }

    /** Lambda takes classes beside lib, too. */
    private static Path zip(Path folder) throws IOException {
        Path zip = folder.resolve("test.zip");
        Path classes = Path.of("target/test-classes");
        try (ZipOutputStream entries = new ZipOutputStream(Files.newOutputStream(zip));
                Stream<Path> files = Files.list(classes.resolve("steward/local/lambda"))) {
            for (Path file : files.filter(path -> path.getFileName().toString().startsWith("TestFunction"))
                    .toList()) {
                entries.putNextEntry(new ZipEntry(classes.relativize(file).toString()));
                Files.copy(file, entries);
            }
        }
        return zip;
    }

    @Test
    void aFrozenProcessIsUsedAgain() throws Exception {
        JsonNode first = call("test", "count");
        Thread.sleep(Duration.ofSeconds(1));
        JsonNode second = call("test", "count");

        assertThat(second.path("pid")).isEqualTo(first.path("pid"));
        assertThat(second.path("calls").asInt()).isEqualTo(first.path("calls").asInt() + 1);
        // It counts every five milliseconds, unless it is frozen.
        assertThat(second.path("ticks").asInt() - first.path("ticks").asInt()).isLessThan(60);
        assertThat(second.path("arn").asText()).isEqualTo(ARN + "test");
        assertThat(second.path("remaining").asInt()).isBetween(40_000, 60_000);
    }

    @Test
    void aProcessThatNobodyHasCalledForMinutesIsEnded(@TempDir Path folder) throws Exception {
        Instant[] now = {Instant.parse("2026-01-01T00:00:00Z")};
        try (FunctionProcesses own =
                        new FunctionProcesses(zip(folder), LambdaRuntime.java(Home.lambdaRuntime()), () -> now[0]);
                Integrations both = new Integrations(
                        NOWHERE,
                        List.of(
                                function(own, "early", Map.of(), Duration.ofMinutes(1)),
                                function(own, "late", Map.of(), Duration.ofMinutes(1))),
                        Time.system())) {
            long early = call(both, "early", "count").path("pid").asLong();
            now[0] = now[0].plus(FunctionProcesses.LONGEST_REST);
            long late = call(both, "late", "count").path("pid").asLong();
            assertThat(ProcessHandle.of(early))
                    .hasValueSatisfying(process -> assertThat(process.isAlive()).isTrue());

            now[0] = now[0].plusMillis(1);
            assertThat(call(both, "late", "count").path("pid").asLong()).isEqualTo(late);
            assertThat(ProcessHandle.of(early).filter(ProcessHandle::isAlive)).isEmpty();
            assertThat(call(both, "early", "count").path("calls").asInt()).isEqualTo(1);

            now[0] = now[0].plus(FunctionProcesses.LONGEST_REST).plusMillis(1);
            assertThat(call(both, "late", "count").path("pid").asLong()).isNotEqualTo(late);
        }
    }

    @Test
    void anExceptionIsNamedByItsClassAndTheProcessLivesOn() throws Exception {
        JsonNode before = call("test", "count");

        TaskFailed failed = failure("test", "throw");

        assertThat(failed.error()).isEqualTo(TestFunction.Refused.class.getName());
        JsonNode cause = JSON.readTree(failed.cause());
        assertThat(cause.path("errorMessage").asText()).isEqualTo("told to throw");
        assertThat(cause.path("stackTrace").get(0).asText()).contains("TestFunction.java");
        assertThat(call("test", "count").path("pid")).isEqualTo(before.path("pid"));
    }

    @Test
    void aProcessThatEndsOrIsKilledIsAnErrorAndTheNextCallFindsANewOne() throws Exception {
        TaskFailed exited = failure("test", "exit");
        TaskFailed killed = failure("test", "kill");

        assertThat(exited.error()).isEqualTo("Runtime.ExitError");
        assertThat(exited.cause()).contains("Runtime exited with error: exit status 3");
        assertThat(killed.error()).isEqualTo("Runtime.ExitError");
        assertThat(killed.cause()).contains("Runtime exited with error: signal: killed");
        assertThat(call("test", "count").path("calls").asInt()).isEqualTo(1);
    }

    @Test
    void aProcessThatTakesTooLongIsKilled() throws Exception {
        long before = running();

        // Also the start of a process counts: Lambda has a time of its own for that.
        TaskFailed failed = failure("hasty", "sleep");

        assertThat(failed.error()).isEqualTo("Sandbox.Timedout");
        assertThat(failed.cause()).contains("Task timed out after 1.00 seconds");
        // It is killed by whoever waited for it, who is interrupted when its caller has been told.
        for (int i = 0; i < 500 && running() != before; i++) {
            Thread.sleep(10);
        }
        assertThat(running()).isEqualTo(before);
    }

    private static long running() {
        return ProcessHandle.current()
                .children()
                .filter(ProcessHandle::isAlive)
                .filter(process -> process.info().commandLine().orElse("").contains(TestFunction.class.getName()))
                .count();
    }

    @Test
    void tooLongAnAnswerIsRefused() throws Exception {
        assertThat(failure("test", "much").error()).isEqualTo("Function.ResponseSizeTooLarge");
        assertThat(call("test", "count").path("calls").asInt()).isPositive();
    }

    @Test
    void aConstructorThatThrowsIsAnErrorOfTheCall() throws Exception {
        TaskFailed failed = failure("refusing", "count");

        assertThat(failed.error()).isEqualTo("java.lang.IllegalStateException");
    }

    private JsonNode call(String name, String told) throws TaskFailed, InterruptedException {
        return call(integrations, name, told);
    }

    private static JsonNode call(Integrations integrations, String name, String told)
            throws TaskFailed, InterruptedException {
        return integrations.run(new TaskCall(
                ARN + name,
                TextNode.valueOf(told),
                "State",
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                JSON.createObjectNode()));
    }

    private TaskFailed failure(String name, String told) {
        Throwable thrown = catchThrowable(() -> call(name, told));
        assertThat(thrown).isInstanceOf(TaskFailed.class);
        return (TaskFailed) thrown;
    }
}
