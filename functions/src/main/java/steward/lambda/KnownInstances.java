package steward.lambda;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.type.MapType;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import steward.Instance;
import steward.Instances;
import steward.error.ObjectMissing;

/**
 * The instances that deployment names in the environment: a JSON object with, by identifier, {@code host}, {@code port},
 * {@code engineVersion} and {@code masterSecretArn}.
 */
final class KnownInstances {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final MapType TYPE =
            JSON.getTypeFactory().constructMapType(Map.class, String.class, Description.class);

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
        try {
            return JSON.readValue(text, TYPE);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("environment variable " + Configuration.INSTANCES + " cannot be read", e);
        }
    }
}
