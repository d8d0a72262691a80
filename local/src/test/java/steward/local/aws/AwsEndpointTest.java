package steward.local.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import steward.local.asl.TaskCall;
import steward.local.asl.Time;

final class AwsEndpointTest {

    private final CountDownLatch never = new CountDownLatch(1);
    private final TestEndpoint endpoint = new TestEndpoint(Time.system(), call -> {
        never.await();
        return call.arguments();
    });
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @AfterEach
    void close() {
        http.close();
        endpoint.close();
    }

    @Test
    void anUnknownJsonActionIsAnUnknownOperation() {
        var answer = json("secretsmanager.MakeCoffee", BodyPublishers.ofString("{}"));

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("\"__type\":\"UnknownOperationException\"");
        assertThat(json("AWSStepFunctions.MakeCoffee", BodyPublishers.ofString("{}"))
                        .body())
                .contains("\"__type\":\"UnknownOperationException\"");
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/x-amz-json-1.1");
    }

    @Test
    void anUnknownQueryActionIsAnInvalidAction() {
        var answer = query("Action=MakeCoffee&Version=2014-10-31");

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("<Code>InvalidAction</Code>").contains("<Type>Sender</Type>");
        assertThat(query("Version=2014-10-31").body()).contains("<Code>MissingAction</Code>");
        assertThat(query("Action=%zz").body()).contains("<Code>MalformedQueryString</Code>");
    }

    @Test
    void aRequestForNobodyIsAnswered() {
        var get = send(HttpRequest.newBuilder(endpoint.uri()).GET());
        var cbor = send(HttpRequest.newBuilder(endpoint.uri().resolve("/service/SFN/operation/ListStateMachines"))
                .header("smithy-protocol", "rpc-v2-cbor")
                .POST(BodyPublishers.ofByteArray(new byte[] {(byte) 0xa0})));

        assertThat(get.statusCode()).isEqualTo(404);
        assertThat(cbor.statusCode()).isEqualTo(404);
        assertThat(cbor.body()).contains("UnknownOperationException");
    }

    @Test
    void whatIsNotJsonIsRefusedWithoutQuotingIt() {
        var answer = json("secretsmanager.CreateSecret", BodyPublishers.ofString("{\"SecretString\": hunter2}"));

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("SerializationException").doesNotContain("hunter2");
        assertThat(json("secretsmanager.CreateSecret", BodyPublishers.ofString("[]"))
                        .body())
                .contains("SerializationException");
        assertThat(json("secretsmanager.CreateSecret", BodyPublishers.ofString("{\"Name\": 1}"))
                        .body())
                .contains("SerializationException");
    }

    @Test
    void aBodyMayComeInChunks() {
        var stream = BodyPublishers.ofInputStream(
                () -> new ByteArrayInputStream("{\"Name\":\"chunked\"}".getBytes(StandardCharsets.UTF_8)));

        assertThat(json("secretsmanager.CreateSecret", stream).statusCode()).isEqualTo(200);
        assertThat(endpoint.secretsManager
                        .describeSecret(it -> it.secretId("chunked"))
                        .name())
                .isEqualTo("chunked");
    }

    /** With Nagle's algorithm the second packet waits for the client's delayed ACK: each answer took 40 ms more. */
    @Test
    void anAnswerInTwoPacketsIsNotHeldBack() {
        for (int i = 0; i < 100; i++) {
            json("secretsmanager.CreateSecret", BodyPublishers.ofString("{\"Name\":\"secret-%d\"}".formatted(i)));
        }
        Duration fastest = Duration.ofDays(1);
        for (int i = 0; i < 20; i++) {
            long start = System.nanoTime();
            var answer = json("secretsmanager.ListSecrets", BodyPublishers.ofString("{\"MaxResults\":100}"));
            var took = Duration.ofNanos(System.nanoTime() - start);
            assertThat(answer.body()).contains("secret-99");
            // Of the first ones the kernel acknowledges at once.
            fastest = i >= 10 && took.compareTo(fastest) < 0 ? took : fastest;
        }
        assertThat(fastest).isLessThan(Duration.ofMillis(30));
    }

    @Test
    void aClientThatWaitsForLeaveGetsIt() throws IOException {
        var body = "{\"Name\":\"polite\"}";
        try (var socket =
                new Socket(InetAddress.getLoopbackAddress(), endpoint.uri().getPort())) {
            socket.setSoTimeout(5_000);
            var output = socket.getOutputStream();
            output.write(("POST / HTTP/1.1\r\nHost: localhost\r\nX-Amz-Target: secretsmanager.CreateSecret\r\n"
                            + "Content-Length: " + body.length() + "\r\nExpect: 100-continue\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            output.flush();
            var lines = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
            assertThat(lines.readLine()).isEqualTo("HTTP/1.1 100 Continue");
            output.write(body.getBytes(StandardCharsets.US_ASCII));
            assertThat(lines.lines().filter(line -> line.startsWith("HTTP/1.1")).findFirst())
                    .hasValue("HTTP/1.1 200 OK");
        }
    }

    @Test
    void severalHundredRequestsAtOnceAreAllAnswered() {
        var before = Instant.now();
        // The second wave comes on the connections that the first has left open.
        for (var wave = 0; wave < 2; wave++) {
            var answers = new ArrayList<CompletableFuture<HttpResponse<String>>>();
            for (var number = 0; number < 600; number++) {
                var body = BodyPublishers.ofString("{\"Name\":\"wave-" + wave + "-" + number + "\"}");
                answers.add(http.sendAsync(
                        request("secretsmanager.CreateSecret", body).build(), BodyHandlers.ofString()));
            }
            assertThat(answers)
                    .allSatisfy(answer -> assertThat(answer.join().statusCode()).isEqualTo(200));
        }
        assertThat(Duration.between(before, Instant.now())).isLessThan(Duration.ofSeconds(30));
        assertThat(endpoint.secretsManager.listSecretsPaginator().stream()
                        .mapToInt(page -> page.secretList().size())
                        .sum())
                .isEqualTo(1_200);
    }

    @Test
    void aRequestOnAConnectionThatIsKeptDoesNotWait() {
        json("AWSStepFunctions.ListStateMachines", BodyPublishers.ofString("{}"));
        var before = System.nanoTime();
        for (var call = 0; call < 50; call++) {
            json("AWSStepFunctions.ListStateMachines", BodyPublishers.ofString("{}"));
        }

        // Nagle's algorithm against delayed acknowledgements would cost 40 ms each: two seconds.
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(1));
    }

    @Test
    void closingStopsExecutionsAndServerSoon() throws InterruptedException {
        var changes = new CountDownLatch(20);
        endpoint.endpoint.stepFunctions().listen(new ExecutionListener() {
            @Override
            public void changed(ExecutionDescription execution) {
                if (execution.status().equals("ABORTED")) {
                    changes.countDown();
                }
            }
        });
        var machine = endpoint.endpoint.stepFunctions().register("stuck", """
                        {"QueryLanguage": "JSONata", "StartAt": "Stuck", "States": {"Stuck": {"Type": "Task",
                         "Resource": "arn:aws:states:::aws-sdk:rds:describeDBInstances", "End": true}}}
                        """);
        for (var number = 0; number < 20; number++) {
            endpoint.stepFunctions.startExecution(it -> it.stateMachineArn(machine));
        }
        var before = System.nanoTime();
        endpoint.endpoint.close();

        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(2));
        assertThat(changes.await(0, TimeUnit.SECONDS)).isTrue();
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> new Socket(
                                InetAddress.getLoopbackAddress(), endpoint.uri().getPort())
                        .close());
    }

    @Test
    void inVirtualTimeAnHourPassesAtOnce() {
        var start = Instant.parse("2026-03-01T10:00:00Z");
        try (var virtual = new TestEndpoint(Time.virtual(start), TaskCall::arguments)) {
            var over = new CountDownLatch(1);
            virtual.endpoint.stepFunctions().listen(new ExecutionListener() {
                @Override
                public void changed(ExecutionDescription execution) {
                    if (execution.stopDate().equals(Optional.of(start.plus(Duration.ofHours(1))))) {
                        over.countDown();
                    }
                }
            });
            var machine = virtual.endpoint.stepFunctions().register("patient", """
                    {"QueryLanguage": "JSONata", "StartAt": "Wait", "States": {
                     "Wait": {"Type": "Wait", "Seconds": 3600, "End": true}}}
                    """);
            virtual.stepFunctions.startExecution(it -> it.stateMachineArn(machine));
            assertThat(within5Seconds(over)).isTrue();
        }
    }

    private static boolean within5Seconds(CountDownLatch latch) {
        try {
            return latch.await(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aPortThatIsTakenIsNamed() {
        var port = endpoint.uri().getPort();

        assertThatExceptionOfType(UncheckedIOException.class)
                .isThrownBy(() -> AwsEndpoint.start(port, Time.system(), uri -> call -> call.arguments()))
                .withMessageContaining("127.0.0.1:" + port);
    }

    private HttpResponse<String> json(String target, BodyPublisher body) {
        return send(request(target, body));
    }

    private HttpRequest.Builder request(String target, BodyPublisher body) {
        return HttpRequest.newBuilder(endpoint.uri())
                .header("X-Amz-Target", target)
                .header("Content-Type", "application/x-amz-json-1.1")
                .POST(body);
    }

    private HttpResponse<String> query(String form) {
        return send(HttpRequest.newBuilder(endpoint.uri())
                .header("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
                .header("Authorization", "AWS4-HMAC-SHA256 Credential=test/20260301/us-east-1/rds/aws4_request, x=y")
                .POST(BodyPublishers.ofString(form)));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return http.send(request.timeout(Duration.ofSeconds(10)).build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
