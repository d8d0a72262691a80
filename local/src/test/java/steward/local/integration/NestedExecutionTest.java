package steward.local.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static steward.local.integration.Calls.call;
import static steward.local.integration.Calls.json;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import steward.local.asl.TaskCall;
import steward.local.asl.TaskFailed;
import steward.local.asl.TaskProgress;
import steward.local.asl.Time;

@Timeout(30)
final class NestedExecutionTest {

    private static final String START = "arn:aws:states:::states:startExecution";
    private static final String ARGUMENTS = "{'StateMachineArn': 'arn:m', 'Input': {'key': 'value'}, 'Name': 'child'}";
    private static final String RUNNING = """
            {"executionArn": "arn:e", "stateMachineArn": "arn:m", "status": "RUNNING", "startDate": 1767322800}""";

    private CannedService service;
    private Integrations integrations;

    @BeforeEach
    void start() throws IOException {
        service = new CannedService();
        integrations = new Integrations(service.uri(), List.of(), Time.system());
        service.json("StartExecution", 200, "{\"executionArn\": \"arn:e\", \"startDate\": 1767322800}");
    }

    @AfterEach
    void stop() {
        integrations.close();
        service.close();
    }

    @Test
    void startedExecutionIsNotWaitedFor() throws Exception {
        JsonNode result = integrations.run(call(START, ARGUMENTS));

        assertThat(result.path("ExecutionArn").asText()).isEqualTo("arn:e");
        assertThat(result.path("StartDate").asLong()).isEqualTo(1767322800000L);
        assertThat(result.at("/SdkHttpMetadata/HttpStatusCode").asInt()).isEqualTo(200);
        assertThat(result.at("/SdkResponseMetadata/RequestId").asText()).isEqualTo("request-1");
        assertThat(service.requests()).hasSize(1);
        assertThat(json(service.requests().getFirst().body()))
                .isEqualTo(Json.parse(
                                "{\"stateMachineArn\":\"arn:m\",\"name\":\"child\",\"input\":\"{\\\"key\\\":\\\"value\\\"}\"}")
                        .orElseThrow());
    }

    @Test
    void syncGivesOutputAsTextAndSync2AsJson() throws Exception {
        service.json("DescribeExecution", 200, RUNNING);
        service.json("DescribeExecution", 200, ended("SUCCEEDED", "\"output\": \"{\\\"a\\\": 1}\""));

        JsonNode text = integrations.run(call(START + ".sync", ARGUMENTS));
        JsonNode parsed = integrations.run(call(START + ".sync:2", ARGUMENTS));

        assertThat(text).isEqualTo(Json.parse("""
                {"ExecutionArn": "arn:e", "StateMachineArn": "arn:m", "Name": "child", "Status": "SUCCEEDED",
                 "StartDate": 1767322800000, "StopDate": 1767322801500, "Input": "{}",
                 "InputDetails": {"Included": true}, "Output": "{\\"a\\": 1}"}""").orElseThrow());
        assertThat(parsed.path("Output")).isEqualTo(json("{'a': 1}"));
        assertThat(parsed.path("Input")).isEqualTo(json("{}"));
    }

    @Test
    void submissionIsReportedBeforeTheWait() throws Exception {
        service.json("DescribeExecution", 200, ended("SUCCEEDED", "\"output\": \"1\""));
        List<JsonNode> submitted = new ArrayList<>();
        TaskCall plain = call(START + ".sync:2", ARGUMENTS);
        TaskCall heard = new TaskCall(
                plain.resource(),
                plain.arguments(),
                plain.state(),
                plain.iteration(),
                plain.timeout(),
                plain.heartbeat(),
                plain.credentials(),
                plain.context(),
                new TaskProgress() {
                    @Override
                    public void submitted(JsonNode response) {
                        submitted.add(response);
                    }

                    @Override
                    public void heartbeat() {}
                });

        integrations.run(heard);

        assertThat(submitted).hasSize(1);
        assertThat(submitted.getFirst().path("ExecutionArn").asText()).isEqualTo("arn:e");
    }

    @Test
    void childThatFailsFailsTheTaskWithItsDescription() {
        for (String status : List.of("FAILED", "TIMED_OUT", "ABORTED")) {
            service.json("DescribeExecution", 200, ended(status, "\"error\": \"Refused\", \"cause\": \"no\""));
            service.json("DescribeExecution", 200, ended(status, "\"error\": \"Refused\", \"cause\": \"no\""));

            TaskFailed failed = (TaskFailed) catchThrowable(() -> integrations.run(call(START + ".sync:2", ARGUMENTS)));

            assertThat(failed.error()).isEqualTo("States.TaskFailed");
            assertThat(failed.cause()).startsWith("{\"Cause\":\"no\",\"Error\":\"Refused\",\"ExecutionArn\":\"arn:e\"");
        }
    }

    @Test
    void unknownStateMachineHasTheNameOfTheOptimisedIntegration() throws IOException {
        try (CannedService other = new CannedService();
                Integrations there = new Integrations(other.uri(), List.of(), Time.system())) {
            other.json("StartExecution", 400, """
                    {"__type": "com.amazonaws.swf.service.v2.model#StateMachineDoesNotExist",
                     "message": "State Machine Does Not Exist: 'arn:m'"}""");

            TaskFailed failed = (TaskFailed) catchThrowable(() -> there.run(call(START, ARGUMENTS)));

            assertThat(failed.error()).isEqualTo("StepFunctions.StateMachineDoesNotExistException");
            assertThat(failed.cause())
                    .isEqualTo("State Machine Does Not Exist: 'arn:m' (Service: AWSStepFunctions; Status Code: 400;"
                            + " Error Code: StateMachineDoesNotExist; Request ID: request-1; Proxy: null)");
        }
    }

    @Test
    void unknownArgumentIsRefused() {
        assertThat(catchThrowable(() -> integrations.run(call(START, "{'StateMachine': 'm'}"))))
                .hasMessageContaining("The field \"StateMachine\" is not supported by Step Functions");
    }

    @Test
    void childThatIsJustBeingStartedIsStoppedToo() {
        service.json("DescribeExecution", 200, RUNNING);
        service.json("StopExecution", 200, "{\"stopDate\": 1767322801}");
        Thread.currentThread().interrupt();
        try {
            assertThat(catchThrowable(() -> integrations.run(call(START + ".sync", ARGUMENTS))))
                    .isInstanceOf(InterruptedException.class);
        } finally {
            Thread.interrupted();
        }
        // The description that nobody waits for any more may arrive after it.
        assertThat(service.requests()).anyMatch(request -> request.action().equals("StopExecution"));
    }

    @Test
    void childIsStoppedWithItsTask() throws Exception {
        service.json("DescribeExecution", 200, RUNNING);
        service.json("StopExecution", 200, "{\"stopDate\": 1767322801}");
        AtomicReference<@Nullable Throwable> end = new AtomicReference<>();
        Thread task =
                new Thread(() -> end.set(catchThrowable(() -> integrations.run(call(START + ".sync:2", ARGUMENTS)))));
        task.start();
        while (service.requests().size() < 3) {
            Thread.sleep(5);
        }

        task.interrupt();
        task.join();

        assertThat(end.get()).isInstanceOf(InterruptedException.class);
        assertThat(service.requests())
                .anyMatch(request -> request.action().equals("StopExecution")
                        && request.body().contains("arn:e"));
    }

    private static String ended(String status, String result) {
        return """
                {"executionArn": "arn:e", "stateMachineArn": "arn:m", "name": "child", "status": "%s",
                 "startDate": 1767322800, "stopDate": 1767322801.5, "input": "{}",
                 "inputDetails": {"included": true}, %s}""".formatted(status, result);
    }
}
