package steward.local.virtual;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.regions.Region;
import steward.local.aws.AwsError;
import steward.local.aws.DatabaseSnapshot;
import steward.local.aws.ExecutionDescription;
import steward.local.aws.Faults.Moment;
import steward.local.aws.RdsFaults.Fault;
import steward.local.aws.RdsFaults.Of;

/** The workflow in another region, which copies the copies of the instance's region. */
final class CopySnapshotsElsewhereTest {
    private static final String KEY = "arn:aws:kms:us-west-2:000000000000:key/00000000-0000-4000-8000-000000000005";
    private static final String FIRST = "steward-shop-2026-01-01";
    private static final String SECOND = "steward-shop-2026-01-02";
    private static final String THIRD = "steward-shop-2026-01-03";
    private static final Duration DAY = Duration.ofDays(1);
    private static final Retain THREE = new Retain(3, 0, 0, 0);
    private static final Retain ONE = new Retain(1, 0, 0, 0);

    private final SnapshotAccount account = new SnapshotAccount();
    private final String there = account.deploy(Region.US_WEST_2, "shops=x,shop=" + KEY);

    @AfterEach
    void close() {
        account.close();
    }

    private String start(Retain retain) {
        return account.start(
                there,
                "{\"instance\": \"Shop\", \"sourceRegion\": \"us-east-1\", \"retain\": %s}".formatted(retain.json()));
    }

    private ExecutionDescription run(Retain retain) {
        return account.end(start(retain));
    }

    /** The snapshots of a region by name. */
    private List<String> in(String region) {
        return account.snapshots().stream()
                .filter(snapshot -> snapshot.region().equals(region) && !snapshot.automated())
                .map(DatabaseSnapshot::identifier)
                .toList();
    }

    private DatabaseSnapshot snapshot(String region, String name) {
        return account.snapshots().stream()
                .filter(snapshot -> snapshot.region().equals(region)
                        && snapshot.identifier().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void theCopyOfTheDayIsCopiedWithTheKeyOfThatRegion() {
        account.backUp("shop");
        account.run();
        ExecutionDescription run = run(ONE);

        assertThat(SnapshotAccount.output(run, "copied")).containsExactly(FIRST);
        assertThat(SnapshotAccount.output(run, "kept")).containsExactly(FIRST);
        var copy = snapshot("us-west-2", FIRST);
        assertThat(copy.status()).isEqualTo("available");
        assertThat(copy.source()).contains(snapshot("us-east-1", FIRST).arn());
        assertThat(copy.key()).contains(KEY);
        assertThat(copy.tags())
                .containsEntry("steward:managed", "true")
                .containsEntry("steward:instance", "shop")
                .containsEntry("steward:snapshot-time", "2026-01-01T00:00:00Z")
                .containsEntry("steward:execution", run.arn())
                .containsKey("steward:requested")
                .hasSize(5);
        assertThat(SnapshotAccount.output(run(ONE), "copied")).isEmpty();
        assertThat(in("us-west-2")).containsExactly(FIRST);
    }

    @Test
    void theAgeIsThatOfTheSnapshotNotOfTheCopies() {
        account.backUp("shop");
        account.run();
        account.time.pass(Duration.ofHours(5));
        run(ONE);
        assertThat(account.endpoint.cloudWatch().metrics().getLast().value()).isBetween(5.0, 6.0);
    }

    @Test
    void aCopyThatIsNotThereYetIsWaitedFor() {
        account.backUp("shop");
        account.later(
                Duration.ofMinutes(20),
                () -> account.copy(
                        FIRST,
                        Map.of(
                                "steward:managed",
                                "true",
                                "steward:instance",
                                "shop",
                                "steward:snapshot-time",
                                "2026-01-01T12:00:00Z")));
        ExecutionDescription run = run(ONE);
        assertThat(in("us-east-1")).containsExactly(FIRST);
        assertThat(SnapshotAccount.output(run, "copied")).containsExactly(FIRST);
    }

    @Test
    void aCopyThatIsBeingMadeIsWaitedForAsLongAsThatTakes() {
        account.backUp("shop");
        Fault held = account.endpoint.rds().faults().hold(Of.SNAPSHOT, FIRST::equals, "creating");
        account.later(Duration.ofHours(4), held::release);
        String first = account.start("{\"instance\": \"shop\"}");
        ExecutionDescription run = run(ONE);
        assertThat(account.end(first).status()).isEqualTo("SUCCEEDED");
        assertThat(SnapshotAccount.output(run, "copied")).containsExactly(FIRST);
    }

    @Test
    void whatNeverComesFailsAfterAnHourAndChangesNothing() {
        ExecutionDescription run = run(ONE);
        assertThat(run.error()).contains("steward.error.ObjectMissing");
        assertThat(run.cause().orElseThrow())
                .isEqualTo("snapshot arn:aws:rds:us-east-1:000000000000:snapshot:" + FIRST
                        + ": is not there after 60 minutes, nor are those of the two days before");
        assertThat(Duration.between(run.startDate(), run.stopDate().orElseThrow()))
                .isBetween(Duration.ofHours(1), Duration.ofHours(2));
        assertThat(in("us-west-2")).isEmpty();
    }

    @Test
    void aDayThatWasMissedIsMadeUpFor() {
        account.backUp("shop");
        account.run();
        account.time.pass(DAY);
        ExecutionDescription run = run(ONE);
        assertThat(SnapshotAccount.output(run, "copied")).containsExactly(FIRST);
        // The next run has nothing to do, and says what is missing.
        ExecutionDescription next = run(ONE);
        assertThat(next.error()).contains("steward.error.ObjectMissing");
        assertThat(next.cause().orElseThrow())
                .contains(SECOND + ": is not there after 60 minutes; the newest copy here is " + FIRST);
        assertThat(in("us-west-2")).containsExactly(FIRST);
    }

    /** The instance's region copies the snapshot of the day before then, at the same time. */
    @Test
    void aBackupWindowAfterTheScheduleCostsAnHourADay() {
        account.time.pass(Duration.ofHours(1));
        account.backUp("shop");
        for (int day = 2; day <= 5; day++) {
            account.time.pass(
                    Duration.between(account.time.now(), Instant.parse("2026-01-0%dT12:00:00Z".formatted(day))));
            String first = account.start("{\"instance\": \"shop\"}");
            ExecutionDescription run = account.end(start(ONE));
            assertThat(account.end(first).status()).isEqualTo("SUCCEEDED");
            assertThat(SnapshotAccount.output(run, "copied"))
                    .containsExactly("steward-shop-2026-01-0%d".formatted(day - 1));
            assertThat(Duration.between(run.startDate(), run.stopDate().orElseThrow()))
                    .isLessThan(Duration.ofHours(2));
            assertThat(account.endpoint.cloudWatch().metrics().getLast().value())
                    .isLessThan(26);
            account.backUp("shop");
        }
    }

    /** As above, when its copy takes longer than the hour. */
    @Test
    void theDayBeforeThatIsBeingMadeIsWaitedFor() {
        account.backUp("shop");
        account.time.pass(DAY);
        Fault held = account.endpoint.rds().faults().hold(Of.SNAPSHOT, FIRST::equals, "creating");
        account.later(Duration.ofHours(4), held::release);
        String first = account.start("{\"instance\": \"shop\"}");
        assertThat(SnapshotAccount.output(run(ONE), "copied")).containsExactly(FIRST);
        assertThat(account.end(first).status()).isEqualTo("SUCCEEDED");
    }

    /** Each copy is a full one here: if one takes longer than a day, the next would only join the queue. */
    @Test
    void aCopyThatTakesDaysIsWaitedForBeforeAnotherIsAskedFor() {
        account.backUp("shop");
        account.run();
        Fault held = account.endpoint.rds().faults().hold(Of.SNAPSHOT, FIRST::equals, "creating");
        ExecutionDescription run = run(ONE);
        assertThat(run.error()).contains("steward.error.VerificationFailed");
        assertThat(run.cause().orElseThrow()).contains(FIRST + ": is creating after two days");
        account.backUp("shop");
        account.run();

        account.later(DAY, () -> {
            assertThat(in("us-west-2")).containsExactly(FIRST);
            held.release();
        });
        assertThat(SnapshotAccount.output(run(ONE), "kept")).containsExactly(FIRST);
        assertThat(snapshot("us-west-2", FIRST).tags()).containsEntry("steward:execution", run.arn());
        account.backUp("shop");
        account.run();
        assertThat(SnapshotAccount.output(run(ONE), "copied")).containsExactly("steward-shop-2026-01-04");
        assertThat(in("us-west-2")).containsExactly("steward-shop-2026-01-04");
    }

    @Test
    void aCopyThatIsStuckForAWeekDoesNotBlockTheNextForEver() {
        account.backUp("shop");
        account.run();
        account.endpoint.rds().faults().hold(Of.SNAPSHOT, FIRST::equals, "creating");
        for (int run = 0; run < 3; run++) {
            assertThat(run(ONE).cause().orElseThrow()).contains(FIRST + ": is creating after two days");
        }
        account.time.pass(DAY.plusHours(2));
        account.backUp("shop");
        account.run();
        ExecutionDescription run = run(ONE);
        assertThat(SnapshotAccount.output(run, "deleted")).containsExactly(FIRST);
        assertThat(SnapshotAccount.output(run, "copied")).containsExactly("steward-shop-2026-01-08");
        assertThat(in("us-west-2")).containsExactly("steward-shop-2026-01-08");
    }

    /** RDS ends a copy whose source is deleted. */
    @Test
    void aCopyWhoseSourceWentMakesWayForTodays() {
        account.backUp("shop");
        account.run();
        account.endpoint.rds().faults().hold(Of.SNAPSHOT, FIRST::equals, "creating");
        assertThat(run(ONE).status()).isEqualTo("FAILED");
        account.backUp("shop");
        account.run(ONE);
        assertThat(in("us-east-1")).containsExactly(THIRD);
        ExecutionDescription run = run(ONE);
        assertThat(SnapshotAccount.output(run, "deleted")).containsExactly(FIRST);
        assertThat(SnapshotAccount.output(run, "copied")).containsExactly(THIRD);
    }

    @Test
    void aCopyThatIsWaitedForAndGoesWithItsSourceIsSaidToBeMissing() {
        account.backUp("shop");
        account.run();
        account.endpoint.rds().faults().hold(Of.SNAPSHOT, FIRST::equals, "creating");
        assertThat(run(ONE).status()).isEqualTo("FAILED");
        account.backUp("shop");
        account.run();
        account.later(Duration.ofHours(1), () -> {
            account.client.deleteDBSnapshot(it -> it.dbSnapshotIdentifier(FIRST));
            account.client(Region.US_WEST_2).deleteDBSnapshot(it -> it.dbSnapshotIdentifier(FIRST));
        });
        ExecutionDescription run = run(ONE);
        assertThat(run.error()).contains("steward.error.ObjectMissing");
        assertThat(run.cause().orElseThrow()).endsWith(FIRST + ": is not there");
        assertThat(SnapshotAccount.output(run(ONE), "copied")).containsExactly(THIRD);
    }

    @Test
    void eachRegionHasARetentionOfItsOwn() {
        for (int day = 0; day < 3; day++) {
            account.backUp("shop");
            account.run(THREE);
            run(ONE);
            account.time.pass(DAY.minusHours(1));
        }
        assertThat(in("us-east-1")).containsExactly(FIRST, SECOND, THIRD);
        assertThat(in("us-west-2")).containsExactly(THIRD);
    }

    @Test
    void nothingThereIsDeletedWhileNoNewCopyComes() {
        for (int day = 0; day < 2; day++) {
            account.backUp("shop");
            account.run(THREE);
            run(THREE);
            account.time.pass(DAY.minusHours(1));
        }
        ExecutionDescription run = run(ONE);
        assertThat(run.status()).isEqualTo("FAILED");
        assertThat(in("us-west-2")).containsExactly(FIRST, SECOND);
    }

    @Test
    void aSnapshotOfThatNameThatIsNotOursIsLeftAlone() {
        account.backUp("shop");
        account.run();
        run(ONE);
        account.client(Region.US_WEST_2)
                .removeTagsFromResource(it ->
                        it.resourceName(snapshot("us-west-2", FIRST).arn()).tagKeys("steward:managed"));
        assertThat(account.run().status()).isEqualTo("SUCCEEDED");
        assertThat(run(ONE).error()).contains("steward.error.NotOurs");
        assertThat(in("us-west-2")).containsExactly(FIRST);
    }

    @Test
    void anAnswerThatIsLostMakesNoSecondCopy() {
        account.backUp("shop");
        account.run();
        account.endpoint
                .faults()
                .fail("rds:CopyDBSnapshot", 1, Moment.AFTER, new AwsError(500, "InternalFailure", "planned"));
        ExecutionDescription run = run(ONE);
        assertThat(run.status()).isEqualTo("SUCCEEDED");
        assertThat(in("us-west-2")).containsExactly(FIRST);
    }

    @Test
    void aRegionThatIsNoneIsRefused() {
        ExecutionDescription run = account.end(
                account.start(there, "{\"instance\": \"shop\", \"sourceRegion\": \"America\", \"source\": 1}"));
        assertThat(run.error()).contains("steward.error.InvalidInput");
        assertThat(run.cause().orElseThrow())
                .isEqualTo("source: is unknown; sourceRegion: must be the name of an AWS region");
    }
}
