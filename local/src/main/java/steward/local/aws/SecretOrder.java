package steward.local.aws;

import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;

/** SortBy of ListSecrets, as a key that sorts as text and is unique. */
final class SecretOrder {

    private SecretOrder() {}

    /** @throws AwsError if there is no such order */
    static Function<Secret, String> of(Optional<String> sortBy) {
        return switch (sortBy.orElse("created-date")) {
            case "created-date" -> secret -> Page.key(secret.sequence);
            case "last-changed-date" -> secret -> key(secret.changed, secret);
            case "last-accessed-date" -> secret -> key(secret.accessed.orElse(Instant.EPOCH), secret);
            case "name" -> secret -> secret.name;
            default -> throw SecretRules.parameter("SortBy has no value " + sortBy.orElseThrow() + ".");
        };
    }

    private static String key(Instant time, Secret secret) {
        return Page.key(time.toEpochMilli()) + Page.key(secret.sequence);
    }
}
