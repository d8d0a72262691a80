package steward.local.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.rds.RdsClient;
import software.amazon.awssdk.services.rds.model.DbSnapshotNotFoundException;
import software.amazon.awssdk.services.s3.S3Client;
import steward.local.asl.Time;

final class InProcessTest {

    private static final String SLEEPY = """
            {"QueryLanguage": "JSONata", "StartAt": "A", "States": {
               "A": {"Type": "Wait", "Seconds": 3600, "Next": "B"},
               "B": {"Type": "Fail", "Error": "Planned"}}}
            """;
    private static final String NOTED = """
            {"QueryLanguage": "JSONata", "StartAt": "A", "States": {"A": {"Type": "Succeed"}}}
            """;

    private final Time time = Time.virtual(Instant.parse("2026-03-01T12:00:00Z"));
    private final AwsEndpoint endpoint =
            AwsEndpoint.inProcess(time, (uri, http) -> call -> call.arguments(), Disks.none());
    private final RdsClient rds = build(RdsClient.builder());

    private <B extends AwsClientBuilder<B, C> & AwsSyncClientBuilder<B, C>, C> C build(B builder) {
        return builder.endpointOverride(endpoint.uri())
                .httpClient(endpoint.http())
                .region(Region.US_EAST_1)
                .overrideConfiguration(it -> it.retryStrategy(AwsRetryStrategy.doNotRetry()))
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
                .build();
    }

    @AfterEach
    void close() {
        rds.close();
        endpoint.close();
    }

    private void registerShop() {
        endpoint.rds().register(RdsTestBase.instance("shop"));
    }

    private void snapshot(String id) {
        rds.createDBSnapshot(it -> it.dbInstanceIdentifier("shop").dbSnapshotIdentifier(id));
    }

    @Test
    void theClientReachesTheSameServices() {
        registerShop();
        snapshot("one");
        assertThat(endpoint.rds().snapshots()).hasSize(1);
        assertThatExceptionOfType(DbSnapshotNotFoundException.class)
                .isThrownBy(() -> rds.deleteDBSnapshot(it -> it.dbSnapshotIdentifier("two")));
        endpoint.s3().createBucket("bucket", Encryption.kms(Arn.key("k")));
        try (S3Client s3 = build(S3Client.builder().forcePathStyle(true))) {
            s3.putObject(it -> it.bucket("bucket").key("a"), RequestBody.fromString("content"));
            assertThat(s3.getObjectAsBytes(it -> it.bucket("bucket").key("a")).asUtf8String())
                    .isEqualTo("content");
        }
    }

    @Test
    void aLostAnswerLeavesTheEffectAndEveryCallIsRecorded() {
        registerShop();
        List<RecordedCall> calls = new ArrayList<>();
        endpoint.calls().listen(calls::add);
        endpoint.faults().drop("rds:CreateDBSnapshot", 1, Faults.Moment.AFTER);
        endpoint.faults()
                .fail("rds:CreateDBSnapshot", 2, Faults.Moment.BEFORE, AwsError.of("SnapshotQuotaExceeded", "planned"));

        assertThatExceptionOfType(SdkClientException.class).isThrownBy(() -> snapshot("one"));
        assertThatExceptionOfType(software.amazon.awssdk.services.rds.model.SnapshotQuotaExceededException.class)
                .isThrownBy(() -> snapshot("two"));
        assertThat(rds.describeDBSnapshots().dbSnapshots())
                .singleElement()
                .satisfies(made -> assertThat(made.dbSnapshotIdentifier()).isEqualTo("one"));
        assertThat(calls)
                .extracting(RecordedCall::toString)
                .containsExactly("rds:CreateDBSnapshot 0", "rds:CreateDBSnapshot 400", "rds:DescribeDBSnapshots 200");
        assertThat(calls.getFirst().request()).contains("DBSnapshotIdentifier=one");
    }

    @Test
    void anExecutionThatEndsBadlyStartsTheTargetOfTheRule() {
        var functions = endpoint.stepFunctions();
        var machine = functions.register("sleepy", SLEEPY);
        var rule = new StatusChangeRule(
                functions,
                "sweep",
                detail -> JsonNodeFactory.instance.objectNode().set("execution", detail.path("executionArn")));
        functions.listen(rule);
        functions.start(machine, "before", "{}");
        assertThat(functions.awaitAll(Duration.ofSeconds(30))).isTrue();
        var sweep = functions.register("sweep", NOTED);
        var failed = functions.start(machine, "failed", "{}");
        assertThat(functions.awaitAll(Duration.ofSeconds(30))).isTrue();

        assertThat(failed).endsWith(":sleepy:failed");
        assertThat(sweeps(failed)).isEqualTo("SUCCEEDED {\"execution\":\"" + failed + "\"}");
        rule.switchOff();
        var unseen = functions.start(machine, "unseen", "{}");
        assertThat(functions.awaitAll(Duration.ofSeconds(30))).isTrue();
        assertThat(sweep).endsWith(":sweep");
        assertThat(sweeps(unseen)).isEqualTo("none");
    }

    @Test
    void anExecutionIsStoppedAtAnyEventAndTheRuleSeesIt() {
        var functions = endpoint.stepFunctions();
        var machine = functions.register("sleepy", SLEEPY);
        functions.register("sweep", NOTED);
        functions.listen(new StatusChangeRule(functions, "sweep", detail -> detail));
        for (var event = 1; event <= 4; event++) {
            var stop = new StopAtEvent(functions, "sleepy", event);
            functions.listen(stop);
            var arn = functions.start(machine, "stopped-" + event, "{}");
            assertThat(functions.awaitAll(Duration.ofSeconds(30))).isTrue();

            assertThat(stop.happened()).isTrue();
            assertThat(functions.execution(arn).orElseThrow().status()).isEqualTo("ABORTED");
            assertThat(functions.history(arn)).hasSize(event + 1);
            assertThat(sweeps(arn)).startsWith("SUCCEEDED ").contains("\"status\":\"ABORTED\"");
        }
    }

    private String sweeps(String of) {
        var name = "rule-" + java.util.UUID.nameUUIDFromBytes(of.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        return endpoint.stepFunctions()
                .execution(Arn.execution("sweep", name))
                .map(execution -> execution.status() + " " + execution.input())
                .orElse("none");
    }

    @Test
    void manyAccountsAreMadeAndUsedInNoTime() {
        var start = System.nanoTime();
        for (var round = 0; round < 300; round++) {
            var clock = new TestTime(RdsTestBase.NOON);
            try (var one = AwsEndpoint.inProcess(clock, (uri, http) -> call -> call.arguments(), Disks.none())) {
                one.rds().register(RdsTestBase.instance("shop"));
                one.rds().startAutomatedBackups();
                clock.pass(Duration.ofDays(30));
                assertThat(one.rds().snapshots()).hasSize(30);
            }
        }
        var each = Duration.ofNanos(System.nanoTime() - start).dividedBy(300);
        System.out.println("an account with 30 days of snapshots: " + each.toNanos() / 1_000 + " us");
        assertThat(each).isLessThan(Duration.ofMillis(100));
    }
}
