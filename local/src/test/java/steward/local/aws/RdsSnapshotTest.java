package steward.local.aws;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.rds.RdsClient;
import software.amazon.awssdk.services.rds.model.DBSnapshot;
import software.amazon.awssdk.services.rds.model.DbInstanceNotFoundException;
import software.amazon.awssdk.services.rds.model.DbSnapshotAlreadyExistsException;
import software.amazon.awssdk.services.rds.model.DbSnapshotNotFoundException;
import software.amazon.awssdk.services.rds.model.Filter;
import software.amazon.awssdk.services.rds.model.InvalidDbInstanceStateException;
import software.amazon.awssdk.services.rds.model.InvalidDbSnapshotStateException;
import software.amazon.awssdk.services.rds.model.KmsKeyNotAccessibleException;
import software.amazon.awssdk.services.rds.model.SnapshotQuotaExceededException;

final class RdsSnapshotTest extends RdsTestBase {

    private static final String KEY = "arn:aws:kms:eu-west-1:000000000000:key/00000000-0000-0000-0000-0000000000ee";

    @Test
    void aSnapshotIsCreatingThenAvailable() {
        var answer = client.createDBSnapshot(
                        it -> it.dbInstanceIdentifier("shop").dbSnapshotIdentifier("Before-Upgrade"))
                .dbSnapshot();
        assertThat(answer.status()).isEqualTo("creating");
        assertThat(answer.snapshotCreateTime()).isNull();
        assertThat(status("shop")).isEqualTo("backing-up");
        time.pass(Duration.ofSeconds(90));
        assertThat(snapshot("before-upgrade").percentProgress()).isEqualTo(50);
        assertThat(status("shop")).isEqualTo("available");
        pass(2);

        var shown = snapshot("before-upgrade");
        assertThat(shown.status()).isEqualTo("available");
        assertThat(shown.percentProgress()).isEqualTo(100);
        assertThat(shown.snapshotType()).isEqualTo("manual");
        assertThat(shown.snapshotCreateTime()).isEqualTo(NOON);
        assertThat(shown.originalSnapshotCreateTime()).isEqualTo(NOON);
        assertThat(shown.dbSnapshotArn()).isEqualTo("arn:aws:rds:us-east-1:000000000000:snapshot:before-upgrade");
        assertThat(shown.dbInstanceIdentifier()).isEqualTo("shop");
        assertThat(shown.dbiResourceId()).isEqualTo(describe("shop").dbiResourceId());
        assertThat(shown.engineVersion()).isEqualTo("17.11");
        assertThat(shown.allocatedStorage()).isEqualTo(100);
        assertThat(shown.encrypted()).isTrue();
        assertThat(shown.kmsKeyId()).isEqualTo(describe("shop").kmsKeyId());
        assertThat(shown.masterUsername()).isEqualTo("master");
        assertThat(shown.tagList()).containsExactly(tag("steward:managed", "true"));
    }

    @Test
    void aSnapshotIsRefusedForAnInstanceThatIsBusyOrMissing() {
        create("one");
        assertThrown(InvalidDbInstanceStateException.class, () -> create("two"));
        assertThrown(
                DbInstanceNotFoundException.class,
                () -> client.createDBSnapshot(it -> it.dbInstanceIdentifier("x").dbSnapshotIdentifier("two")));
    }

    @Test
    void namesAreCheckedAndUniqueInAnyCase() {
        for (var name : List.of("-a", "1a", "a-", "a--b", "a_b", "rds:a", "a".repeat(256))) {
            assertRefused("InvalidParameterValue", () -> create(name));
        }
        taken("a".repeat(255));
        assertThrown(DbSnapshotAlreadyExistsException.class, () -> create("A".repeat(255)));
        assertThrown(DbSnapshotAlreadyExistsException.class, () -> copy("a".repeat(255), "a".repeat(255)));
    }

    @Test
    void aCopyIsManualAndHasTagsOnlyIfToldTo() {
        var automated = rds.backUp("shop").identifier();
        assertThat(automated).isEqualTo("rds:shop-2026-03-01-12-00");
        assertThrown(InvalidDbSnapshotStateException.class, () -> copy(automated, "early"));
        pass(3);

        copy(automated, "plain");
        client.copyDBSnapshot(it -> it.sourceDBSnapshotIdentifier(automated)
                .targetDBSnapshotIdentifier("tagged")
                .copyTags(true));
        client.copyDBSnapshot(
                it -> it.sourceDBSnapshotIdentifier(snapshot(automated).dbSnapshotArn())
                        .targetDBSnapshotIdentifier("own")
                        .tags(tag("steward:project", "acme")));
        assertThat(snapshot("own").status()).isEqualTo("creating");
        pass(5);

        assertThat(snapshot("plain").tagList()).isEmpty();
        assertThat(snapshot("tagged").tagList()).containsExactly(tag("steward:managed", "true"));
        assertThat(snapshot("own").tagList()).containsExactly(tag("steward:project", "acme"));
        var own = snapshot("own");
        assertThat(own.snapshotType()).isEqualTo("manual");
        assertThat(own.status()).isEqualTo("available");
        assertThat(own.snapshotCreateTime()).isEqualTo(NOON.plus(Duration.ofMinutes(3)));
        assertThat(own.originalSnapshotCreateTime()).isEqualTo(NOON);
        assertThat(own.sourceDBSnapshotIdentifier()).isNull();
        assertThrown(DbSnapshotNotFoundException.class, () -> copy("nowhere", "x"));
        assertThrown(
                KmsKeyNotAccessibleException.class,
                () -> client.copyDBSnapshot(it -> it.sourceDBSnapshotIdentifier("own")
                        .targetDBSnapshotIdentifier("x")
                        .kmsKeyId(KEY)));
    }

    @Test
    void aSnapshotIsCopiedToAnotherRegionUnderAKeyOfThere() {
        taken("here");
        var arn = snapshot("here").dbSnapshotArn();
        try (var ireland = client(Region.EU_WEST_1)) {
            assertRefused(
                    "InvalidParameterCombination",
                    () -> ireland.copyDBSnapshot(
                            it -> it.sourceDBSnapshotIdentifier(arn).targetDBSnapshotIdentifier("there")));
            ireland.copyDBSnapshot(it -> it.sourceDBSnapshotIdentifier(arn)
                    .targetDBSnapshotIdentifier("there")
                    .kmsKeyId(KEY));
            pass(5);

            assertThat(ireland.describeDBSnapshots().dbSnapshots())
                    .singleElement()
                    .satisfies(copy -> assertThat(copy.dbSnapshotArn())
                            .isEqualTo("arn:aws:rds:eu-west-1:000000000000:snapshot:there"))
                    .satisfies(copy -> assertThat(copy.kmsKeyId()).isEqualTo(KEY))
                    .satisfies(copy -> assertThat(copy.sourceRegion()).isEqualTo("us-east-1"))
                    .satisfies(copy ->
                            assertThat(copy.sourceDBSnapshotIdentifier()).isEqualTo(arn));
            assertThat(ireland.describeDBInstances().dbInstances()).isEmpty();
            assertThat(client.describeDBSnapshots().dbSnapshots()).hasSize(1);
        }
    }

    @Test
    void manualSnapshotsHaveAQuota() {
        rds.setQuotas(new RdsQuotas(2, 40, 1_000));
        taken("one");
        copy("one", "two");
        assertThrown(SnapshotQuotaExceededException.class, () -> create("three"));
        assertThrown(SnapshotQuotaExceededException.class, () -> copy("one", "three"));
        rds.backUp("shop");
        delete("two");
        copy("one", "three");
    }

    @Test
    void copiesInProgressHaveAQuota() {
        taken("base");
        IntStream.range(0, 20).forEach(number -> copy("base", "copy-%02d".formatted(number)));
        assertThrown(SnapshotQuotaExceededException.class, () -> copy("base", "one-too-many"));
        pass(5);
        copy("base", "one-too-many");
    }

    @Test
    void whatIsNotWantedIsDeleted() {
        create("one");
        assertThrown(InvalidDbSnapshotStateException.class, () -> delete("one"));
        pass(3);
        copy("one", "copy");
        assertThat(client.deleteDBSnapshot(it -> it.dbSnapshotIdentifier("copy"))
                        .dbSnapshot()
                        .status())
                .isEqualTo("deleted");
        assertThrown(DbSnapshotNotFoundException.class, () -> snapshot("copy"));
        assertThrown(DbSnapshotNotFoundException.class, () -> delete("copy"));

        copy("one", "copy");
        delete("one");
        assertThat(snapshot("copy").status()).isEqualTo("failed");
        delete("copy");
        var automated = rds.backUp("shop").identifier();
        pass(3);
        assertThrown(InvalidDbSnapshotStateException.class, () -> delete(automated));
    }

    @Test
    void snapshotsAreFoundInPagesAndByWhatTheyAre() {
        taken("base");
        rds.setQuotas(new RdsQuotas(100, 40, 1_000, 100));
        IntStream.range(0, 44).forEach(number -> copy("base", "copy-%02d".formatted(number)));
        var automated = rds.backUp("shop").identifier();

        assertThat(client.describeDBSnapshots(it -> it.maxRecords(20)).dbSnapshots())
                .hasSize(20);
        assertThat(client.describeDBSnapshotsPaginator(it -> it.maxRecords(20)).dbSnapshots().stream()
                        .map(DBSnapshot::dbSnapshotIdentifier))
                .hasSize(46)
                .doesNotHaveDuplicates();
        assertThat(client.describeDBSnapshots(it -> it.snapshotType("automated"))
                        .dbSnapshots())
                .singleElement()
                .satisfies(found -> assertThat(found.dbSnapshotIdentifier()).isEqualTo(automated));
        assertThat(client.describeDBSnapshots(
                                it -> it.dbInstanceIdentifier("shop").snapshotType("manual"))
                        .dbSnapshots())
                .hasSize(45);
        assertThat(client.describeDBSnapshots(it -> it.dbInstanceIdentifier("other"))
                        .dbSnapshots())
                .isEmpty();
        assertThat(client.describeDBSnapshots(it -> it.filters(Filter.builder()
                                .name("db-snapshot-id")
                                .values("base", "copy-07")
                                .build()))
                        .dbSnapshots())
                .hasSize(2);
        assertRefused("InvalidParameterValue", () -> client.describeDBSnapshots(it -> it.snapshotType("odd")));
        assertRefused("InvalidParameterValue", () -> client.describeDBSnapshots(it -> it.maxRecords(101)));
    }

    @Test
    void snapshotsAreTagged() {
        taken("one");
        var arn = snapshot("one").dbSnapshotArn();
        client.addTagsToResource(it -> it.resourceName(arn).tags(tag("a", "1"), tag("b", "2")));
        client.removeTagsFromResource(it -> it.resourceName(arn).tagKeys("b", "steward:managed"));
        assertThat(client.listTagsForResource(it -> it.resourceName(arn)).tagList())
                .containsExactly(tag("a", "1"))
                .isEqualTo(snapshot("one").tagList());
        assertThrown(
                DbSnapshotNotFoundException.class, () -> client.listTagsForResource(it -> it.resourceName(arn + "x")));
    }

    @Test
    void automatedSnapshotsComeEveryDayAndGoWithAge() {
        rds.update("shop", found -> found.withBackup(found.backup().withRetention(3)));
        rds.startAutomatedBackups();
        time.pass(Duration.ofDays(2));
        assertThat(identifiers()).containsExactly("rds:shop-2026-03-02-03-00", "rds:shop-2026-03-03-03-00");
        time.pass(Duration.ofDays(400));
        assertThat(identifiers())
                .containsExactly("rds:shop-2027-04-05-03-00", "rds:shop-2027-04-06-03-00", "rds:shop-2027-04-07-03-00");
        client.modifyDBInstance(it -> it.dbInstanceIdentifier("shop").backupRetentionPeriod(0));
        pass(1);
        assertThat(identifiers()).isEmpty();
    }

    private List<String> identifiers() {
        return client.describeDBSnapshots().dbSnapshots().stream()
                .map(DBSnapshot::dbSnapshotIdentifier)
                .toList();
    }

    @Test
    void aSnapshotIsHeldOrFails() {
        var held = rds.faults().hold(RdsFaults.Of.SNAPSHOT, "stuck"::equals, "creating");
        rds.faults().divert(RdsFaults.Of.SNAPSHOT, "broken"::equals, "creating", "failed");
        taken("base");
        copy("base", "stuck");
        copy("base", "broken");
        copy("base", "good");
        time.pass(Duration.ofDays(1));

        assertThat(snapshot("stuck").status()).isEqualTo("creating");
        assertThat(snapshot("broken").status()).isEqualTo("failed");
        assertThat(snapshot("good").status()).isEqualTo("available");
        assertThat(held.happened()).isTrue();
        held.release();
        assertThat(snapshot("stuck").status()).isEqualTo("available");
    }

    private void copy(String source, String target) {
        client.copyDBSnapshot(it -> it.sourceDBSnapshotIdentifier(source).targetDBSnapshotIdentifier(target));
    }

    private void delete(String id) {
        client.deleteDBSnapshot(it -> it.dbSnapshotIdentifier(id));
    }

    private RdsClient client(Region region) {
        return RdsClient.builder()
                .endpointOverride(endpoint.uri())
                .region(region)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .build();
    }
}
