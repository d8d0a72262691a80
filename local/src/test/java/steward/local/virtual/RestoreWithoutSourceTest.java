package steward.local.virtual;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import steward.local.aws.ExecutionDescription;
import steward.local.virtual.ModelServers.Database;

/** A database comes back when the instance that it was on is gone, or takes no connection: that is what copies are kept for. */
final class RestoreWithoutSourceTest {
    private static final String ONTO_STAGING = ", \"targetInstance\": \"staging\"";
    private static final String ANY_TIME = "\"time\": \"2099-01-01T00:00:00Z\"";

    private final Account account = new Account(new Wire());

    @AfterEach
    void close() {
        account.close();
    }

    private ExecutionDescription restore(String fields) {
        return account.execute("restore-database", Scenario.restore(fields));
    }

    private static void requireFailure(ExecutionDescription execution, String error, String... causes) {
        assertThat(execution.status()).isEqualTo("FAILED");
        assertThat(execution.error()).contains(error);
        assertThat(execution.cause().orElse("")).contains(causes);
    }

    private void requireCopy(ExecutionDescription execution, String snapshot, String owner) {
        assertThat(execution.status()).as(execution.toString()).isEqualTo("SUCCEEDED");
        assertThat(execution.output().orElseThrow().at("/snapshot/identifier").asText())
                .isEqualTo(snapshot);
        assertThat(account.servers.server("staging").databases().get("copy"))
                .isEqualTo(new Database(owner, "acme", Account.SNAPSHOT_CONTENT));
        assertThat(account.temporary()).isEmpty();
        assertThat(account.defects).isEmpty();
    }

    @Test
    void ofAnInstanceThatIsGoneTheNewestSnapshotWithStewardsTagIsTaken() {
        String copy = Scenario.lose(account);
        account.wire.rds.copyDBSnapshot(
                it -> it.sourceDBSnapshotIdentifier(copy).targetDBSnapshotIdentifier("later-and-not-tagged"));
        account.pass(Duration.ofHours(1));

        requireCopy(restore(ANY_TIME + ONTO_STAGING), copy, "copy");
    }

    @Test
    void aSnapshotThatNobodyVouchesForIsNotRestored() {
        String copy = Scenario.lose(account);
        account.wire.rds.copyDBSnapshot(
                it -> it.sourceDBSnapshotIdentifier(copy).targetDBSnapshotIdentifier("not-tagged"));
        account.wire.rds.removeTagsFromResource(it -> it.resourceName(account.endpoint.rds().snapshots().stream()
                        .filter(each -> each.identifier().equals(copy))
                        .findFirst()
                        .orElseThrow()
                        .arn())
                .tagKeys("steward:managed"));
        account.pass(Duration.ofHours(1));

        requireFailure(
                restore("\"snapshot\": \"not-tagged\"" + ONTO_STAGING),
                "steward.error.NotOurs",
                "snapshot not-tagged: is not tagged steward:managed = true");
        requireFailure(
                restore(ANY_TIME + ONTO_STAGING),
                "steward.error.ObjectMissing",
                "time: there is no snapshot of prod",
                "is tagged steward:managed = true");
    }

    @Test
    void itIsSaidThatWithoutTheInstanceATargetIsNeeded() {
        Scenario.lose(account);

        requireFailure(
                restore(ANY_TIME),
                "steward.error.ObjectMissing",
                "instance prod: does not exist in this account and region; a targetInstance is needed");
    }

    @Test
    void anotherInstancesSnapshotIsNotTakenForThatOfOneThatIsGone() {
        String copy = Scenario.lose(account);

        requireFailure(
                account.execute(
                        "restore-database",
                        Scenario.restore("\"snapshot\": \"" + copy + "\"" + ONTO_STAGING)
                                .replace("\"prod\"", "\"another\"")),
                "steward.error.InvalidInput",
                "is of instance prod, not of another");
    }

    @ParameterizedTest
    @ValueSource(strings = {"incompatible-network", "storage-full", "stopped", "inaccessible-encryption-credentials"})
    void ofAnInstanceThatTakesNoConnectionToo(String status) {
        account.wire.rds.modifyDBInstance(it -> it.dbInstanceIdentifier("staging")
                .dbInstanceClass("db.m7g.large")
                .applyImmediately(true));
        account.pass(Duration.ofHours(1));
        account.endpoint.rds().update("prod", it -> it.withStatus(status));
        List<String> requests = new CopyOnWriteArrayList<>();
        account.endpoint.calls().listen(call -> {
            if (call.action().equals("rds:RestoreDBInstanceFromDBSnapshot")) {
                requests.add(call.request());
            }
        });

        requireFailure(restore(ANY_TIME), "steward.error.ServerUnavailable", "instance prod: is " + status);
        assertThat(requests).isEmpty();
        requireCopy(restore(ANY_TIME + ONTO_STAGING), account.snapshot, "copy");
        assertThat(requests).singleElement().asString().contains("DBInstanceClass=db.m7g.large");
    }

    /** Its status says nothing of that. */
    @Test
    void ofAnInstanceThatIsAvailableAndDoesNotAnswerToo() {
        String state = "restore-database/FindLiveDatabase";
        String error = "steward.error.ServerUnavailable";
        List<PlannedFault> silent = IntStream.rangeClosed(1, 1 + States.retries(state, error))
                .mapToObj(call -> new PlannedFault(state, call, error, false))
                .toList();
        account.plan(silent, "restore-database", 0);
        requireFailure(restore(ANY_TIME), "steward.error.ServerUnavailable", "planned");
        account.plan(silent, "restore-database", 0);
        requireCopy(restore(ANY_TIME + ONTO_STAGING + ", \"user\": \"somebody\""), account.snapshot, "somebody");
    }

    /** Copies of another instance's databases would be open to everybody who may start this workflow. */
    @Test
    void anInstanceWithoutTheTagIsNoMoreOpenForBeingBroken() {
        account.endpoint
                .rds()
                .update(
                        "prod",
                        it -> it.withTags(new TreeMap<>(Map.of("is", "somebody's")))
                                .withStatus("failed"));

        requireFailure(restore(ANY_TIME + ONTO_STAGING), "steward.error.NotOurs", "instance prod: is not tagged");
    }
}
