package steward.secret;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import steward.error.VerificationFailed;

/**
 * What a user's secret holds: the fields that RDS's own secrets have
 * (<a href="https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_secret_json_structure.html">AWS</a>).
 */
public record UserSecret(String host, int port, String username, String password, String dbname) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** The secret's text. */
    String json() {
        ObjectNode secret = JSON.createObjectNode();
        secret.put("engine", "postgres");
        secret.put("host", host);
        secret.put("port", port);
        secret.put("username", username);
        secret.put("password", password);
        secret.put("dbname", dbname);
        return secret.toString();
    }

    /** Reads a secret's text; {@code name} is for messages. */
    static UserSecret parse(String name, String text) {
        JsonNode secret = tree(name, text);
        return new UserSecret(
                secret.path("host").asText(),
                secret.path("port").asInt(),
                required(name, secret, "username"),
                required(name, secret, "password"),
                secret.path("dbname").asText());
    }

    /** Name and password, which are all that a secret managed by RDS holds. */
    static Credentials credentials(String name, String text) {
        JsonNode secret = tree(name, text);
        return new Credentials(required(name, secret, "username"), required(name, secret, "password"));
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

    private static String required(String name, JsonNode secret, String field) {
        JsonNode value = secret.path(field);
        if (!value.isTextual() || value.asText().isEmpty()) {
            throw new VerificationFailed("secret %s: has no field \"%s\"".formatted(name, field));
        }
        return value.asText();
    }

    /** The parser's own message quotes what it read, which is the secret: it is dropped. */
    @SuppressWarnings("PreserveStackTrace")
    private static JsonNode tree(String name, String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new VerificationFailed("secret %s: is not JSON".formatted(name));
        }
    }

    @Override
    public String toString() {
        return "secret of %s at %s:%d".formatted(username, host, port);
    }
}
