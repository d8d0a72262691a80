package steward.local.virtual;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import steward.local.aws.AwsError;
import steward.local.aws.DatabaseInstance;
import steward.local.aws.ExecutionDescription;
import steward.local.aws.Faults;
import steward.local.aws.Faults.Moment;
import steward.local.aws.Metric;
import steward.local.aws.RdsFaults;
import steward.local.aws.RdsFaults.Of;
import steward.local.aws.RdsQuotas;

/** Each line of the catalogue of faults, in virtual time. */
final class CopySnapshotsTest {

    private static final String TODAY = "steward-shop-2026-01-01";
    private static final Retain ONE = new Retain(1, 0, 0, 0);
    private static final Duration DAY = Duration.ofDays(1);
    private static final Duration WEEK = Duration.ofDays(7);

    private final SnapshotAccount account = new SnapshotAccount();
    private final Faults faults = account.endpoint.faults();
    private final RdsFaults rds = account.endpoint.rds().faults();

    @AfterEach
    void close() {
        account.close();
    }

    @Test
    void theNewestAutomatedSnapshotIsCopiedWithTagsOfOurOwn() {
        account.backUp("shop");
        account.time.pass(Duration.ofHours(2));
        String newest = account.backUp("shop");
        ExecutionDescription run = account.run();

        assertThat(SnapshotAccount.output(run, "copied")).containsExactly(TODAY);
        assertThat(SnapshotAccount.output(run, "deleted")).isEmpty();
        assertThat(SnapshotAccount.output(run, "kept")).containsExactly(TODAY);
        var source = account.snapshot(newest).orElseThrow();
        var copy = account.snapshot(TODAY).orElseThrow();
        assertThat(copy.status()).isEqualTo("available");
        assertThat(copy.source()).contains(source.arn());
        assertThat(copy.tags())
                .containsEntry("steward:managed", "true")
                .containsEntry("steward:instance", "shop")
                .containsEntry(
                        "steward:snapshot-time", source.created().orElseThrow().toString())
                .containsEntry("steward:execution", run.arn())
                .containsKey("steward:requested")
                .hasSize(5);
    }

    @Test
    void theCopyIsEncryptedWithTheKeyOfTheConfiguration() {
        String key = "arn:aws:kms:us-east-1:000000000000:key/00000000-0000-4000-8000-00000000000";
        for (String keys : List.of("shop=" + key + "7", "shops=" + key + "8,shop=" + key + "7,a=" + key + "9")) {
            try (SnapshotAccount own = SnapshotAccount.withKeys(keys)) {
                own.backUp("shop");
                assertThat(own.run().status()).isEqualTo("SUCCEEDED");
                assertThat(own.snapshot(TODAY).orElseThrow().key()).contains(key + "7");
            }
        }
        for (String keys : List.of("none", "shops=" + key + "8")) {
            try (SnapshotAccount own = SnapshotAccount.withKeys(keys)) {
                String source = own.backUp("shop");
                own.run();
                assertThat(own.snapshot(TODAY).orElseThrow().key())
                        .isEqualTo(own.snapshot(source).orElseThrow().key());
            }
        }
    }

    @Test
    void theAgeOfTheNewestCopyIsReported() {
        account.backUp("shop");
        account.time.pass(Duration.ofHours(30));
        account.run();
        Metric metric = account.endpoint.cloudWatch().metrics().getLast();
        assertThat(metric.namespace()).isEqualTo("Steward");
        assertThat(metric.name()).isEqualTo("NewestSnapshotCopyAge");
        assertThat(metric.dimensions()).isEqualTo(Map.of("Instance", "shop"));
        assertThat(metric.value()).isBetween(30.0, 30.5);
    }

    @Test
    void aMetricThatFailsFailsTheRunAfterItsWork() {
        account.backUp("shop");
        each("cloudwatch:PutMetricData", 7, new AwsError(500, "InternalServiceFault", "planned"));
        ExecutionDescription run = account.run();
        assertThat(run.error()).contains("steward.error.VerificationFailed");
        assertThat(run.cause().orElseThrow()).contains(TODAY + " is available").contains("NewestSnapshotCopyAge");
        assertThat(account.manual()).containsExactly(TODAY);
        assertThat(account.run().status()).isEqualTo("SUCCEEDED");
    }

    @Test
    void twiceOnADayIsOneCopy() {
        account.backUp("shop");
        account.run();
        account.time.pass(Duration.ofHours(1));
        account.backUp("shop");
        ExecutionDescription second = account.run();
        assertThat(SnapshotAccount.output(second, "copied")).isEmpty();
        assertThat(SnapshotAccount.output(second, "kept")).containsExactly(TODAY);
        assertThat(account.manual()).containsExactly(TODAY);
    }

    @Test
    void twoAtTheSameTimeMakeOneCopy() {
        account.backUp("shop");
        String one = account.start("{\"instance\": \"shop\"}");
        String other = account.start("{\"instance\": \"shop\"}");
        var ended = List.of(account.end(one), account.end(other));
        assertThat(ended).extracting(ExecutionDescription::status).containsOnly("SUCCEEDED");
        assertThat(ended.stream().flatMap(run -> SnapshotAccount.output(run, "copied").stream()))
                .containsExactly(TODAY);
        assertThat(account.manual()).containsExactly(TODAY);
    }

    @Test
    void aLostAnswerToTheCopyIsNoSecondCopy() {
        account.backUp("shop");
        faults.drop("rds:CopyDBSnapshot", 1, Moment.AFTER);
        ExecutionDescription run = account.run();
        assertThat(SnapshotAccount.output(run, "copied")).containsExactly(TODAY);
        assertThat(account.manual()).containsExactly(TODAY);
    }

    @Test
    void aForeignSnapshotOfThatNameIsNotTakenForACopy() {
        account.register("other");
        account.backUp("shop");
        for (var tags : List.of(
                Map.<String, String>of(),
                Map.of("steward:managed", "true"),
                Map.of("steward:managed", "true", "steward:instance", "other", "steward:snapshot-time", "2026-01-01"),
                Map.of("steward:managed", "true", "steward:instance", "shop", "steward:snapshot-time", "2025-01-01"))) {
            account.copy(TODAY, tags);
            account.time.pass(Duration.ofMinutes(10));
            assertThat(account.run().error()).contains("steward.error.NotOurs");
            assertThat(account.manual()).containsExactly(TODAY);
            account.client.deleteDBSnapshot(it -> it.dbSnapshotIdentifier(TODAY));
        }
    }

    @Test
    void aForeignSnapshotThatAppearsInBetweenIsNotTakenForACopy() {
        account.backUp("shop");
        before("CopySnapshot", () -> account.copy(TODAY, Map.of()));
        assertThat(account.run().error()).contains("steward.error.NotOurs");
    }

    @Test
    void aCopyThatFailsIsMadeOnceMore() {
        account.backUp("shop");
        rds.divert(Of.SNAPSHOT, TODAY::equals, "creating", "failed");
        assertThat(SnapshotAccount.output(account.run(), "copied")).containsExactly(TODAY);
        assertThat(account.snapshot(TODAY).orElseThrow().status()).isEqualTo("available");
    }

    @Test
    void aCopyThatFailsAgainIsAnErrorAndTheNextRunTriesAgain() {
        account.backUp("shop");
        rds.divert(Of.SNAPSHOT, TODAY::equals, "creating", "failed");
        rds.divert(Of.SNAPSHOT, TODAY::equals, "creating", "failed");
        ExecutionDescription run = account.run();
        assertThat(run.error()).contains("steward.error.VerificationFailed");
        assertThat(run.cause().orElseThrow()).contains(TODAY).contains("failed");
        assertThat(SnapshotAccount.output(account.run(), "copied")).containsExactly(TODAY);
    }

    /** RDS queues copies, and shows no progress of those that wait. */
    @Test
    void aCopyThatTakesDaysIsLeftAloneAndTheNextRunWaitsOn() {
        account.backUp("shop");
        RdsFaults.Fault held = rds.hold(Of.SNAPSHOT, TODAY::equals, "creating");
        List<String> deletions = deletions();
        ExecutionDescription run = account.run();
        assertThat(run.error()).contains("steward.error.VerificationFailed");
        assertThat(run.cause().orElseThrow()).contains(TODAY).contains("is creating after two days");
        assertThat(Duration.between(run.startDate(), run.stopDate().orElseThrow()))
                .isBetween(
                        DAY.multipliedBy(2).minusHours(1), DAY.multipliedBy(2).plusHours(1));
        assertThat(account.snapshot(TODAY).orElseThrow().tags()).containsEntry("steward:execution", run.arn());

        account.later(DAY, held::release);
        assertThat(SnapshotAccount.output(account.run(), "kept")).containsExactly(TODAY);
        assertThat(account.snapshot(TODAY).orElseThrow().tags()).containsEntry("steward:execution", run.arn());
        assertThat(deletions).isEmpty();
    }

    @Test
    void aCopyThatIsInProgressForAWeekIsMadeOnceMore() {
        account.backUp("shop");
        Instant begin = account.time.now();
        rds.hold(Of.SNAPSHOT, TODAY::equals, "creating");
        List<String> deletions = deletions();
        for (int run = 0; run < 3; run++) {
            assertThat(account.run().error()).contains("steward.error.VerificationFailed");
            assertThat(deletions).isEmpty();
        }
        assertThat(SnapshotAccount.output(account.run(), "copied")).containsExactly(TODAY);
        assertThat(deletions).containsExactly(TODAY);
        assertThat(Duration.between(begin, account.time.now())).isBetween(WEEK, WEEK.plusHours(1));
    }

    @Test
    void aCopyThatIsNeverReadyTwiceIsAnError() {
        account.backUp("shop");
        rds.hold(Of.SNAPSHOT, TODAY::equals, "creating");
        rds.hold(Of.SNAPSHOT, TODAY::equals, "creating");
        List<String> deletions = deletions();
        for (int attempt = 0; attempt < 4; attempt++) {
            ExecutionDescription run = account.run();
            assertThat(run.error()).contains("steward.error.VerificationFailed");
            assertThat(account.endpoint.stepFunctions().history(run.arn())).hasSizeLessThan(20_000);
        }
        assertThat(deletions).containsExactly(TODAY);
        assertThat(account.snapshot(TODAY).orElseThrow().status()).isEqualTo("creating");
    }

    @Test
    void aCopyInProgressIsWaitedForWhoeverMakesIt() {
        account.backUp("shop");
        String stopped = account.start("{\"instance\": \"shop\"}");
        account.time.pass(Duration.ofMinutes(1));
        account.endpoint.stepFunctions().stop(stopped, null, null);
        assertThat(account.snapshot(TODAY).orElseThrow().status()).isEqualTo("creating");
        ExecutionDescription run = account.run();
        assertThat(SnapshotAccount.output(run, "copied")).isEmpty();
        assertThat(SnapshotAccount.output(run, "kept")).containsExactly(TODAY);
    }

    @Test
    void atTheQuotaNothingIsDeleted() {
        account.backUp("shop");
        account.run(ONE);
        nextDay();
        account.endpoint.rds().setQuotas(new RdsQuotas(1, 40, 100_000));
        ExecutionDescription run = account.run(ONE);
        assertThat(run.error()).contains("Rds.SnapshotQuotaExceededException");
        assertThat(run.cause().orElseThrow())
                .contains("nothing was deleted")
                .doesNotContain("deleted was only")
                .contains("copying rds:shop-2026-01-02");
        assertThat(account.manual()).containsExactly(TODAY);
    }

    @Test
    void atTheQuotaWhatIsBeyondTheRetentionMakesRoom() {
        Retain two = new Retain(2, 0, 0, 0);
        full(5);
        List<List<String>> atCopy = new ArrayList<>();
        account.watch(call -> {
            if (call.state().equals("CopySnapshot")) {
                atCopy.add(account.manual());
            }
        });
        ExecutionDescription run = account.run(two);
        assertThat(SnapshotAccount.output(run, "copied")).containsExactly("steward-shop-2026-01-02");
        // First the oldest ones, down to what the retention says of those that are there; then one more, as always.
        assertThat(SnapshotAccount.output(run, "deleted"))
                .containsExactly(
                        "steward-shop-2025-12-28",
                        "steward-shop-2025-12-29",
                        "steward-shop-2025-12-30",
                        "steward-shop-2025-12-31");
        assertThat(atCopy.getFirst()).hasSize(5);
        assertThat(atCopy.getLast()).containsExactly("steward-shop-2025-12-31", TODAY);
        assertThat(account.manual()).containsExactly(TODAY, "steward-shop-2026-01-02");
    }

    @Test
    void atTheQuotaEachKindOfTheRetentionIsKept() {
        full(70);
        ExecutionDescription run = account.run(Retain.USUAL);
        assertThat(run.status()).as(run.toString()).isEqualTo("SUCCEEDED");
        List<LocalDate> all = IntStream.rangeClosed(-69, 1)
                .mapToObj(day -> LocalDate.parse("2026-01-01").plusDays(day))
                .toList();
        assertThat(account.manual())
                .containsExactlyElementsOf(Retain.USUAL.keeps(all).stream()
                        .sorted()
                        .map(day -> "steward-shop-" + day)
                        .toList());
    }

    @Test
    void atTheQuotaThereIsOneTryMoreAndTheErrorSaysWhatWasDeleted() {
        full(3);
        // Nothing helps while somebody else's copies are in progress.
        rds.hold(Of.SNAPSHOT, "somebody-elses"::equals, "creating");
        account.endpoint.rds().setQuotas(new RdsQuotas(100, 40, 100_000, 1));
        account.copy("somebody-elses", Map.of());
        ExecutionDescription run = account.run(ONE);
        assertThat(run.error()).contains("Rds.SnapshotQuotaExceededException");
        assertThat(run.cause().orElseThrow())
                .endsWith("deleted was only what had failed or is beyond the retention: steward-shop-2025-12-30, "
                        + "steward-shop-2025-12-31")
                .doesNotContain("nothing was deleted");
        assertThat(account.manual()).containsExactlyInAnyOrder(TODAY, "somebody-elses");
        ExecutionDescription next = account.run(ONE);
        assertThat(next.error()).contains("Rds.SnapshotQuotaExceededException");
        assertThat(next.cause().orElseThrow()).contains("nothing was deleted");
        assertThat(account.manual()).containsExactlyInAnyOrder(TODAY, "somebody-elses");
    }

    @Test
    void atTheQuotaWhatCouldNotBeDeletedIsNamed() {
        full(2);
        each("rds:DeleteDBSnapshot", 1, new AwsError(400, "InvalidDBSnapshotState", "is in use"));
        ExecutionDescription run = account.run(ONE);
        assertThat(run.error()).contains("Rds.SnapshotQuotaExceededException");
        assertThat(run.cause().orElseThrow())
                .contains("nothing was deleted")
                .contains("steward-shop-2025-12-31: could not be deleted")
                .contains("is in use");
        assertThat(account.run(ONE).status()).isEqualTo("SUCCEEDED");
        assertThat(account.manual()).containsExactly("steward-shop-2026-01-02");
    }

    @Test
    void atTheQuotaAListThatCannotBeHadDoesNotHideTheReason() {
        full(2);
        int[] lists = {0};
        account.watch(call -> {
            if (call.state().equals("ListCopies") && ++lists[0] > 1) {
                each("rds:DescribeDBSnapshots", 1, new AwsError(403, "AccessDenied", "planned"));
            }
        });
        ExecutionDescription run = account.run(ONE);
        assertThat(run.error()).contains("Rds.SnapshotQuotaExceededException");
        assertThat(run.cause().orElseThrow()).contains("the quota of").contains("could not be listed");
        assertThat(account.manual()).containsExactly("steward-shop-2025-12-31", TODAY);
    }

    /** The result of a state is 256 KiB at most; RDS allows 50 tags of 128 and 256 characters. */
    @Test
    void snapshotsWithManyLongTagsAreListed() {
        Map<String, String> tags = new HashMap<>(Map.of("steward:managed", "true"));
        for (int tag = 1; tag < 50; tag++) {
            tags.put("company:purpose-of-the-instance-" + tag, "some words that somebody put here".repeat(3));
        }
        account.endpoint
                .rds()
                .update(
                        "shop",
                        shop -> shop.withTags(tags).withBackup(new DatabaseInstance.Backup(35, "03:00-03:30", true)));
        for (int backup = 0; backup < 35; backup++) {
            account.backUp("shop");
        }
        tags.remove("steward:managed");
        for (int number = 0; number < 35; number++) {
            account.copy("by-hand-" + number, tags);
            account.time.pass(Duration.ofMinutes(6));
        }
        assertThat(SnapshotAccount.output(account.run(ONE), "copied")).containsExactly(TODAY);
    }

    /** A list that is not whole says nothing of what may go; the copy is made all the same. */
    @Test
    void aListThatCannotBeHadBeforeTheCopyDoesNotHinderIt() {
        account.backUp("shop");
        account.watch(call -> {
            if (call.state().equals("ListCopies")) {
                each("rds:DescribeDBSnapshots", 1, new AwsError(403, "AccessDenied", "planned"));
            }
        });
        ExecutionDescription run = account.run(ONE);
        assertThat(run.cause().orElseThrow()).contains("manual snapshots could not be listed");
        assertThat(account.snapshot(TODAY).orElseThrow().status()).isEqualTo("available");
    }

    @Test
    void copiesInProgressOfOthersAreWaitedFor() {
        account.backUp("shop");
        account.endpoint.rds().setQuotas(new RdsQuotas(100, 40, 100_000, 1));
        account.copy("somebody-elses", Map.of());
        assertThat(SnapshotAccount.output(account.run(), "copied")).containsExactly(TODAY);
    }

    @Test
    void withoutAnAutomatedSnapshotThatIsReadyThereIsAnError() {
        account.client.createDBSnapshot(it -> it.dbInstanceIdentifier("shop").dbSnapshotIdentifier("by-hand"));
        account.time.pass(Duration.ofHours(1));
        rds.divert(Of.SNAPSHOT, name -> name.startsWith("rds:"), "creating", "failed");
        account.backUp("shop");
        assertThat(account.run().error()).contains("steward.error.ObjectMissing");
        assertThat(account.manual()).containsExactly("by-hand");
    }

    @Test
    void aSnapshotWithoutATimeOfCreationIsPassedOver() {
        String dated = account.backUp("shop");
        account.time.pass(DAY);
        rds.divert(Of.SNAPSHOT, name -> name.startsWith("rds:"), "creating", "available");
        String undated = account.backUp("shop");
        assertThat(account.snapshot(undated).orElseThrow().created()).isEmpty();
        account.run();
        assertThat(account.snapshot(TODAY).orElseThrow().source())
                .contains(account.snapshot(dated).orElseThrow().arn());
    }

    @Test
    void aSnapshotWithoutATimeOfCreationIsNoneThatCanBeCopied() {
        rds.divert(Of.SNAPSHOT, name -> name.startsWith("rds:"), "creating", "available");
        account.backUp("shop");
        assertThat(account.run().error()).contains("steward.error.ObjectMissing");
        account.time.pass(DAY);
        account.backUp("shop");
        assertThat(SnapshotAccount.output(account.run(), "copied")).containsExactly("steward-shop-2026-01-02");
    }

    @Test
    void theDayIsThatOfTheSnapshotWhenMidnightPasses() {
        account.time.pass(Duration.ofMinutes(11 * 60 + 50));
        account.backUp("shop");
        account.time.pass(Duration.ofMinutes(5));
        account.run();
        assertThat(account.time.now()).isAfter("2026-01-02T00:00:00Z");
        assertThat(account.manual()).containsExactly(TODAY);
    }

    /** The most that can be asked for: several pages of copies, and expressions over all of them. */
    @Test
    void theLongestRetentionIsKept() {
        account.endpoint.rds().setQuotas(new RdsQuotas(1_000, 40, 100_000, 1_000));
        Retain most = new Retain(366, 520, 120, 50);
        List<LocalDate> all = IntStream.range(-445, 5)
                .mapToObj(day -> LocalDate.parse("2026-01-01").plusDays(day))
                .toList();
        account.backUp("shop");
        for (LocalDate day : all.subList(0, 445)) {
            account.copy("steward-shop-" + day, ours(day.toString()));
        }
        for (LocalDate day : all.subList(445, 450)) {
            account.time.pass(
                    Duration.between(account.time.now(), day.atTime(3, 0).toInstant(ZoneOffset.UTC)));
            account.backUp("shop");
            ExecutionDescription run = account.run(most);
            assertThat(run.status()).as(run.toString()).isEqualTo("SUCCEEDED");
        }
        assertThat(account.manual())
                .hasSizeGreaterThan(366)
                .containsExactlyElementsOf(most.keeps(all).stream()
                        .sorted()
                        .map(day -> "steward-shop-" + day)
                        .toList());
    }

    @Test
    void aYearOfDaysLeavesWhatTheCalendarSays() {
        account.endpoint.rds().setQuotas(new RdsQuotas(40, 40, 100_000));
        List<LocalDate> all = IntStream.range(0, 400)
                .mapToObj(day -> LocalDate.parse("2026-01-01").plusDays(day))
                .toList();
        for (LocalDate day : all) {
            account.time.pass(
                    Duration.between(account.time.now(), day.atTime(3, 0).toInstant(ZoneOffset.UTC)));
            account.backUp("shop");
            assertThat(account.run(Retain.USUAL).status()).isEqualTo("SUCCEEDED");
        }
        assertThat(account.manual())
                .containsExactlyElementsOf(Retain.USUAL.keeps(all).stream()
                        .sorted()
                        .map(day -> "steward-shop-" + day)
                        .toList());
    }

    @Test
    void manyCopiesComeInPagesAndGoInPortions() {
        account.endpoint.rds().setQuotas(new RdsQuotas(1_000, 40, 100_000, 1_000));
        account.backUp("shop");
        for (int back = 1; back <= 130; back++) {
            String day = LocalDate.parse("2026-01-01").minusDays(back).toString();
            account.copy("steward-shop-" + day, ours(day));
        }
        account.time.pass(Duration.ofHours(1));
        assertThat(SnapshotAccount.output(account.run(ONE), "deleted"))
                .hasSize(50)
                .contains("steward-shop-2025-08-24");
        assertThat(SnapshotAccount.output(account.run(ONE), "deleted")).hasSize(50);
        assertThat(SnapshotAccount.output(account.run(ONE), "deleted")).hasSize(30);
        assertThat(account.manual()).containsExactly(TODAY);
    }

    @Test
    void onlyWhatIsOursIsDeleted() {
        account.backUp("shop");
        account.register("shop-2025-01-01");
        Map<String, Map<String, String>> foreign = Map.of(
                "steward-shop-2025-01-01", Map.of(),
                "steward-shop-2025-01-02", Map.of("steward:managed", "true"),
                "steward-shop-2025-01-03-b", ours("2025-01-03"),
                "steward-shop-2025-01-01-2025-01-04", ours("2025-01-04"),
                "steward-shops-2025-01-05", ours("2025-01-05"),
                "archive-shop-2025-01-06", ours("2025-01-06"),
                "steward-shop-2025-01-07", ours("2025-01-08"));
        foreign.forEach(account::copy);
        account.copy("steward-shop-2025-01-09", ours("2025-01-09"));
        account.time.pass(Duration.ofMinutes(10));
        ExecutionDescription run = account.run(ONE);
        assertThat(SnapshotAccount.output(run, "deleted")).containsExactly("steward-shop-2025-01-09");
        assertThat(account.manual()).containsAll(foreign.keySet()).hasSize(foreign.size() + 1);
    }

    @Test
    void whatIsGoneAlreadyIsNoError() {
        yesterdayAndToday();
        before("DeleteCopy", () -> account.client.deleteDBSnapshot(it -> it.dbSnapshotIdentifier(TODAY)));
        assertThat(SnapshotAccount.output(account.run(ONE), "deleted")).containsExactly(TODAY);
    }

    @Test
    void aDeletionWhoseAnswerIsLostIsNoError() {
        yesterdayAndToday();
        faults.drop("rds:DeleteDBSnapshot", 1, Moment.AFTER);
        assertThat(SnapshotAccount.output(account.run(ONE), "deleted")).containsExactly(TODAY);
    }

    @Test
    void whatCannotBeDeletedIsNamedAndKept() {
        yesterdayAndToday();
        faults.fail("rds:DeleteDBSnapshot", 1, Moment.BEFORE, new AwsError(400, "InvalidDBSnapshotState", "is in use"));
        ExecutionDescription run = account.run(ONE);
        assertThat(run.error()).contains("steward.error.VerificationFailed");
        assertThat(run.cause().orElseThrow())
                .contains("steward-shop-2026-01-02 is available")
                .contains(TODAY + ": could not be deleted")
                .contains("is in use");
        assertThat(account.endpoint.cloudWatch().metrics()).isNotEmpty();
        assertThat(SnapshotAccount.output(account.run(ONE), "deleted")).containsExactly(TODAY);
    }

    @Test
    void nothingIsDeletedWhileTheNewestCopyIsNotAvailable() {
        yesterdayAndToday();
        before(
                "ListCopies",
                () -> account.client.deleteDBSnapshot(it -> it.dbSnapshotIdentifier("steward-shop-2026-01-02")));
        ExecutionDescription run = account.run(ONE);
        assertThat(run.error()).contains("steward.error.VerificationFailed");
        assertThat(account.manual()).containsExactly(TODAY);
    }

    @Test
    void copiesThatFailedOnOtherDaysDoNotPileUp() {
        for (int day = 0; day < 5; day++) {
            account.backUp("shop");
            rds.divert(Of.SNAPSHOT, name -> name.startsWith("steward-"), "creating", "failed");
            rds.divert(Of.SNAPSHOT, name -> name.startsWith("steward-"), "creating", "failed");
            assertThat(account.run().status()).isEqualTo("FAILED");
            assertThat(account.manual()).hasSize(1);
            nextDay();
        }
        assertThat(account.run().status()).isEqualTo("SUCCEEDED");
        assertThat(account.manual()).containsExactly("steward-shop-2026-01-06");
    }

    @Test
    void aCopyThatFailedIsNotCountedAsKept() {
        account.backUp("shop");
        account.run();
        nextDay();
        rds.divert(Of.SNAPSHOT, name -> name.startsWith("steward-"), "creating", "failed");
        rds.divert(Of.SNAPSHOT, name -> name.startsWith("steward-"), "creating", "failed");
        assertThat(account.run().status()).isEqualTo("FAILED");
        nextDay();
        assertThat(SnapshotAccount.output(account.run(new Retain(2, 0, 0, 0)), "kept"))
                .containsExactlyInAnyOrder(TODAY, "steward-shop-2026-01-03");
        assertThat(account.manual()).containsExactly(TODAY, "steward-shop-2026-01-03");
    }

    @Test
    void aCopyOfAnotherDayThatIsBeingMadeIsLeftForAWeek() {
        account.backUp("shop");
        rds.hold(Of.SNAPSHOT, TODAY::equals, "creating");
        String stopped = account.start("{\"instance\": \"shop\"}");
        account.time.pass(Duration.ofMinutes(1));
        account.endpoint.stepFunctions().stop(stopped, null, null);
        account.time.pass(Duration.ofHours(13));
        account.backUp("shop");
        assertThat(SnapshotAccount.output(account.run(), "deleted")).isEmpty();
        account.time.pass(WEEK.minusHours(14));
        assertThat(SnapshotAccount.output(account.run(), "deleted")).isEmpty();
        assertThat(account.manual()).containsExactly(TODAY, "steward-shop-2026-01-02");
        account.time.pass(Duration.ofHours(1));
        assertThat(SnapshotAccount.output(account.run(), "deleted")).containsExactly(TODAY);
    }

    /** If RDS has them in a queue, a run that waits for its own copy first would never get there. */
    @Test
    void aCopyOfAnotherDayThatIsStuckGoesBeforeTheNextIsAskedFor() {
        account.backUp("shop");
        rds.hold(Of.SNAPSHOT, TODAY::equals, "creating");
        assertThat(account.run().status()).isEqualTo("FAILED");
        account.time.pass(WEEK);
        account.backUp("shop");
        List<List<String>> atCopy = new ArrayList<>();
        before("CopySnapshot", () -> atCopy.add(account.manual()));
        assertThat(SnapshotAccount.output(account.run(), "deleted")).containsExactly(TODAY);
        assertThat(atCopy).containsExactly(List.of());
    }

    @Test
    void theCopyOfTheRunStaysThoughTheClockWentBack() {
        account.backUp("shop");
        account.run(ONE);
        account.time.shift(Duration.ofDays(-3));
        account.client.modifyDBInstance(it -> it.dbInstanceIdentifier("shop").backupRetentionPeriod(0));
        account.time.pass(Duration.ofMinutes(5));
        account.endpoint.rds().settle();
        account.backUp("shop");
        ExecutionDescription run = account.run(ONE);
        assertThat(SnapshotAccount.output(run, "copied")).containsExactly("steward-shop-2025-12-29");
        assertThat(SnapshotAccount.output(run, "deleted")).isEmpty();
        assertThat(account.manual()).containsExactly("steward-shop-2025-12-29", TODAY);
        assertThat(account.endpoint.cloudWatch().metrics().getLast().value()).isBetween(0.0, 1.0);
    }

    @Test
    void foreignInstancesAreRefused() {
        account.endpoint.rds().update("shop", shop -> shop.withTags(Map.of()));
        account.backUp("shop");
        assertThat(account.run().error()).contains("steward.error.NotOurs");
        assertThat(account.run("{\"instance\": \"nobody\"}").error()).contains("steward.error.ObjectMissing");
        assertThat(account.manual()).isEmpty();
    }

    @Test
    void wrongInputIsRefused() {
        account.backUp("shop");
        Map.of(
                        "[]",
                        "the input: must be an object",
                        "{}",
                        "instance: is missing",
                        "{\"instance\": \"shop\", \"keep\": 1}",
                        "keep: is unknown",
                        "{\"instance\": \"shop\", \"retain\": 7}",
                        "retain: must be of type object",
                        "{\"instance\": \"shop\", \"retain\": {\"daily\": 7}}",
                        "retain.weekly: is missing",
                        retain("-1, \"hourly\": 3"),
                        "retain.hourly: is unknown",
                        retain("-1"),
                        "retain.daily: must be a whole number from 0 to 366",
                        retain("1.5"),
                        "retain.daily: must be a whole number from 0 to 366",
                        retain("\"7\""),
                        "retain.daily: must be a whole number from 0 to 366",
                        retain("0"),
                        "retain: keeps nothing")
                .forEach((input, problem) -> {
                    ExecutionDescription run = account.run(input);
                    assertThat(run.error()).as(input).contains("steward.error.InvalidInput");
                    assertThat(run.cause().orElseThrow()).contains(problem);
                });
        assertThat(account.manual()).isEmpty();
    }

    private static String retain(String daily) {
        return "{\"instance\": \"shop\", \"retain\": {\"daily\": %s, \"weekly\": 0, \"monthly\": 0, \"yearly\": 0}}"
                .formatted(daily);
    }

    private static Map<String, String> ours(String day) {
        return Map.of(
                "steward:managed", "true", "steward:instance", "shop", "steward:snapshot-time", day + "T03:00:00Z");
    }

    private void nextDay() {
        account.time.pass(Duration.ofHours(23).plusMinutes(50));
        account.backUp("shop");
    }

    /** On the second day, so many copies of the days before are all that the account may have. */
    private void full(int copies) {
        account.backUp("shop");
        for (int back = copies - 1; back > 0; back--) {
            String day = LocalDate.parse("2026-01-01").minusDays(back).toString();
            account.copy("steward-shop-" + day, ours(day));
            account.time.pass(Duration.ofMinutes(6));
            account.endpoint.rds().settle();
        }
        assertThat(account.run().status()).isEqualTo("SUCCEEDED");
        account.time.pass(Duration.between(account.time.now(), Instant.parse("2026-01-02T12:00:00Z")));
        account.backUp("shop");
        assertThat(account.manual()).hasSize(copies);
        account.endpoint.rds().setQuotas(new RdsQuotas(copies, 40, 100_000));
    }

    /** The names of what is asked to be deleted from now on. */
    private List<String> deletions() {
        List<String> names = new ArrayList<>();
        account.watch(call -> {
            if (call.resource().endsWith(":deleteDBSnapshot")) {
                names.add(call.arguments().path("DbSnapshotIdentifier").asText());
            }
        });
        return names;
    }

    /** A copy of the first day, and a good one of the second. */
    private void yesterdayAndToday() {
        account.backUp("shop");
        account.run();
        account.time.pass(DAY);
        account.backUp("shop");
        account.run();
        assertThat(account.manual()).containsExactly(TODAY, "steward-shop-2026-01-02");
    }

    private void each(String action, int calls, AwsError error) {
        for (int call = 1; call <= calls; call++) {
            faults.fail(action, call, Moment.BEFORE, error);
        }
    }

    /** Once, right before that state makes its call. */
    private void before(String state, Runnable work) {
        boolean[] done = {false};
        account.watch(call -> {
            if (call.state().equals(state) && !done[0]) {
                done[0] = true;
                work.run();
            }
        });
    }
}
