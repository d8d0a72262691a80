package steward.local.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static steward.local.integration.Calls.call;
import static steward.local.integration.Calls.json;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import steward.local.asl.TaskFailed;
import steward.local.asl.Time;

@Timeout(30)
final class LambdaTest {

    private static final URI NOWHERE = URI.create("http://127.0.0.1:1");
    private static final String INVOKE = "arn:aws:states:::lambda:invoke";
    private static final String ARN = "arn:aws:lambda:us-east-1:000000000000:function:echo";
    private static final RequestStreamHandler ECHO = (input, output, context) -> input.transferTo(output);

    /** A named exception, as steward.error has them. */
    static final class Refused extends RuntimeException {
        Refused(String message, Throwable cause) {
            super(message, cause);
        }
    }

    @Test
    void envelopeHoldsTheAnswer() throws Exception {
        JsonNode result = integrations(ECHO).run(call(INVOKE, "{'FunctionName': 'echo', 'Payload': {'a': [1, null]}}"));

        assertThat(result.path("Payload")).isEqualTo(json("{'a': [1, null]}"));
        assertThat(result.path("ExecutedVersion").asText()).isEqualTo("$LATEST");
        assertThat(result.path("StatusCode").asInt()).isEqualTo(200);
        assertThat(result.at("/SdkHttpMetadata/HttpStatusCode").asInt()).isEqualTo(200);
        assertThat(result.at("/SdkHttpMetadata/HttpHeaders/Content-Length").asText())
                .isEqualTo("14");
        assertThat(result.at("/SdkHttpMetadata/AllHttpHeaders/Content-Type/0").asText())
                .isEqualTo("application/json");
        assertThat(result.at("/SdkResponseMetadata/RequestId").asText())
                .isEqualTo(result.at("/SdkHttpMetadata/HttpHeaders/x-amzn-RequestId")
                        .asText())
                .isNotEmpty();
        assertThat(result.properties().stream().map(java.util.Map.Entry::getKey).toList())
                .containsExactlyInAnyOrder(
                        "ExecutedVersion", "Payload", "SdkHttpMetadata", "SdkResponseMetadata", "StatusCode");
    }

    @Test
    void functionArnAsResourceGivesTheBareAnswer() throws Exception {
        assertThat(integrations(ECHO).run(call(ARN, "{'a': 1}"))).isEqualTo(json("{'a': 1}"));
        assertThat(integrations(ECHO).run(call(ARN + ":live", "[]"))).isEqualTo(json("[]"));
    }

    @Test
    void payloadOfTextThatIsJsonIsSentAsItIs() throws Exception {
        assertThat(payload("\"{}\"")).isEqualTo(json("{}"));
        assertThat(payload("\"true\"")).isEqualTo(json("true"));
        assertThat(payload("\"\\\"HelloWorld\\\"\"")).isEqualTo(json("'HelloWorld'"));
        assertThat(payload("\"Hello World\"")).isEqualTo(json("'Hello World'"));
        assertThat(payload("null")).isEqualTo(json("{}"));
    }

    private static JsonNode payload(String given) throws Exception {
        return integrations(ECHO)
                .run(call(INVOKE, "{\"FunctionName\": \"echo\", \"Payload\": " + given + "}"))
                .path("Payload");
    }

    @Test
    void answerThatIsNotJsonIsText() throws Exception {
        RequestStreamHandler text = (input, output, context) -> output.write("plain".getBytes(StandardCharsets.UTF_8));

        assertThat(integrations(text).run(call(ARN, "{}"))).isEqualTo(json("'plain'"));
    }

    @Test
    void functionIsFoundByNamePartialArnAndArn() throws Exception {
        for (String name : List.of("echo", "000000000000:function:echo", ARN)) {
            for (String qualifier : List.of("", ":live", ":7", ":$LATEST")) {
                JsonNode result = integrations(ECHO).run(call(INVOKE, "{'FunctionName': '" + name + qualifier + "'}"));
                assertThat(result.path("ExecutedVersion").asText())
                        .isEqualTo(
                                switch (qualifier) {
                                    case ":live" -> "1";
                                    case ":7" -> "7";
                                    default -> "$LATEST";
                                });
            }
        }
    }

    @Test
    void unknownFunctionIsNotFound() {
        TaskFailed failed = failure(ECHO, INVOKE, "{'FunctionName': 'other'}");

        assertThat(failed.error()).isEqualTo("Lambda.ResourceNotFoundException");
        assertThat(failed.cause())
                .startsWith("Function not found: arn:aws:lambda:us-east-1:000000000000:function:other:$LATEST"
                        + " (Service: AWSLambda; Status Code: 404; Error Code: ResourceNotFoundException; Request ID: ")
                .endsWith("; Proxy: null)");
        assertThat(integrations(ECHO).problem(ARN)).isEmpty();
        assertThat(integrations(ECHO).problem(ARN + "s")).contains("no Lambda function echos");
    }

    @Test
    void exceptionIsNamedByItsClassWithMessageAndFrames() throws Exception {
        RequestStreamHandler refusing = (input, output, context) -> {
            throw new Refused("creating role \"a\": no", new IOException("inner"));
        };

        TaskFailed failed = failure(refusing, INVOKE, "{'FunctionName': 'echo'}");

        assertThat(failed.error()).isEqualTo(Refused.class.getName());
        JsonNode cause = Json.parse(failed.cause()).orElseThrow();
        assertThat(cause.path("errorMessage").asText()).isEqualTo("creating role \"a\": no");
        assertThat(cause.path("errorType").asText()).isEqualTo(Refused.class.getName());
        assertThat(cause.path("stackTrace").get(0).asText()).contains("LambdaTest.java:");
        assertThat(failed.cause()).doesNotContain("LambdaInvocation").doesNotContain("inner");
    }

    @Test
    void errorWithoutMessageReportsItsClass() {
        RequestStreamHandler failing = (input, output, context) -> {
            throw new StackOverflowError();
        };

        TaskFailed failed = failure(failing, ARN, "{}");

        assertThat(failed.error()).isEqualTo("java.lang.StackOverflowError");
        assertThat(failed.cause()).startsWith("{\"errorMessage\":\"java.lang.StackOverflowError\"");
    }

    @Test
    void handlerLearnsAboutItsInvocation() throws Exception {
        AtomicReference<@Nullable Context> seen = new AtomicReference<>();
        AtomicReference<Integer> remaining = new AtomicReference<>(0);
        RequestStreamHandler looking = (input, output, context) -> {
            seen.set(context);
            remaining.set(context.getRemainingTimeInMillis());
            output.write("{}".getBytes(StandardCharsets.UTF_8));
        };

        JsonNode result = integrations(looking).run(call(INVOKE, "{'FunctionName': 'echo:live'}"));

        Context context = Objects.requireNonNull(seen.get());
        assertThat(context.getFunctionName()).isEqualTo("echo");
        assertThat(context.getInvokedFunctionArn()).isEqualTo(ARN + ":live");
        assertThat(context.getAwsRequestId())
                .isEqualTo(result.at("/SdkResponseMetadata/RequestId").asText());
        assertThat(remaining.get()).isBetween(1_000, 3_000);
    }

    @Test
    void functionThatTakesTooLongIsTimedOutAndInterrupted() throws Exception {
        CountDownLatch interrupted = new CountDownLatch(1);
        RequestStreamHandler slow = (input, output, context) -> {
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.countDown();
            }
        };

        TaskFailed failed = failure(slow, INVOKE, "{'FunctionName': 'echo'}");

        assertThat(failed.error()).isEqualTo("Sandbox.Timedout");
        assertThat(failed.cause())
                .matches("\\{\"errorType\":\"Sandbox.Timedout\",\"errorMessage\":\"RequestId: [0-9a-f-]{36} Error:"
                        + " Task timed out after 3.00 seconds\"}");
        assertThat(interrupted.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void timeoutCountsVirtualTime() throws Exception {
        Time time = Time.virtual(Instant.EPOCH);
        RequestStreamHandler sleeping = (input, output, context) -> sleep(time, Duration.ofHours(1));
        LambdaFunction function = new LambdaFunction("echo", sleeping, Duration.ofMinutes(15));

        CountDownLatch over = new CountDownLatch(1);
        AtomicReference<@Nullable Throwable> thrown = new AtomicReference<>();
        AtomicReference<@Nullable Instant> end = new AtomicReference<>();

        time.start("task", () -> {
            thrown.set(catchThrowable(() -> new Integrations(NOWHERE, List.of(function), time).run(call(ARN, "{}"))));
            end.set(time.now());
            over.countDown();
        });
        over.await();

        assertThat(thrown.get()).isInstanceOf(TaskFailed.class).hasMessageContaining("timed out after 900.00 seconds");
        assertThat(end.get()).isEqualTo(Instant.EPOCH.plus(Duration.ofMinutes(15)));
    }

    private static void sleep(Time time, Duration duration) {
        try {
            time.sleep(duration);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void stoppedTaskInterruptsItsFunction() throws Exception {
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        RequestStreamHandler slow = (input, output, context) -> {
            running.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.countDown();
            }
        };
        AtomicReference<@Nullable Throwable> end = new AtomicReference<>();
        Thread task = new Thread(() -> end.set(
                catchThrowable(() -> integrations(slow, Duration.ofMinutes(15)).run(call(ARN, "{}")))));
        task.start();
        running.await();

        task.interrupt();
        task.join();

        assertThat(end.get()).isInstanceOf(InterruptedException.class);
        assertThat(interrupted.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void payloadsAreLimitedToSixMegabytes() {
        RequestStreamHandler talkative = (input, output, context) -> output.write(new byte[6_291_557]);
        String large = "x".repeat(6_291_455);

        assertThat(failure(ECHO, INVOKE, "{'FunctionName': 'echo', 'Payload': '" + large + "'}")
                        .error())
                .isEqualTo("Lambda.RequestTooLargeException");
        assertThat(failure(talkative, INVOKE, "{'FunctionName': 'echo'}").error())
                .isEqualTo("Function.ResponseSizeTooLarge");
    }

    @Test
    void argumentsAreChecked() {
        assertThat(failure(ECHO, INVOKE, "{'FunctionName': 'echo', 'Input': {}}")
                        .cause())
                .contains("The field \"Input\" is not supported by Step Functions");
        assertThat(failure(ECHO, INVOKE, "{'Payload': {}}").cause()).contains("\"FunctionName\" must be a STRING");
        assertThat(failure(ECHO, INVOKE, "{'FunctionName': 'echo', 'InvocationType': 'Event'}")
                        .error())
                .isEqualTo("States.Runtime");
    }

    @Test
    void serviceCanFailBeforeOrAfterTheFunctionRan() {
        StringBuilder ran = new StringBuilder();
        RequestStreamHandler counting = new RequestStreamHandler() {
            @Override
            public void handleRequest(InputStream input, OutputStream output, Context context) throws IOException {
                ran.append('x');
                input.transferTo(output);
            }
        };
        TaskFailed throttled = new TaskFailed("Lambda.TooManyRequestsException", "Rate Exceeded.");
        LambdaFaults before = new LambdaFaults() {
            @Override
            public Optional<TaskFailed> before(String function, JsonNode payload) {
                return Optional.of(throttled);
            }
        };
        LambdaFaults after = new LambdaFaults() {
            @Override
            public Optional<TaskFailed> after(String function, JsonNode payload) {
                return payload.path("operation").asText().equals("CreateUser")
                        ? Optional.of(throttled)
                        : Optional.empty();
            }
        };
        LambdaFunction function = new LambdaFunction("echo", counting, Duration.ofSeconds(3));

        assertThat(catchThrowable(
                        () -> new Integrations(NOWHERE, List.of(function), before, Time.system()).run(call(ARN, "{}"))))
                .isSameAs(throttled);
        assertThat(ran).isEmpty();
        assertThat(catchThrowable(() -> new Integrations(NOWHERE, List.of(function), after, Time.system())
                        .run(call(ARN, "{'operation': 'CreateUser'}"))))
                .isSameAs(throttled);
        assertThat(ran).hasToString("x");
    }

    private static Integrations integrations(RequestStreamHandler handler) {
        return integrations(handler, Duration.ofSeconds(3));
    }

    private static Integrations integrations(RequestStreamHandler handler, Duration timeout) {
        return new Integrations(NOWHERE, List.of(new LambdaFunction("echo", handler, timeout)), Time.system());
    }

    private static TaskFailed failure(RequestStreamHandler handler, String resource, String arguments) {
        Throwable thrown = catchThrowable(() -> integrations(handler).run(call(resource, arguments)));
        assertThat(thrown).isInstanceOf(TaskFailed.class);
        return (TaskFailed) thrown;
    }
}
