package steward.local.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.rds.model.CertificateNotFoundException;
import software.amazon.awssdk.services.rds.model.DBParameterGroupStatus;
import software.amazon.awssdk.services.rds.model.DbInstanceAlreadyExistsException;
import software.amazon.awssdk.services.rds.model.DbInstanceNotFoundException;
import software.amazon.awssdk.services.rds.model.DbParameterGroupNotFoundException;
import software.amazon.awssdk.services.rds.model.DbSnapshotNotFoundException;
import software.amazon.awssdk.services.rds.model.DbSubnetGroupNotFoundException;
import software.amazon.awssdk.services.rds.model.InstanceQuotaExceededException;
import software.amazon.awssdk.services.rds.model.InsufficientDbInstanceCapacityException;
import software.amazon.awssdk.services.rds.model.InvalidDbInstanceStateException;
import software.amazon.awssdk.services.rds.model.InvalidDbSnapshotStateException;
import software.amazon.awssdk.services.rds.model.StorageQuotaExceededException;
import software.amazon.awssdk.services.rds.model.VpcSecurityGroupMembership;
import software.amazon.awssdk.services.secretsmanager.model.ResourceNotFoundException;

final class RdsRestoreTest extends RdsTestBase {

    @BeforeEach
    void takeASnapshot() {
        taken("base");
    }

    @Test
    void aRestoredInstanceGoesThroughCreatingAndModifying() {
        var answer = restore("new", "base", it -> it.backupRetentionPeriod(0));
        assertThat(answer.dbInstanceStatus()).isEqualTo("creating");
        assertThat(answer.endpoint()).isNull();
        assertThat(answer.instanceCreateTime()).isNull();
        pass(6);
        assertThat(status("new")).isEqualTo("modifying");
        assertThat(describe("new").endpoint().port()).isEqualTo(5432);
        pass(1);
        assertThat(status("new")).isEqualTo("available");
        assertThat(describe("new").instanceCreateTime()).isEqualTo(NOON.plus(Duration.ofMinutes(9)));
        assertThat(describe("new").dbiResourceId())
                .isNotEqualTo(describe("shop").dbiResourceId());
    }

    @Test
    void whatIsNotGivenComesFromTheDefaultsOrTheSource() {
        restore("new", "base", it -> {});
        pass(6);
        assertThat(status("new")).isEqualTo("backing-up");
        pass(2);

        var shown = describe("new");
        assertThat(shown.dbSubnetGroup().dbSubnetGroupName()).isEqualTo("default");
        assertThat(shown.vpcSecurityGroups())
                .extracting(VpcSecurityGroupMembership::vpcSecurityGroupId)
                .containsExactly(RestoreInstance.DEFAULT_SECURITY_GROUP);
        assertThat(shown.dbParameterGroups())
                .extracting(DBParameterGroupStatus::dbParameterGroupName)
                .containsExactly("default.postgres17");
        assertThat(shown.publiclyAccessible()).isTrue();
        assertThat(shown.backupRetentionPeriod()).isEqualTo(35);
        assertThat(shown.deletionProtection()).isTrue();
        assertThat(shown.multiAZ()).isFalse();
        assertThat(shown.copyTagsToSnapshot()).isFalse();
        assertThat(shown.dbInstanceClass()).isEqualTo("db.t4g.medium");
        assertThat(shown.masterUserSecret()).isNull();
        assertThat(shown.tagList()).containsExactly(tag("steward:managed", "true"));
    }

    @Test
    void whatIsGivenIsTaken() {
        restore(
                "new",
                "base",
                it -> it.dbSubnetGroupName("steward")
                        .vpcSecurityGroupIds("sg-00000000000000001", "sg-00000000000000002")
                        .dbParameterGroupName("default.postgres17")
                        .publiclyAccessible(false)
                        .deletionProtection(false)
                        .backupRetentionPeriod(0)
                        .dbInstanceClass("db.m7g.large")
                        .allocatedStorage(200)
                        .storageType("io1")
                        .iops(4_000)
                        .caCertificateIdentifier("rds-ca-rsa4096-g1")
                        .tags(tag("steward:execution", "e")));

        var shown = describe("new");
        assertThat(shown.dbSubnetGroup().dbSubnetGroupName()).isEqualTo("steward");
        assertThat(shown.vpcSecurityGroups()).hasSize(2);
        assertThat(shown.publiclyAccessible()).isFalse();
        assertThat(shown.deletionProtection()).isFalse();
        assertThat(shown.backupRetentionPeriod()).isZero();
        assertThat(shown.dbInstanceClass()).isEqualTo("db.m7g.large");
        assertThat(shown.allocatedStorage()).isEqualTo(200);
        assertThat(shown.storageType()).isEqualTo("io1");
        assertThat(shown.iops()).isEqualTo(4_000);
        assertThat(shown.caCertificateIdentifier()).isEqualTo("rds-ca-rsa4096-g1");
        assertThat(shown.tagList()).containsExactly(tag("steward:execution", "e"));
    }

    @Test
    void aRestoreIsRefusedByNamedErrors() {
        assertThrown(DbSnapshotNotFoundException.class, () -> restore("new", "nowhere", it -> {}));
        assertThrown(DbInstanceAlreadyExistsException.class, () -> restore("Shop", "base", it -> {}));
        assertThrown(
                DbSubnetGroupNotFoundException.class, () -> restore("new", "base", it -> it.dbSubnetGroupName("x")));
        assertThrown(
                DbParameterGroupNotFoundException.class,
                () -> restore("new", "base", it -> it.dbParameterGroupName("x")));
        assertThrown(
                CertificateNotFoundException.class,
                () -> restore("new", "base", it -> it.caCertificateIdentifier("rds-ca-2019")));
        for (var name : List.of("a--b", "1a", "a-", "a".repeat(64))) {
            assertRefused("InvalidParameterValue", () -> restore(name, "base", it -> {}));
        }
        assertRefused("InvalidParameterValue", () -> restore("new", "base", it -> it.allocatedStorage(50)));
        assertRefused("InvalidParameterValue", () -> restore("new", "base", it -> it.dbInstanceClass("large")));
        assertRefused(
                "InvalidParameterCombination", () -> restore("new", "base", it -> it.manageMasterUserPassword(true)));
        assertRefused(
                "InvalidParameterCombination",
                () -> restore("new", "base", it -> it.dbParameterGroupName("default.postgres16")));
        create("fresh");
        assertThrown(InvalidDbSnapshotStateException.class, () -> restore("new", "fresh", it -> {}));
        rds.setQuotas(new RdsQuotas(100, 1, 100_000));
        assertThrown(InstanceQuotaExceededException.class, () -> restore("new", "base", it -> {}));
        rds.setQuotas(new RdsQuotas(100, 2, 150));
        assertThrown(StorageQuotaExceededException.class, () -> restore("new", "base", it -> {}));
        endpoint.endpoint
                .faults()
                .fail(
                        "rds:RestoreDBInstanceFromDBSnapshot",
                        1,
                        Faults.Moment.BEFORE,
                        AwsError.of("InsufficientDBInstanceCapacity", "planned"));
        assertThrown(InsufficientDbInstanceCapacityException.class, () -> restore("new", "base", it -> {}));
        assertThat(client.describeDBInstances().dbInstances()).hasSize(1);
    }

    @Test
    void theMasterPasswordBecomesOneThatRdsManages() {
        restored("new", "base");
        var secret = client.modifyDBInstance(it -> it.dbInstanceIdentifier("new")
                        .manageMasterUserPassword(true)
                        .applyImmediately(true))
                .dbInstance()
                .masterUserSecret();
        assertThat(secret.secretStatus()).isEqualTo("creating");
        assertThat(status("new")).isEqualTo("available");
        time.pass(Duration.ofSeconds(10));
        assertThat(status("new")).isEqualTo("resetting-master-credentials");
        pass(1);
        assertThat(status("new")).isEqualTo("available");
        assertThat(describe("new").masterUserSecret().secretStatus()).isEqualTo("active");
        var value = endpoint.secretsManager.getSecretValue(it -> it.secretId(secret.secretArn()));
        assertThat(value.name()).startsWith("rds!db-");
        assertThat(value.secretString()).startsWith("{\"username\":\"master\",\"password\":\"");

        delete("new");
        pass(4);
        assertThatExceptionOfType(ResourceNotFoundException.class)
                .isThrownBy(() -> endpoint.secretsManager.describeSecret(it -> it.secretId(secret.secretArn())));
    }

    @Test
    void securityGroupsAndProtectionAreModified() {
        restored("new", "base");
        client.modifyDBInstance(it -> it.dbInstanceIdentifier("new")
                .vpcSecurityGroupIds("sg-0000000000000000f")
                .deletionProtection(true)
                .applyImmediately(true));
        assertRefused("InvalidParameterCombination", () -> delete("new"));
        time.pass(Duration.ofSeconds(10));
        assertThat(status("new")).isEqualTo("modifying");
        assertThrown(InvalidDbInstanceStateException.class, () -> delete("new"));
        assertThrown(
                InvalidDbInstanceStateException.class,
                () -> client.modifyDBInstance(
                        it -> it.dbInstanceIdentifier("new").deletionProtection(false)));
        pass(1);
        assertThat(describe("new").vpcSecurityGroups())
                .extracting(VpcSecurityGroupMembership::vpcSecurityGroupId)
                .containsExactly("sg-0000000000000000f");
        client.modifyDBInstance(it -> it.dbInstanceIdentifier("new").deletionProtection(false));
        delete("new");
    }

    @Test
    void anInstanceIsDeletedWhenItMayBe() {
        restore("new", "base", it -> it.deletionProtection(false));
        assertThrown(InvalidDbInstanceStateException.class, () -> delete("new"));
        pass(8);
        assertRefused(
                "InvalidParameterCombination", () -> client.deleteDBInstance(it -> it.dbInstanceIdentifier("new")));
        assertRefused("InvalidParameterCombination", () -> delete("shop"));
        delete("new");
        assertThat(status("new")).isEqualTo("deleting");
        assertThrown(InvalidDbInstanceStateException.class, () -> delete("new"));
        assertThrown(DbInstanceAlreadyExistsException.class, () -> restore("new", "base", it -> {}));
        pass(4);
        assertThrown(DbInstanceNotFoundException.class, () -> status("new"));
        restored("new", "base");
    }

    @Test
    void manualSnapshotsOutliveTheirInstanceAndAutomatedOnesDoNot() {
        restored("new", "base");
        rds.backUp("new");
        pass(3);
        client.deleteDBInstance(it -> it.dbInstanceIdentifier("new").finalDBSnapshotIdentifier("last"));
        pass(4);

        assertThat(client.describeDBSnapshots(it -> it.dbInstanceIdentifier("new"))
                        .dbSnapshots())
                .singleElement()
                .satisfies(left -> assertThat(left.dbSnapshotIdentifier()).isEqualTo("last"))
                .satisfies(left -> assertThat(left.status()).isEqualTo("available"));
        restored("again", "last");
    }

    @Test
    void anInstanceIsHeldOrEndsBadly() {
        rds.faults().hold(RdsFaults.Of.INSTANCE, "stuck"::equals, "creating");
        rds.faults().divert(RdsFaults.Of.INSTANCE, "broken"::equals, "creating", "incompatible-network");
        restored("stuck", "base");
        restored("broken", "base");
        time.pass(Duration.ofDays(1));

        assertThat(status("stuck")).isEqualTo("creating");
        assertThat(status("broken")).isEqualTo("incompatible-network");
        assertThrown(InvalidDbInstanceStateException.class, () -> delete("stuck"));
        delete("broken");
    }

    private void delete(String id) {
        client.deleteDBInstance(it -> it.dbInstanceIdentifier(id).skipFinalSnapshot(true));
    }
}
