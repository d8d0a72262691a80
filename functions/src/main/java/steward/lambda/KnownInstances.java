package steward.lambda;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import steward.Instance;
import steward.Instances;
import steward.JsonValue;
import steward.StrictJson;
import steward.error.InvalidInput;
import steward.error.ObjectMissing;

/**
 * The instances that deployment names in the environment: a JSON object with, by identifier, {@code host}, {@code port},
 * {@code engineVersion} and {@code masterSecretArn}.
 */
final class KnownInstances {
    private KnownInstances() {}

    private record Description(String host, int port, String engineVersion, String masterSecretArn) {
        Instance as(String identifier) {
            return new Instance(identifier, host, port, engineVersion, masterSecretArn);
        }
    }

    /**
     * Reads the variable's text; without it no instance is known.
     *
     * @throws IllegalStateException if it cannot be read
     */
    static Instances parse(@Nullable String text) {
        if (text == null || text.isBlank()) {
            return Instances.NONE;
        }
        Map<String, Description> known = read(text);
        return identifier -> {
            Description description = known.get(identifier);
            if (description == null) {
                throw new ObjectMissing(
                        "instance %s: is not among those that %s names".formatted(identifier, Configuration.INSTANCES));
            }
            return description.as(identifier);
        };
    }

    private static Map<String, Description> read(String text) {
        Map<String, Description> known = new HashMap<>();
        try {
            JsonValue all = JsonValue.read(text);
            if (!(all.value() instanceof Map<?, ?> members)) {
                throw new InvalidInput("it is no object");
            }
            for (Object identifier : members.keySet()) {
                String name = String.valueOf(identifier);
                known.put(name, StrictJson.read(name, all.path(name), Description.class));
            }
            return known;
        } catch (IOException | InvalidInput e) {
            throw new IllegalStateException("environment variable " + Configuration.INSTANCES + " cannot be read", e);
        }
    }
}
