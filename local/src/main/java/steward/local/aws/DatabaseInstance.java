package steward.local.aws;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * An RDS instance, as DescribeDBInstances shows it. Immutable: the state of an instance changes by putting another
 * record in its place, see {@link Rds#update}.
 *
 * @param status as RDS words it: available, creating, modifying, ...
 * @param engineVersion such as 17.11
 * @param masterSecret the secret of a master password that RDS manages
 * @param resourceId {@code db-...}, never used again
 * @param created of one in the making, when that began
 */
public record DatabaseInstance(
        String identifier,
        String status,
        String instanceClass,
        String engineVersion,
        Endpoint endpoint,
        String masterUsername,
        Optional<MasterSecret> masterSecret,
        Network network,
        Storage storage,
        Backup backup,
        String parameterGroup,
        Certificate certificate,
        boolean multiAz,
        boolean deletionProtection,
        boolean iamAuthentication,
        String resourceId,
        Instant created,
        Map<String, String> tags) {

    /** What has not been created yet has neither an address nor a time of creation. */
    static final String CREATING = "creating";

    static final String AVAILABLE = "available";

    public DatabaseInstance {
        if (!identifier.matches("[a-z](-?[a-z0-9]){0,62}")) {
            throw new IllegalArgumentException("not an identifier of an instance: " + identifier);
        }
        tags = Map.copyOf(tags);
    }

    /** An available instance with what Steward's company gives each: private, encrypted, protected from deletion. */
    public static DatabaseInstance available(
            String identifier, String engineVersion, Endpoint endpoint, String masterUsername, Instant created) {
        return new DatabaseInstance(
                identifier,
                AVAILABLE,
                "db.t4g.medium",
                engineVersion,
                endpoint,
                masterUsername,
                Optional.empty(),
                new Network("steward", "vpc-00000000000000001", List.of("sg-00000000000000001"), false, "us-east-1a"),
                new Storage(
                        100,
                        "gp3",
                        Optional.of(3_000),
                        Optional.of(125),
                        Optional.of(Arn.key("00000000-0000-0000-0000-0000000000db"))),
                new Backup(35, "03:00-03:30", true),
                "default.postgres" + engineVersion.replaceFirst("\\..*", ""),
                new Certificate("rds-ca-rsa2048-g1", created.plus(Duration.ofDays(365))),
                false,
                true,
                false,
                resourceId(UUID.randomUUID()),
                created,
                Map.of());
    }

    static String resourceId(UUID id) {
        return "db-" + id.toString().replace("-", "").substring(0, 26).toUpperCase(Locale.ROOT);
    }

    public String arn() {
        return Arn.databaseInstance(identifier);
    }

    /** Of the engine: {@code 17}. */
    String major() {
        return engineVersion.replaceFirst("\\..*", "");
    }

    public DatabaseInstance withStatus(String newStatus) {
        return with(draft -> draft.status = newStatus);
    }

    public DatabaseInstance withMasterSecret(Optional<MasterSecret> newSecret) {
        return with(draft -> draft.masterSecret = newSecret);
    }

    public DatabaseInstance withDeletionProtection(boolean newProtection) {
        return with(draft -> draft.deletionProtection = newProtection);
    }

    public DatabaseInstance withTags(Map<String, String> newTags) {
        return with(draft -> draft.tags = newTags);
    }

    /** The same instance with another allocation, in GiB. */
    public DatabaseInstance withStorage(int gibibytes) {
        return with(draft -> draft.storage =
                new Storage(gibibytes, storage.type(), storage.iops(), storage.throughput(), storage.key()));
    }

    public DatabaseInstance withBackup(Backup newBackup) {
        return with(draft -> draft.backup = newBackup);
    }

    /** Adds tags, replacing those with the same key. */
    public DatabaseInstance plusTags(Map<String, String> added) {
        var all = new TreeMap<>(tags);
        all.putAll(added);
        return withTags(all);
    }

    /** The same instance after some changes. */
    DatabaseInstance with(Consumer<DatabaseInstanceDraft> change) {
        var draft = new DatabaseInstanceDraft(this);
        change.accept(draft);
        return draft.instance();
    }

    /** Where the server listens. */
    public record Endpoint(String address, int port) {}

    /**
     * The secret of a managed master password.
     *
     * @param status creating, active, rotating or impaired
     * @param key the KMS key
     */
    public record MasterSecret(String arn, String status, String key) {}

    /** Where an instance is, and who reaches it. */
    public record Network(
            String subnetGroup,
            String vpc,
            List<String> securityGroups,
            boolean publiclyAccessible,
            String availabilityZone) {

        public Network {
            securityGroups = List.copyOf(securityGroups);
        }
    }

    /**
     * The disk.
     *
     * @param gibibytes allocated
     * @param type gp2, gp3, io1, ...
     * @param iops provisioned, a second
     * @param throughput in MiB a second; gp3 only
     * @param key the KMS key, if the storage is encrypted
     */
    public record Storage(
            int gibibytes, String type, Optional<Integer> iops, Optional<Integer> throughput, Optional<String> key) {}

    /**
     * Automated backups.
     *
     * @param retention in days; 0 if there are no automated backups
     * @param window in UTC, {@code hh24:mi-hh24:mi}
     * @param copyTags whether snapshots get the instance's tags
     */
    public record Backup(int retention, String window, boolean copyTags) {

        public Backup withRetention(int days) {
            return new Backup(days, window, copyTags);
        }
    }

    /** The certificate authority of the server's certificate, and how long the certificate is good. */
    public record Certificate(String authority, Instant validTill) {}
}
