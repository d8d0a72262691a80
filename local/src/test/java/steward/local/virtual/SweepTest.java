package steward.local.virtual;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import steward.TemporaryName;
import steward.local.asl.HistoryEvent;
import steward.local.aws.Arn;
import steward.local.aws.AwsError;
import steward.local.aws.DatabaseSnapshot;
import steward.local.aws.ExecutionDescription;
import steward.local.aws.ExecutionListener;
import steward.local.aws.Faults;
import steward.local.aws.RdsFaults;
import steward.local.aws.RdsQuotas;

/** What the sweep removes and what it leaves, and how restore-database ends when RDS does. */
final class SweepTest {
    private static final String GONE = Arn.execution("restore-database", "gone");
    private final Account account = new Account(new Wire());

    @AfterEach
    void close() {
        account.close();
    }

    private ExecutionDescription restore() {
        return account.execute("restore-database", Scenario.restore("\"snapshot\": \"" + account.snapshot + "\""));
    }

    private JsonNode sweep(String input) {
        ExecutionDescription execution = account.execute("sweep", input);
        assertThat(execution.status()).as(execution.toString()).isEqualTo("SUCCEEDED");
        return execution.output().orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(strings = {"DescribeTemporaryInstance", "FindSnapshotDatabase", "RunCopy", "VerifyAccess"})
    void whatBelongsToARunningExecutionIsLeft(String state) {
        AtomicBoolean started = new AtomicBoolean();
        account.endpoint.stepFunctions().listen(new ExecutionListener() {
            @Override
            public void happened(String execution, HistoryEvent event) {
                if (event.details().path("name").asText().equals(state)
                        && execution.contains(":restore-database:")
                        && started.compareAndSet(false, true)) {
                    account.endpoint.stepFunctions().start(Arn.stateMachine("sweep"), "beside", "{}");
                }
            }
        });
        ExecutionDescription restored = restore();

        assertThat(restored.status()).as(restored.toString()).isEqualTo("SUCCEEDED");
        ExecutionDescription beside = account.endpoint
                .stepFunctions()
                .execution(Arn.execution("sweep", "beside"))
                .orElseThrow();
        assertThat(beside.status()).as(beside.toString()).isEqualTo("SUCCEEDED");
        assertThat(beside.output().orElseThrow().path("left").toString()).contains("its execution is running");
        assertThat(beside.output().orElseThrow().path("removed")).isEmpty();
        assertThat(account.temporary()).isEmpty();
    }

    @Test
    void aDryRunTellsAndRemovesNothing() {
        Scenario.leave(account);
        var before = account.all();
        JsonNode dry = sweep("{\"dryRun\": true}");
        assertThat(account.all()).isEqualTo(before);
        assertThat(dry.path("removed")).isEmpty();
        assertThat(dry.path("left")).hasSize(6).allMatch(each -> each.asText().endsWith(": would be removed"));

        JsonNode real = sweep("{}");
        assertThat(real.path("removed")).hasSize(6);
        assertThat(real.path("left")).isEmpty();
        assertThat(account.temporary()).isEmpty();
        assertThat(account.endpoint.cloudWatch().metrics().getLast().name()).isEqualTo("TemporaryThings");
        assertThat(account.endpoint.cloudWatch().metrics().getFirst().value()).isEqualTo(6);
        assertThat(account.endpoint.cloudWatch().metrics().getLast().value()).isZero();
    }

    @Test
    void aDumpThatIsFinishedMeanwhileIsLeft() {
        Scenario.leave(account);
        String dump = "dumps/acme/prod/website/20260101T000000Z-gone/";
        account.endpoint.stepFunctions().listen(new ExecutionListener() {
            @Override
            public void happened(String execution, HistoryEvent event) {
                if (event.details().path("name").asText().equals("ListUploads")) {
                    account.put(dump + "manifest.json", "{}");
                }
            }
        });

        JsonNode output = sweep("{}");

        assertThat(output.path("left").toString()).contains("dump " + dump + ": has its manifest by now");
        assertThat(output.path("removed")).hasSize(5);
        assertThat(account.keys()).contains(dump + "dump.tar.zst");
    }

    @Test
    void whatOthersPutBesideTheDumpsIsLeft() {
        List<String> theirs = List.of(
                "dumps/acme/prod/website/before-migration/site.dump",
                "dumps/acme/prod/website/old/dump.tar.zst",
                "dumps/acme/prod/website/20260101T000000Z-gone/notes.txt",
                "dumps/acme/20260101T000000Z-gone/dump.tar.zst",
                // A folder that somebody made in S3's console.
                "dumps/acme/prod/website/",
                "dumps/dump.tar.zst");
        theirs.forEach(key -> account.put(key, "theirs"));
        String fresh = "dumps/acme/prod/website/20260101T000000Z-elsewhere/dump.tar.zst";
        account.pass(Duration.ofDays(2));
        account.put(fresh, "half");

        JsonNode output = sweep("{}");

        assertThat(output.path("removed")).isEmpty();
        assertThat(output.path("left")).hasSize(1);
        assertThat(output.path("left").toString()).contains("it is less than a day old");
        account.pass(Duration.ofDays(1));
        assertThat(sweep("{}").path("removed")).hasSize(1);
        assertThat(account.keys()).containsAll(theirs).doesNotContain(fresh);
    }

    @Test
    void whatIsLeftForLaterHasItsTurn() {
        String last = "dumps/acme/prod/zebra/20260101T000000Z-elsewhere/dump.tar.zst";
        account.put(last, "half");
        account.pass(Duration.ofDays(2));
        for (int i = 10; i < 40; i++) {
            account.put("dumps/acme/prod/website/20260101T0000" + i + "Z-elsewhere/dump.tar.zst", "half");
        }

        int others = account.keys().size() - 1;

        int removed = 0;
        int later = 0;
        for (int hour = 0; hour < 3; hour++) {
            JsonNode output = sweep("{}");
            removed += output.path("removed").size();
            assertThat(output.path("left").size() + output.path("removed").size())
                    .isEqualTo(31 - (removed - output.path("removed").size()));
            later += output.path("left").toString().split("is left for the next sweep", -1).length - 1;
            account.pass(Duration.ofHours(1));
        }

        assertThat(removed).isEqualTo(1);
        assertThat(later).isGreaterThanOrEqualTo(3 * 5);
        assertThat(account.keys()).doesNotContain(last).hasSize(others);
    }

    @Test
    void theNewestOfManySnapshotsBeforeATimeIsTaken() {
        for (int day = 0; day < 150; day++) {
            account.pass(Duration.ofHours(6));
            account.endpoint.rds().backUp("prod");
        }
        account.pass(Duration.ofHours(1));
        List<DatabaseSnapshot> snapshots = account.endpoint.rds().snapshots().stream()
                .sorted(Comparator.comparing(snapshot -> snapshot.created().orElseThrow()))
                .toList();
        DatabaseSnapshot wanted = snapshots.get(snapshots.size() / 2);

        ExecutionDescription restored = account.execute(
                "restore-database",
                Scenario.restore(
                        "\"time\": \"" + wanted.created().orElseThrow().truncatedTo(ChronoUnit.SECONDS) + "\""));

        assertThat(snapshots).hasSizeGreaterThan(100);
        assertThat(restored.status()).as(restored.toString()).isEqualTo("SUCCEEDED");
        assertThat(restored.output().orElseThrow().at("/snapshot/identifier").asText())
                .isEqualTo(wanted.identifier());
    }

    /** As much as never comes together: expressions that work for a handful may not for hundreds. */
    @Test
    void hundredsOfThingsGoInTheEnd() {
        Scenario.leave(account);
        for (int i = 0; i < 250; i++) {
            String execution = Arn.execution("restore-database", "gone-" + i);
            String name = TemporaryName.of(execution);
            if (i < 30) {
                account.restoreInstance(name, execution);
            }
            if (i < 60) {
                account.tasks.start(execution);
            }
            if (i < 80) {
                account.wire.plain.createSecret(name, Map.of("steward:execution", execution));
            }
            account.put("steward-tmp-restore-database/gone-" + i + "/outcome-1.json", "{}");
            account.put("dumps/acme/prod/website/20260101T000000Z-gone-" + i + "/dump.tar.zst", "half");
            account.servers.server("prod").databases().put(name, new ModelServers.Database("website", "acme", "half"));
        }
        account.pass(Duration.ofHours(25));
        int things = account.temporary().size();
        assertThat(things).isGreaterThan(600);

        int sweeps = 0;
        for (; !account.temporary().isEmpty(); sweeps++) {
            assertThat(sweep("{}").path("removed"))
                    .as("removed by sweep %d", sweeps)
                    .isNotEmpty();
        }
        System.out.printf("%d things were gone after %d sweeps%n", things, sweeps);
    }

    @Test
    void aRestoreIsNotGivenUpBecauseRdsDoesNotAnswerForAMinute() {
        AtomicBoolean planned = new AtomicBoolean();
        account.endpoint.stepFunctions().listen(new ExecutionListener() {
            @Override
            public void happened(String execution, HistoryEvent event) {
                if (event.details().path("name").asText().equals("WaitForInstance")
                        && planned.compareAndSet(false, true)) {
                    for (int call = 1; call <= 3; call++) {
                        account.endpoint
                                .faults()
                                .fail(
                                        "rds:DescribeDBInstances",
                                        call,
                                        Faults.Moment.BEFORE,
                                        new AwsError(400, "Refused", "planted"));
                    }
                }
            }
        });

        ExecutionDescription restored = restore();

        assertThat(planned).isTrue();
        assertThat(restored.status()).as(restored.toString()).isEqualTo("SUCCEEDED");
        assertThat(account.temporary()).isEmpty();
    }

    @Test
    void whatEndedALittleAgoIsLeftUntilItIsOld() {
        account.rule.switchOff();
        account.plan(List.of(), "restore-database", 60);
        ExecutionDescription stopped = restore();
        assertThat(stopped.status()).isEqualTo("ABORTED");
        assertThat(sweep("{\"olderThanMinutes\": 30}").path("left").toString())
                .contains("its execution ended less than 30 minutes ago");
        assertThat(account.temporary()).isNotEmpty();
        account.pass(Duration.ofMinutes(31));
        sweep("{\"olderThanMinutes\": 30}");
        assertThat(account.temporary()).isEmpty();
    }

    @Test
    void whatNamesNoExecutionIsLeftAndReported() {
        String name = TemporaryName.of("somebody's");
        account.wire.plain.createSecret(name, Map.of());
        ExecutionDescription execution = account.execute("sweep", "{}");
        assertThat(execution.status()).isEqualTo("FAILED");
        assertThat(execution.error()).contains("steward.error.VerificationFailed");
        assertThat(execution.cause().orElse("")).contains("secret " + name + ": names no execution");
        assertThat(account.temporary()).contains("secret " + name);
    }

    @Test
    void onlyAnExecutionItselfMayAskForItsOwnThings() {
        account.restoreInstance(TemporaryName.of(GONE), GONE);
        var running = Arn.execution("restore-database", "run-1");
        JsonNode output = sweep("{\"execution\": \"%s\"}".formatted(running));
        assertThat(output.path("removed")).isEmpty();
        assertThat(sweep("{\"execution\": \"%s\"}".formatted(GONE)).path("removed"))
                .hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"olderThan\": 1}", "{\"dryRun\": \"yes\"}", "{\"execution\": \"x\"}", "[]"})
    void aWrongInputIsRefused(String input) {
        ExecutionDescription execution = account.execute("sweep", input);
        assertThat(execution.error()).contains("steward.error.InvalidInput");
    }

    @ParameterizedTest
    @ValueSource(strings = {"failed", "incompatible-restore", "incompatible-parameters", "storage-full"})
    void anInstanceThatCannotBeUsedIsNamedAndRemoved(String status) {
        account.endpoint
                .rds()
                .faults()
                .divert(RdsFaults.Of.INSTANCE, id -> id.startsWith("steward-tmp-"), "creating", status);
        ExecutionDescription execution = restore();
        assertThat(execution.error()).contains("steward.error.ServerUnavailable");
        assertThat(execution.cause().orElse("")).contains("is " + status);
        assertThat(account.temporary()).isEmpty();
    }

    @Test
    void anInstanceThatNeverGetsReadyIsGivenUpAfterFourHours() {
        var held = account.endpoint
                .rds()
                .faults()
                .hold(RdsFaults.Of.INSTANCE, id -> id.startsWith("steward-tmp-"), "creating");
        ExecutionDescription execution = restore();
        assertThat(execution.error()).contains("steward.error.ServerUnavailable");
        assertThat(execution.cause().orElse("")).contains("is still creating after four hours", "the next sweep");
        held.release();
        account.pass(Duration.ofHours(1));
        sweep("{}");
        assertThat(account.temporary()).isEmpty();
    }

    @Test
    void aQuotaIsNamedAndNothingIsLeft() {
        account.endpoint.rds().setQuotas(new RdsQuotas(100, 3, 100_000));
        ExecutionDescription execution = restore();
        assertThat(execution.error()).contains("Rds.InstanceQuotaExceededException");
        assertThat(execution.cause().orElse("")).contains(account.snapshot);
        assertThat(account.temporary()).isEmpty();
    }
}
