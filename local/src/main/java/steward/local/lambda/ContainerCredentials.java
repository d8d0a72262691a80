package steward.local.lambda;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import steward.local.aws.HttpServers;

/**
 * Where a function that starts from a snapshot gets its credentials: in its environment they would be those of the time
 * of the snapshot.
 *
 * @see <a href="https://docs.aws.amazon.com/lambda/latest/dg/snapstart-activate.html">Environment variables of functions
 *     with SnapStart</a>
 */
final class ContainerCredentials implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String PATH = "/2021-04-23/credentials";
    private static final String TOKEN = "AWS_CONTAINER_AUTHORIZATION_TOKEN";
    private static final Duration VALIDITY = Duration.ofHours(1);
    private static final int FORBIDDEN = 403;

    private final Map<String, String> environment;
    private final HttpServer server;
    private final String token;

    /**
     * Starts on a free port.
     *
     * @param environment with the credentials, as a function without SnapStart would have them, and perhaps the token that
     *     is asked for
     */
    ContainerCredentials(Map<String, String> environment) {
        this.environment = environment;
        this.token = environment.getOrDefault(TOKEN, UUID.randomUUID().toString());
        server = HttpServers.listen(0, 0);
        server.createContext(PATH, this::serve);
        server.start();
    }

    /** An environment in which the way to the credentials stands in place of them. */
    Map<String, String> instead() {
        Map<String, String> instead = new TreeMap<>(environment);
        instead.keySet().removeAll(List.of("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"));
        instead.put(
                "AWS_CONTAINER_CREDENTIALS_FULL_URI",
                "http://127.0.0.1:" + server.getAddress().getPort() + PATH);
        instead.put(TOKEN, token);
        return instead;
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            if (!token.equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
                exchange.sendResponseHeaders(FORBIDDEN, -1);
                return;
            }
            byte[] answer = JSON.createObjectNode()
                    .put("AccessKeyId", environment.get("AWS_ACCESS_KEY_ID"))
                    .put("SecretAccessKey", environment.get("AWS_SECRET_ACCESS_KEY"))
                    .put("Token", environment.getOrDefault("AWS_SESSION_TOKEN", "none"))
                    .put(
                            "Expiration",
                            Instant.now()
                                    .plus(VALIDITY)
                                    .truncatedTo(ChronoUnit.SECONDS)
                                    .toString())
                    .toString()
                    .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
