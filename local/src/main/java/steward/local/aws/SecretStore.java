package steward.local.aws;

import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** All secrets by name. Those whose recovery window is over are gone. Guarded by the lock of {@link SecretsManager}. */
final class SecretStore {

    private static final String LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private static final int SUFFIX = 6;

    private final Map<String, Secret> secrets = new TreeMap<>();
    private final SecureRandom random = new SecureRandom();
    private final InstantSource time;
    private long created;

    SecretStore(InstantSource time) {
        this.time = time;
    }

    Instant now() {
        return time.instant();
    }

    Collection<Secret> all() {
        removeExpired();
        return List.copyOf(secrets.values());
    }

    Optional<Secret> named(String name) {
        removeExpired();
        return Optional.ofNullable(secrets.get(name));
    }

    /**
     * Finds a secret by its name, its ARN, or its ARN without the random suffix.
     *
     * @throws AwsError ResourceNotFoundException
     * @see <a href="https://docs.aws.amazon.com/secretsmanager/latest/userguide/troubleshoot.html#ARN_secretnamehyphen">
     *     Finding a secret from a partial ARN</a>
     */
    Secret find(String id) {
        return lookup(id)
                .orElseThrow(() ->
                        AwsError.of("ResourceNotFoundException", "Secrets Manager can't find the specified secret."));
    }

    Optional<Secret> lookup(String id) {
        if (!id.startsWith("arn:")) {
            return named(id);
        }
        return byArn(id).or(() -> byPartialArn(id));
    }

    Secret create(String name) {
        var secret = new Secret(newArn(name), name, created++, now());
        secrets.put(name, secret);
        return secret;
    }

    void remove(Secret secret) {
        secrets.remove(secret.name);
    }

    String newArn(String name) {
        var suffix = new StringBuilder();
        random.ints(SUFFIX, 0, LETTERS.length()).forEach(index -> suffix.append(LETTERS.charAt(index)));
        return Arn.secret(name, suffix.toString());
    }

    private Optional<Secret> byArn(String arn) {
        return all().stream().filter(secret -> secret.arn.equals(arn)).findFirst();
    }

    private Optional<Secret> byPartialArn(String arn) {
        return all().stream()
                .filter(secret -> secret.arn.startsWith(arn + "-"))
                .filter(secret -> secret.arn.length() == arn.length() + 1 + SUFFIX)
                .findFirst();
    }

    private void removeExpired() {
        var now = now();
        secrets.values()
                .removeIf(secret ->
                        secret.deletion.isPresent() && !secret.deletion.get().isAfter(now));
    }
}
