package steward.local.aws;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The master's password: one that RDS makes and keeps in a secret of its own, or one that was given. The server takes it
 * only when the instance has been through {@code resetting-master-credentials}.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-secrets-manager.html">Password management with
 *     Secrets Manager</a>
 */
final class MasterPassword {

    private static final String DEFAULT_KEY = Arn.key("00000000-0000-0000-0000-00000000005e");
    private static final int LENGTH = 32;

    /** All that RDS allows in one: neither slash nor at sign, quotation mark or space. */
    private static final List<String> ALPHABETS = List.of(
            "abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "0123456789", "!#$%&()*+,-.:;<=>?[]^_{|}~'");

    private final RdsAccount account;

    MasterPassword(RdsAccount account) {
        this.account = account;
    }

    /** What a request says of it; makes the secret. */
    Optional<Reset> asked(QueryRequest request, DatabaseInstance instance) {
        var given = request.text("MasterUserPassword");
        var managed = request.flag("ManageMasterUserPassword");
        if (given.isPresent() && managed.orElse(instance.masterSecret().isPresent())) {
            throw AwsError.of(
                    "InvalidParameterCombination",
                    "You can't specify MasterUserPassword for an instance with ManageMasterUserPassword.");
        }
        if (managed.equals(Optional.of(false)) && given.isEmpty()) {
            throw AwsError.of(
                    "InvalidParameterCombination",
                    "MasterUserPassword must be specified when ManageMasterUserPassword is false.");
        }
        if (given.isPresent()) {
            return Optional.of(new Reset(given.get(), Optional.empty()));
        }
        if (!managed.orElse(false) || instance.masterSecret().isPresent()) {
            return Optional.empty();
        }
        var key = RdsRules.key(request, "MasterUserSecretKmsKeyId").orElse(DEFAULT_KEY);
        var password = new RandomPassword(ALPHABETS, LENGTH, true).make();
        var secret = new DatabaseInstance.MasterSecret(makeSecret(instance, password), "creating", key);
        account.update(instance, found -> found.withMasterSecret(Optional.of(secret)));
        return Optional.of(new Reset(password, Optional.of(secret)));
    }

    /** The secret of a password that the server has already. */
    DatabaseInstance.MasterSecret secret(DatabaseInstance instance, String password) {
        return new DatabaseInstance.MasterSecret(makeSecret(instance, password), "active", DEFAULT_KEY);
    }

    private String makeSecret(DatabaseInstance instance, String password) {
        var value = Json.object().put("username", instance.masterUsername()).put("password", password);
        return account.secrets.createManaged(
                "rds",
                "db-" + account.nextId(),
                Json.write(value),
                Map.of("aws:rds:primaryDBInstanceArn", instance.arn()));
    }

    void set(DatabaseInstance instance, Reset reset) {
        account.disks.setMasterPassword(instance, reset.password);
        if (reset.secret.isPresent()) {
            account.update(instance, MasterPassword::active);
            return;
        }
        account.current(instance)
                .flatMap(DatabaseInstance::masterSecret)
                .ifPresent(secret -> account.secrets.removeManaged(secret.arn()));
        account.update(instance, found -> found.withMasterSecret(Optional.empty()));
    }

    private static DatabaseInstance active(DatabaseInstance instance) {
        return instance.withMasterSecret(instance.masterSecret()
                .map(secret -> new DatabaseInstance.MasterSecret(secret.arn(), "active", secret.key())));
    }

    /**
     * A password that is to be set.
     *
     * @param secret the one that RDS keeps it in
     */
    record Reset(String password, Optional<DatabaseInstance.MasterSecret> secret) {

        @Override
        public String toString() {
            return "Reset[]";
        }
    }
}
