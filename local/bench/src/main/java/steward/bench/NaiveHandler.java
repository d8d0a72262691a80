package steward.bench;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Properties;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;

/** Reads a secret, logs in, asks one thing: with what SDK and databind do unless they are told otherwise. */
public final class NaiveHandler implements RequestStreamHandler {
    private final ObjectMapper json = new ObjectMapper();
    private final SecretsManagerClient secrets = SecretsManagerClient.create();

    /** What is asked for. */
    public record Input(String host, int port, String secret, String database) {}

    /** What is found. */
    public record Output(long bytes) {}

    @Override
    public void handleRequest(InputStream payload, OutputStream result, Context context) throws IOException {
        Input input = json.readValue(payload, Input.class);
        Map<?, ?> secret = json.readValue(
                secrets.getSecretValue(request -> request.secretId(input.secret()))
                        .secretString(),
                Map.class);
        Properties properties = new Properties();
        properties.setProperty("user", String.valueOf(secret.get("username")));
        properties.setProperty("password", String.valueOf(secret.get("password")));
        properties.setProperty("sslmode", "verify-full");
        properties.setProperty("sslrootcert", System.getenv("STEWARD_ROOT_CERTIFICATES"));
        String url = "jdbc:postgresql://%s:%d/postgres".formatted(input.host(), input.port());
        try (Connection connection = DriverManager.getConnection(url, properties);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT pg_database_size(current_database())")) {
            row.next();
            JsonNode output = json.valueToTree(new Output(row.getLong(1)));
            json.writeValue(result, output);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
