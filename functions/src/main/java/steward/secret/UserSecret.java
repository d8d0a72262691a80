package steward.secret;

import java.io.IOException;
import steward.JsonValue;
import steward.StrictJson;
import steward.error.VerificationFailed;

/**
 * What a user's secret holds: the fields that RDS's own secrets have
 * (<a href="https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_secret_json_structure.html">AWS</a>).
 */
public record UserSecret(String host, int port, String username, String password, String dbname) {
    private record Fields(String engine, String host, int port, String username, String password, String dbname) {}

    /** The secret's text. */
    String json() {
        return StrictJson.text(new Fields("postgres", host, port, username, password, dbname));
    }

    /** Reads a secret's text; {@code name} is for messages. */
    static UserSecret parse(String name, String text) {
        JsonValue secret = tree(name, text);
        return new UserSecret(
                secret.path("host").text(),
                port(secret.path("port")),
                required(name, secret, "username"),
                required(name, secret, "password"),
                secret.path("dbname").text());
    }

    /** Name and password, which are all that a secret managed by RDS holds. */
    static Credentials credentials(String name, String text) {
        JsonValue secret = tree(name, text);
        return new Credentials(required(name, secret, "username"), required(name, secret, "password"));
    }

    /**
     * The same, if it is of the user that the secret is named after: whoever may write a secret could have another user's
     * password set, or proved, otherwise.
     *
     * @throws VerificationFailed naming both
     */
    public UserSecret requireOf(SecretName name) {
        if (!username.equals(name.user())) {
            throw new VerificationFailed(
                    "secret %s: its username is \"%s\", not \"%s\"".formatted(name, username, name.user()));
        }
        return this;
    }

    /** User name and password. */
    public Credentials credentials() {
        return new Credentials(username, password);
    }

    /** The same user with another password. */
    public UserSecret withPassword(String next) {
        return new UserSecret(host, port, username, next, dbname);
    }

    /** The same user at another address. */
    public UserSecret at(String otherHost, int otherPort) {
        return new UserSecret(otherHost, otherPort, username, password, dbname);
    }

    private static String required(String name, JsonValue secret, String field) {
        String text = secret.path(field).text();
        if (text.isEmpty()) {
            throw new VerificationFailed("secret %s: has no field \"%s\"".formatted(name, field));
        }
        return text;
    }

    /** People who write secrets by hand write it as text, too; 0 if it is neither. */
    private static int port(JsonValue port) {
        if (port.value() instanceof Integer number) {
            return number;
        }
        return port.text().matches("\\d{1,5}") ? Integer.parseInt(port.text()) : 0;
    }

    /** The parser's own message quotes what it read, which is the secret: it is dropped. */
    @SuppressWarnings("PreserveStackTrace")
    private static JsonValue tree(String name, String text) {
        try {
            return JsonValue.read(text);
        } catch (IOException e) {
            throw new VerificationFailed("secret %s: is not JSON".formatted(name));
        }
    }

    @Override
    public String toString() {
        return "secret of %s at %s:%d".formatted(username, host, port);
    }
}
