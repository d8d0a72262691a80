package steward.local.aws;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * The XML of a snapshot.
 *
 * @param now when it is shown
 * @see <a href="https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBSnapshot.html">DBSnapshot</a>
 */
record DatabaseSnapshotXml(DatabaseSnapshot snapshot, Instant now) implements Xml.Body {

    @Override
    public void write(Xml xml) {
        identity(xml);
        source(xml);
        times(xml);
        storage(xml);
        xml.element("TagList", list -> DatabaseInstanceXml.tags(list, snapshot.tags()));
    }

    private void identity(Xml xml) {
        xml.element("DBSnapshotIdentifier", snapshot.identifier())
                .element("DBSnapshotArn", snapshot.arn())
                .element("DBInstanceIdentifier", snapshot.instance().identifier())
                .element("DbiResourceId", snapshot.instance().resourceId())
                .element("SnapshotType", snapshot.automated() ? "automated" : "manual")
                .element("Status", snapshot.status())
                .element("PercentProgress", percent())
                .element("SnapshotTarget", "region");
    }

    /** Told only of copies from another region, as the API reference says. */
    private void source(Xml xml) {
        snapshot.source()
                .filter(arn -> !arn.startsWith("arn:aws:rds:" + snapshot.region() + ":"))
                .ifPresent(arn ->
                        xml.element("SourceDBSnapshotIdentifier", arn).element("SourceRegion", arn.split(":", -1)[3]));
    }

    private void times(Xml xml) {
        xml.element("SnapshotCreateTime", snapshot.created().map(DatabaseSnapshotXml::shown))
                .element("OriginalSnapshotCreateTime", snapshot.original().map(DatabaseSnapshotXml::shown))
                .element("SnapshotDatabaseTime", snapshot.original().map(DatabaseSnapshotXml::shown))
                .element("InstanceCreateTime", shown(snapshot.instance().created()));
    }

    private void storage(Xml xml) {
        var instance = snapshot.instance();
        var storage = instance.storage();
        xml.element("Engine", "postgres")
                .element("EngineVersion", instance.engineVersion())
                .element("LicenseModel", "postgresql-license")
                .element("MasterUsername", instance.masterUsername())
                .element("Port", instance.endpoint().port())
                .element("AvailabilityZone", instance.network().availabilityZone())
                .element("VpcId", instance.network().vpc())
                .element("OptionGroupName", "default:postgres-" + instance.major())
                .element("AllocatedStorage", storage.gibibytes())
                .element("StorageType", storage.type())
                .element("Iops", storage.iops())
                .element("StorageThroughput", storage.throughput())
                .element("Encrypted", snapshot.key().isPresent())
                .element("KmsKeyId", snapshot.key())
                .element("BackupRetentionPeriod", instance.backup().retention())
                .element("PreferredBackupWindow", instance.backup().window())
                .element("IAMDatabaseAuthenticationEnabled", instance.iamAuthentication())
                .element("ProcessorFeatures", features -> {})
                .element("DedicatedLogVolume", false);
    }

    private long percent() {
        if (!snapshot.creating()) {
            return snapshot.available() ? 100 : 0;
        }
        var all = Duration.between(snapshot.requested(), snapshot.due()).toMillis();
        var passed = Duration.between(snapshot.requested(), now).toMillis();
        return all <= 0 ? 99 : Math.clamp(passed * 100 / all, 0, 99);
    }

    private static Instant shown(Instant time) {
        return time.truncatedTo(ChronoUnit.MILLIS);
    }
}
