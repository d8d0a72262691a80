package steward.secret;

import java.util.Map;
import steward.TemporaryName;

/**
 * The secret of a user on a temporary instance: what a task logs in with there. It goes with the instance.
 *
 * @param execution ARN of the one that works with it
 */
public record TemporarySecret(String execution, String user) {
    /** Name of the secret. */
    public String name() {
        return TemporaryName.of(execution);
    }

    SecretStore.Label label() {
        return new SecretStore.Label(
                name(),
                "Postgres user %s on a temporary instance".formatted(user),
                Map.of("steward:temporary", "true", "steward:execution", execution));
    }
}
