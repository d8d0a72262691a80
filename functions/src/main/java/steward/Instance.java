package steward;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import steward.error.InvalidInput;

/**
 * An RDS instance as the first state of every workflow found it.
 *
 * @param identifier DB instance identifier
 * @param host endpoint address
 * @param port endpoint port
 * @param engineVersion as RDS reports it, e.g. {@code 17.11}
 * @param masterSecretArn the secret with the master user's name and password
 */
public record Instance(String identifier, String host, int port, String engineVersion, String masterSecretArn) {
    private static final Pattern VERSION = Pattern.compile("(\\d+)(\\..*)?");

    /**
     * The Postgres major version.
     *
     * @throws InvalidInput when the version does not start with a number
     */
    public int major() {
        Matcher matcher = VERSION.matcher(engineVersion);
        if (!matcher.matches()) {
            throw new InvalidInput("instance.engineVersion: \"%s\" is no Postgres version".formatted(engineVersion));
        }
        return Integer.parseInt(matcher.group(1));
    }
}
