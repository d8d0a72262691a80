package steward.local.aws;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import software.amazon.awssdk.services.rds.RdsClient;
import software.amazon.awssdk.services.rds.model.DBInstance;
import software.amazon.awssdk.services.rds.model.DBSnapshot;
import software.amazon.awssdk.services.rds.model.RdsException;
import software.amazon.awssdk.services.rds.model.RestoreDbInstanceFromDbSnapshotRequest;
import software.amazon.awssdk.services.rds.model.Tag;
import steward.local.aws.DatabaseInstance.Endpoint;

/** RDS with one instance, {@code shop}, at a time that the test sets; looked at through the real client. */
abstract class RdsTestBase {

    static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

    final TestTime time = new TestTime(NOON);
    final TestEndpoint endpoint = new TestEndpoint(time, call -> call.arguments());
    final Rds rds = endpoint.endpoint.rds();
    final RdsClient client = endpoint.rds;

    RdsTestBase() {
        rds.register(instance("shop").withTags(Map.of("steward:managed", "true")));
    }

    @AfterEach
    void close() {
        endpoint.close();
    }

    static DatabaseInstance instance(String identifier) {
        return DatabaseInstance.available(
                identifier, "17.11", new Endpoint("127.0.0.1", 5433), "master", NOON.minus(Duration.ofDays(1)));
    }

    DBInstance describe(String id) {
        return client.describeDBInstances(it -> it.dbInstanceIdentifier(id))
                .dbInstances()
                .getFirst();
    }

    String status(String id) {
        return describe(id).dbInstanceStatus();
    }

    DBSnapshot snapshot(String id) {
        return client.describeDBSnapshots(it -> it.dbSnapshotIdentifier(id))
                .dbSnapshots()
                .getFirst();
    }

    void create(String id) {
        client.createDBSnapshot(it -> it.dbInstanceIdentifier("shop").dbSnapshotIdentifier(id));
    }

    /** One that is available. */
    void taken(String id) {
        create(id);
        pass(3);
    }

    DBInstance restore(String id, String from, Consumer<RestoreDbInstanceFromDbSnapshotRequest.Builder> more) {
        return client.restoreDBInstanceFromDBSnapshot(it -> {
                    it.dbInstanceIdentifier(id).dbSnapshotIdentifier(from);
                    more.accept(it);
                })
                .dbInstance();
    }

    /** One that is available, without automated backups and unprotected. */
    void restored(String id, String from) {
        restore(id, from, it -> it.backupRetentionPeriod(0).deletionProtection(false));
        pass(7);
    }

    void pass(long minutes) {
        time.pass(Duration.ofMinutes(minutes));
    }

    static Tag tag(String key, String value) {
        return Tag.builder().key(key).value(value).build();
    }

    static void assertRefused(String code, ThrowingCallable call) {
        assertThatExceptionOfType(RdsException.class)
                .isThrownBy(call)
                .satisfies(e -> org.assertj.core.api.Assertions.assertThat(
                                e.awsErrorDetails().errorCode())
                        .isEqualTo(code));
    }

    static void assertThrown(Class<? extends RdsException> type, ThrowingCallable call) {
        assertThatExceptionOfType(type).isThrownBy(call);
    }
}
