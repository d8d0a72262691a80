package steward.local.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.rds.RdsClient;
import software.amazon.awssdk.services.rds.model.DBInstance;
import software.amazon.awssdk.services.rds.model.DbInstanceNotFoundException;
import software.amazon.awssdk.services.rds.model.Filter;
import software.amazon.awssdk.services.rds.model.RdsException;
import software.amazon.awssdk.services.rds.model.Tag;
import software.amazon.awssdk.services.secretsmanager.model.InvalidRequestException;
import software.amazon.awssdk.services.secretsmanager.model.ResourceNotFoundException;
import steward.local.aws.DatabaseInstance.Endpoint;

final class RdsTest {

    private static final Instant CREATED = Instant.parse("2026-03-01T10:20:30.456Z");

    private final TestEndpoint endpoint = new TestEndpoint();
    private final Rds rds = endpoint.endpoint.rds();
    private final RdsClient client = endpoint.rds;

    @AfterEach
    void close() {
        endpoint.close();
    }

    @Test
    void anInstanceIsDescribedAsARealOne() {
        rds.register(instance("shop-pg17").withTags(Map.of("steward:managed", "true", "a", "<&>\"")));
        var shown = describe("shop-pg17");

        assertThat(shown.dbInstanceIdentifier()).isEqualTo("shop-pg17");
        assertThat(shown.dbInstanceArn()).isEqualTo("arn:aws:rds:us-east-1:000000000000:db:shop-pg17");
        assertThat(shown.dbInstanceStatus()).isEqualTo("available");
        assertThat(shown.engine()).isEqualTo("postgres");
        assertThat(shown.engineVersion()).isEqualTo("17.11");
        assertThat(shown.endpoint().address()).isEqualTo("127.0.0.1");
        assertThat(shown.endpoint().port()).isEqualTo(5433);
        assertThat(shown.masterUsername()).isEqualTo("master");
        assertThat(shown.masterUserSecret()).isNull();
        assertThat(shown.instanceCreateTime()).isEqualTo(CREATED);
        assertThat(shown.vpcSecurityGroups())
                .singleElement()
                .satisfies(group -> assertThat(group.status()).isEqualTo("active"));
        assertThat(shown.dbSubnetGroup().dbSubnetGroupName()).isEqualTo("steward");
        assertThat(shown.dbParameterGroups())
                .singleElement()
                .satisfies(group -> assertThat(group.dbParameterGroupName()).isEqualTo("default.postgres17"));
        assertThat(shown.storageEncrypted()).isTrue();
        assertThat(shown.allocatedStorage()).isEqualTo(100);
        assertThat(shown.backupRetentionPeriod()).isEqualTo(35);
        assertThat(shown.deletionProtection()).isTrue();
        assertThat(shown.multiAZ()).isFalse();
        assertThat(shown.publiclyAccessible()).isFalse();
        assertThat(shown.iamDatabaseAuthenticationEnabled()).isFalse();
        assertThat(shown.caCertificateIdentifier()).isEqualTo("rds-ca-rsa2048-g1");
        assertThat(shown.certificateDetails().caIdentifier()).isEqualTo("rds-ca-rsa2048-g1");
        assertThat(shown.dbiResourceId()).matches("db-[0-9A-Z]{26}");
        assertThat(shown.tagList()).containsExactly(tag("a", "<&>\""), tag("steward:managed", "true"));
    }

    @Test
    void anUnknownInstanceIsNotFound() {
        assertThatExceptionOfType(DbInstanceNotFoundException.class)
                .isThrownBy(() -> describe("nowhere"))
                .withMessageContaining("DBInstance nowhere not found.")
                .satisfies(e -> assertThat(e.statusCode()).isEqualTo(404))
                .satisfies(e -> assertThat(e.awsErrorDetails().errorCode()).isEqualTo("DBInstanceNotFound"));
    }

    @Test
    void anInstanceIsFoundByArnAndInAnyCase() {
        rds.register(instance("shop"));

        assertThat(List.of("shop", "SHOP", "arn:aws:rds:us-east-1:000000000000:db:shop"))
                .allSatisfy(
                        id -> assertThat(describe(id).dbInstanceIdentifier()).isEqualTo("shop"));
        assertThatExceptionOfType(DbInstanceNotFoundException.class)
                .isThrownBy(() -> describe("arn:aws:rds:eu-west-1:000000000000:db:shop"));
    }

    @Test
    void instancesComeInPages() {
        IntStream.range(0, 45).forEach(number -> rds.register(instance("db-%02d".formatted(number))));

        var first = client.describeDBInstances(it -> it.maxRecords(20));
        var all = client.describeDBInstancesPaginator(it -> it.maxRecords(20)).dbInstances().stream()
                .map(DBInstance::dbInstanceIdentifier)
                .toList();
        assertThat(first.dbInstances()).hasSize(20);
        assertThat(first.marker()).isNotEmpty();
        assertThat(all).hasSize(45).doesNotHaveDuplicates().isSorted();
        assertRefused("InvalidParameterValue", () -> client.describeDBInstances(it -> it.maxRecords(19)));
        assertRefused("InvalidParameterValue", () -> client.describeDBInstances(it -> it.marker("*")));
    }

    @Test
    void instancesAreFiltered() {
        rds.register(instance("one"));
        rds.register(instance("two"));

        assertThat(filtered("db-instance-id", "two", "three")).containsExactly("two");
        assertThat(filtered("engine", "postgres")).containsExactly("one", "two");
        assertThat(filtered("engine", "mysql")).isEmpty();
        assertThat(filtered("dbi-resource-id", describe("one").dbiResourceId())).containsExactly("one");
        assertRefused("InvalidParameterValue", () -> filtered("colour", "red"));
    }

    @Test
    void tagsAreAddedListedAndRemoved() {
        rds.register(instance("shop").withTags(Map.of("kept", "1", "replaced", "1", "removed", "1")));
        var arn = describe("shop").dbInstanceArn();
        client.addTagsToResource(it -> it.resourceName(arn).tags(tag("replaced", "2"), tag("new", "ü & ö=%20+")));
        client.removeTagsFromResource(it -> it.resourceName(arn).tagKeys("removed", "never there"));

        var expected = List.of(tag("kept", "1"), tag("new", "ü & ö=%20+"), tag("replaced", "2"));
        assertThat(client.listTagsForResource(it -> it.resourceName(arn)).tagList())
                .isEqualTo(expected);
        assertThat(describe("shop").tagList()).isEqualTo(expected);
        assertThatExceptionOfType(DbInstanceNotFoundException.class)
                .isThrownBy(() -> client.listTagsForResource(it -> it.resourceName(arn + "x")));
        assertRefused("InvalidParameterValue", () -> client.listTagsForResource(it -> it.resourceName("shop")));
        assertRefused(
                "InvalidParameterValue",
                () -> client.addTagsToResource(it -> it.resourceName(arn).tags(tag("aws:mine", "1"))));
    }

    @Test
    void aManagedMasterPasswordIsInASecretOfRds() {
        rds.registerManaged(instance("shop"), "correct horse");
        var secret = describe("shop").masterUserSecret();

        var described = endpoint.secretsManager.describeSecret(it -> it.secretId(secret.secretArn()));
        var value = endpoint.secretsManager.getSecretValue(it -> it.secretId(secret.secretArn()));
        assertThat(secret.secretStatus()).isEqualTo("active");
        assertThat(described.name()).matches("rds!db-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
        assertThat(described.owningService()).isEqualTo("rds");
        assertThat(described.tags()).anySatisfy(tag -> {
            assertThat(tag.key()).isEqualTo("aws:rds:primaryDBInstanceArn");
            assertThat(tag.value()).isEqualTo(describe("shop").dbInstanceArn());
        });
        assertThat(value.secretString()).isEqualTo("{\"username\":\"master\",\"password\":\"correct horse\"}");
    }

    @Test
    void aManagedSecretIsChangedAndDeletedByNobodyElse() {
        var arn = rds.registerManaged(instance("shop"), "correct horse")
                .masterSecret()
                .orElseThrow()
                .arn();
        var secrets = endpoint.secretsManager;

        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> secrets.putSecretValue(it -> it.secretId(arn).secretString("x")));
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> secrets.deleteSecret(it -> it.secretId(arn).forceDeleteWithoutRecovery(true)));
        rds.remove("shop");
        assertThatExceptionOfType(ResourceNotFoundException.class)
                .isThrownBy(() -> secrets.describeSecret(it -> it.secretId(arn)));
    }

    @Test
    void anInstanceInTheMakingHasNoAddress() {
        rds.register(instance("shop").withStatus("creating"));
        assertThat(describe("shop").endpoint()).isNull();

        rds.update("shop", instance -> instance.withStatus("available"));
        assertThat(describe("shop").endpoint().port()).isEqualTo(5433);
        client.waiter()
                .waitUntilDBInstanceAvailable(
                        it -> it.dbInstanceIdentifier("shop"),
                        wait -> wait.maxAttempts(1).waitTimeout(Duration.ofSeconds(5)));
    }

    private DBInstance describe(String id) {
        return client.describeDBInstances(it -> it.dbInstanceIdentifier(id))
                .dbInstances()
                .getFirst();
    }

    private List<String> filtered(String name, String... values) {
        return client
                .describeDBInstances(it ->
                        it.filters(Filter.builder().name(name).values(values).build()))
                .dbInstances()
                .stream()
                .map(DBInstance::dbInstanceIdentifier)
                .toList();
    }

    private static void assertRefused(String code, ThrowingCallable call) {
        assertThatExceptionOfType(RdsException.class)
                .isThrownBy(call)
                .satisfies(e -> assertThat(e.awsErrorDetails().errorCode()).isEqualTo(code))
                .satisfies(e -> assertThat(e.statusCode()).isEqualTo(400));
    }

    private static DatabaseInstance instance(String identifier) {
        return DatabaseInstance.available(identifier, "17.11", new Endpoint("127.0.0.1", 5433), "master", CREATED);
    }

    private static Tag tag(String key, String value) {
        return Tag.builder().key(key).value(value).build();
    }
}
