package steward.secret;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import steward.JsonValue;

/**
 * AWS's Parameters and Secrets extension, which reads secrets for the function that it runs beside. Its cache has to be
 * switched off: what it keeps may have been rotated, and would get into a snapshot.
 *
 * @see <a href="https://docs.aws.amazon.com/secretsmanager/latest/userguide/retrieving-secrets_lambda.html">Secrets in
 *     Lambda functions</a>
 */
public final class SecretsExtension implements SecretReader {
    /** Set where the extension is. */
    public static final String PORT = "PARAMETERS_SECRETS_EXTENSION_HTTP_PORT";

    private static final String TOKEN_HEADER = "X-Aws-Parameters-Secrets-Token";
    private static final int TIMEOUT = (int) Duration.ofSeconds(10).toMillis();

    private final String address;
    private final String token;

    private SecretsExtension(String address, String token) {
        this.address = address;
        this.token = token;
    }

    /** The one that a function's environment names; a function that starts from a snapshot has another token. */
    public static Optional<SecretReader> of(Map<String, String> environment) {
        String token = environment.getOrDefault(
                "AWS_SESSION_TOKEN", environment.getOrDefault("AWS_CONTAINER_AUTHORIZATION_TOKEN", ""));
        return Optional.ofNullable(environment.get(PORT))
                .filter(port -> !token.isEmpty())
                .map(port -> new SecretsExtension("http://localhost:" + port + "/secretsmanager/get?secretId=", token));
    }

    @Override
    public Optional<String> current(String id) {
        try {
            HttpURLConnection connection =
                    (HttpURLConnection) URI.create(address + URLEncoder.encode(id, StandardCharsets.UTF_8))
                            .toURL()
                            .openConnection(Proxy.NO_PROXY);
            connection.setRequestProperty(TOKEN_HEADER, token);
            connection.setConnectTimeout(TIMEOUT);
            connection.setReadTimeout(TIMEOUT);
            if (connection.getResponseCode() != HttpURLConnection.HTTP_OK) {
                connection.disconnect();
                return Optional.empty();
            }
            try (InputStream body = connection.getInputStream()) {
                return Optional.of(JsonValue.read(body).path("SecretString").text())
                        .filter(text -> !text.isEmpty());
            }
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
