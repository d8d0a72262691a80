package steward.local.aws;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/**
 * An RDS instance, as DescribeDBInstances shows it. Immutable: the state of an instance changes by putting another
 * record in its place, see {@link Rds#update}.
 *
 * @param status as RDS words it: available, creating, modifying, ...
 * @param engineVersion such as 17.11
 * @param masterSecret the secret of a master password that RDS manages
 * @param resourceId {@code db-...}, never used again
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
                "available",
                "db.t4g.medium",
                engineVersion,
                endpoint,
                masterUsername,
                Optional.empty(),
                new Network("steward", "vpc-00000000000000001", List.of("sg-00000000000000001"), false, "us-east-1a"),
                new Storage(100, "gp3", Optional.of(Arn.key("00000000-0000-0000-0000-0000000000db"))),
                new Backup(35, "03:00-03:30"),
                "default.postgres" + engineVersion.replaceFirst("\\..*", ""),
                new Certificate("rds-ca-rsa2048-g1", created.plus(Duration.ofDays(365))),
                false,
                true,
                false,
                "db-"
                        + UUID.randomUUID()
                                .toString()
                                .replace("-", "")
                                .substring(0, 26)
                                .toUpperCase(Locale.ROOT),
                created,
                Map.of());
    }

    public String arn() {
        return Arn.databaseInstance(identifier);
    }

    public DatabaseInstance withStatus(String newStatus) {
        return with(newStatus, masterSecret, deletionProtection, tags);
    }

    public DatabaseInstance withMasterSecret(Optional<MasterSecret> newSecret) {
        return with(status, newSecret, deletionProtection, tags);
    }

    public DatabaseInstance withDeletionProtection(boolean newProtection) {
        return with(status, masterSecret, newProtection, tags);
    }

    public DatabaseInstance withTags(Map<String, String> newTags) {
        return with(status, masterSecret, deletionProtection, newTags);
    }

    /** Adds tags, replacing those with the same key. */
    public DatabaseInstance plusTags(Map<String, String> added) {
        var all = new TreeMap<>(tags);
        all.putAll(added);
        return withTags(all);
    }

    private DatabaseInstance with(
            String newStatus, Optional<MasterSecret> newSecret, boolean newProtection, Map<String, String> newTags) {
        return new DatabaseInstance(
                identifier,
                newStatus,
                instanceClass,
                engineVersion,
                endpoint,
                masterUsername,
                newSecret,
                network,
                storage,
                backup,
                parameterGroup,
                certificate,
                multiAz,
                newProtection,
                iamAuthentication,
                resourceId,
                created,
                newTags);
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
            String availabilityZone) {}

    /**
     * The disk.
     *
     * @param gibibytes allocated
     * @param type gp2, gp3, io1, ...
     * @param key the KMS key, if the storage is encrypted
     */
    public record Storage(int gibibytes, String type, Optional<String> key) {}

    /**
     * Automated backups.
     *
     * @param retention in days; 0 if there are no automated backups
     * @param window in UTC, {@code hh24:mi-hh24:mi}
     */
    public record Backup(int retention, String window) {}

    /** The certificate authority of the server's certificate, and how long the certificate is good. */
    public record Certificate(String authority, Instant validTill) {}
}
