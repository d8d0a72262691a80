package steward.local.aws;

import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.TreeMap;

/**
 * The XML of an instance.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBInstance.html">DBInstance</a>
 */
record DatabaseInstanceXml(DatabaseInstance instance) implements Xml.Body {

    /** The Route 53 zone of RDS endpoints in us-east-1. */
    private static final String HOSTED_ZONE = "Z2R2ITUGPM61AM";

    @Override
    public void write(Xml xml) {
        general(xml);
        master(xml);
        network(xml);
        storage(xml);
        options(xml);
        xml.element("TagList", list -> tags(list, instance.tags()));
    }

    static void tags(Xml list, Map<String, String> tags) {
        new TreeMap<>(tags)
                .forEach((key, value) ->
                        list.element("Tag", tag -> tag.element("Key", key).element("Value", value)));
    }

    private void general(Xml xml) {
        xml.element("DBInstanceIdentifier", instance.identifier())
                .element("DBInstanceArn", instance.arn())
                .element("DbiResourceId", instance.resourceId())
                .element("DBInstanceClass", instance.instanceClass())
                .element("DBInstanceStatus", instance.status())
                .element("Engine", "postgres")
                .element("EngineVersion", instance.engineVersion())
                .element("EngineLifecycleSupport", "open-source-rds-extended-support-disabled")
                .element("LicenseModel", "postgresql-license")
                .element("DbInstancePort", 0);
        if (!instance.status().equals(DatabaseInstance.CREATING)) {
            xml.element("InstanceCreateTime", instance.created().truncatedTo(ChronoUnit.MILLIS));
        }
    }

    private void master(Xml xml) {
        xml.element("MasterUsername", instance.masterUsername());
        instance.masterSecret()
                .ifPresent(secret -> xml.element(
                        "MasterUserSecret",
                        element -> element.element("SecretArn", secret.arn())
                                .element("SecretStatus", secret.status())
                                .element("KmsKeyId", secret.key())));
        xml.element("IAMDatabaseAuthenticationEnabled", instance.iamAuthentication());
    }

    private void network(Xml xml) {
        var network = instance.network();
        // An instance has no address before it has been created.
        if (!instance.status().equals(DatabaseInstance.CREATING)) {
            xml.element(
                    "Endpoint",
                    endpoint -> endpoint.element("Address", instance.endpoint().address())
                            .element("Port", instance.endpoint().port())
                            .element("HostedZoneId", HOSTED_ZONE));
        }
        xml.element(
                "VpcSecurityGroups",
                groups -> network.securityGroups()
                        .forEach(group -> groups.element(
                                "VpcSecurityGroupMembership",
                                element -> element.element("VpcSecurityGroupId", group)
                                        .element("Status", "active"))));
        xml.element("DBSecurityGroups", groups -> {});
        xml.element("DBSubnetGroup", this::subnetGroup);
        xml.element("PubliclyAccessible", network.publiclyAccessible())
                .element("AvailabilityZone", network.availabilityZone())
                .element("MultiAZ", instance.multiAz())
                .element("NetworkType", "IPV4");
    }

    private void subnetGroup(Xml group) {
        var network = instance.network();
        group.element("DBSubnetGroupName", network.subnetGroup())
                .element("DBSubnetGroupArn", Arn.databaseSubnetGroup(network.subnetGroup()))
                .element("VpcId", network.vpc())
                .element("SubnetGroupStatus", "Complete")
                .element("Subnets", subnets -> {});
    }

    private void storage(Xml xml) {
        var storage = instance.storage();
        xml.element("AllocatedStorage", storage.gibibytes())
                .element("StorageType", storage.type())
                .element("Iops", storage.iops())
                .element("StorageThroughput", storage.throughput())
                .element("StorageEncrypted", storage.key().isPresent())
                .element("KmsKeyId", storage.key())
                .element("BackupRetentionPeriod", instance.backup().retention())
                .element("PreferredBackupWindow", instance.backup().window())
                .element("PreferredMaintenanceWindow", "sun:04:00-sun:04:30")
                .element("BackupTarget", "region")
                .element("DedicatedLogVolume", false);
    }

    private void options(Xml xml) {
        var certificate = instance.certificate();
        xml.element(
                        "DBParameterGroups",
                        groups -> groups.element(
                                "DBParameterGroup",
                                group -> group.element("DBParameterGroupName", instance.parameterGroup())
                                        .element("ParameterApplyStatus", "in-sync")))
                .element("OptionGroupMemberships", groups -> {})
                .element("CACertificateIdentifier", certificate.authority())
                .element(
                        "CertificateDetails",
                        details -> details.element("CAIdentifier", certificate.authority())
                                .element("ValidTill", certificate.validTill().truncatedTo(ChronoUnit.SECONDS)))
                .element("DeletionProtection", instance.deletionProtection())
                .element("AutoMinorVersionUpgrade", false)
                .element("CopyTagsToSnapshot", instance.backup().copyTags())
                .element("MonitoringInterval", 0)
                .element("PerformanceInsightsEnabled", false)
                .element("CustomerOwnedIpEnabled", false)
                .element("PendingModifiedValues", values -> {})
                .element("ReadReplicaDBInstanceIdentifiers", replicas -> {})
                .element("DomainMemberships", domains -> {})
                .element("AssociatedRoles", roles -> {});
    }
}
