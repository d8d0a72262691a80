package steward.infra;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.Tags;
import software.amazon.awscdk.Token;
import software.amazon.awscdk.services.ec2.CfnSecurityGroup;
import software.amazon.awscdk.services.kms.Key;
import software.amazon.awscdk.services.logs.LogGroup;
import software.amazon.awscdk.services.rds.CfnDBInstance;
import software.amazon.awscdk.services.rds.CfnDBParameterGroup;
import software.constructs.Construct;
import steward.infra.client.Instance;

/** An instance as it should be: private, encrypted, backed up, and hard to delete. */
final class CreatedInstance extends Construct {
    /** The most that RDS keeps automated backups. */
    private static final int BACKUP_DAYS = 35;
    /** What is free of charge. */
    private static final int PERFORMANCE_INSIGHTS_DAYS = 7;

    private static final List<String> LOGS = List.of("postgresql", "upgrade");

    private final DatabaseInstance description;

    CreatedInstance(
            Construct scope,
            Instance instance,
            Instance.Created created,
            String subnetGroup,
            Firewall firewall,
            List<String> applications,
            EncryptionKey logKey) {
        super(scope, instance.identifier());
        CfnSecurityGroup group = firewall.instance(instance.identifier());
        firewall.letIn(instance.identifier(), group.getAttrGroupId(), applications);
        Key key = Key.Builder.create(this, "Key")
                .description(
                        "Postgres instance %s: storage, snapshots, master's secret".formatted(instance.identifier()))
                .enableKeyRotation(true)
                .removalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE)
                .build();
        // RDS would make them itself: without a key, and to be kept for ever.
        List<LogGroup> logs = LOGS.stream()
                .map(log -> Logs.group(
                        new Construct(this, log),
                        "/aws/rds/instance/%s/%s".formatted(instance.identifier(), log),
                        logKey))
                .toList();
        CfnDBInstance resource = CfnDBInstance.Builder.create(this, "Instance")
                .dbInstanceIdentifier(instance.identifier())
                .engine("postgres")
                .engineVersion(String.valueOf(instance.postgres()))
                .autoMinorVersionUpgrade(true)
                .dbInstanceClass(created.instanceClass())
                .allocatedStorage(String.valueOf(created.storage()))
                .maxAllocatedStorage(created.storage() * 2)
                .storageType("gp3")
                .storageEncrypted(true)
                .kmsKeyId(key.getKeyArn())
                .multiAz(created.multiZone())
                .dbSubnetGroupName(subnetGroup)
                .vpcSecurityGroups(List.of(group.getAttrGroupId()))
                .publiclyAccessible(false)
                .caCertificateIdentifier("rds-ca-rsa2048-g1")
                .dbParameterGroupName(parameters(instance).getRef())
                .masterUsername("master")
                .manageMasterUserPassword(true)
                .masterUserSecret(CfnDBInstance.MasterUserSecretProperty.builder()
                        .kmsKeyId(key.getKeyArn())
                        .build())
                .backupRetentionPeriod(BACKUP_DAYS)
                .deleteAutomatedBackups(false)
                .deletionProtection(true)
                .copyTagsToSnapshot(true)
                .enablePerformanceInsights(true)
                .performanceInsightsKmsKeyId(key.getKeyArn())
                .performanceInsightsRetentionPeriod(PERFORMANCE_INSIGHTS_DAYS)
                .enableCloudwatchLogsExports(LOGS)
                .build();
        logs.forEach(log -> resource.getNode().addDependency(log));
        resource.applyRemovalPolicy(RemovalPolicy.SNAPSHOT);
        Tags.of(resource).add("steward:managed", "true");
        Tags.of(resource).add("steward:stage", instance.stage().toString());
        // The linter wants a minor version; RDS takes its default one, and keeps it up to date from then on.
        resource.addMetadata("cfn-lint", Map.of("config", Map.of("ignore_checks", List.of("W3691"))));
        suppress(created);
        description = new DatabaseInstance(
                instance.identifier(),
                resource.getAttrEndpointAddress(),
                Token.asNumber(resource.getAttrEndpointPort()),
                String.valueOf(instance.postgres()),
                resource.getAttrMasterUserSecretSecretArn(),
                Optional.of(key.getKeyArn()),
                Optional.of(key.getKeyArn()));
    }

    private CfnDBParameterGroup parameters(Instance instance) {
        return CfnDBParameterGroup.Builder.create(this, "Parameters")
                .family("postgres" + instance.postgres())
                .description("Postgres instance %s: TLS is forced".formatted(instance.identifier()))
                .parameters(Map.of("rds.force_ssl", "1"))
                .build();
    }

    private void suppress(Instance.Created created) {
        Suppressions.add(
                this,
                "AwsSolutions-RDS11",
                "The port is 5432, which clients expect; who reaches it is decided by security groups, not by its number");
        if (!created.multiZone()) {
            Suppressions.add(
                    this,
                    "AwsSolutions-RDS3",
                    "The client's file asks for one zone: nobody waits for this instance if a zone is lost");
        }
    }

    DatabaseInstance description() {
        return description;
    }
}
