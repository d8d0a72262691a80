package steward.local.lambda;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.secretsmanager.model.GetSecretValueResponse;
import software.amazon.awssdk.services.secretsmanager.model.SecretsManagerException;
import steward.local.aws.HttpServers;

/** AWS's Parameters and Secrets extension, without its cache: reads secrets for whoever knows the function's token. */
public final class SecretsExtensionServer implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String QUERY = "secretId=";

    private final SecretsManagerClient secrets;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final String token = UUID.randomUUID().toString();
    private final AtomicInteger reads = new AtomicInteger();

    /** Starts it on a free port; the client is closed with it. */
    public SecretsExtensionServer(SecretsManagerClient secrets) {
        this.secrets = secrets;
        server = HttpServers.listen(0, 0);
        server.setExecutor(threads);
        server.createContext("/secretsmanager/get", this::serve);
        server.start();
    }

    /** Where it listens. */
    public int port() {
        return server.getAddress().getPort();
    }

    /** What the function has as its session token. */
    public String token() {
        return token;
    }

    /** How many secrets it has read. */
    public int reads() {
        return reads.get();
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            if (!token.equals(exchange.getRequestHeaders().getFirst("X-Aws-Parameters-Secrets-Token"))) {
                answer(exchange, 401, "the token is missing or wrong");
                return;
            }
            String query = exchange.getRequestURI().getRawQuery();
            String id = URLDecoder.decode(query.substring(QUERY.length()), StandardCharsets.UTF_8);
            GetSecretValueResponse read = secrets.getSecretValue(request -> request.secretId(id));
            reads.incrementAndGet();
            answer(
                    exchange,
                    200,
                    JSON.createObjectNode()
                            .put("ARN", read.arn())
                            .put("Name", read.name())
                            .put("SecretString", read.secretString())
                            .put("VersionId", read.versionId())
                            .toString());
        } catch (SecretsManagerException e) {
            answer(exchange, e.statusCode(), String.valueOf(e.getMessage()));
        }
    }

    private static void answer(HttpExchange exchange, int status, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
        secrets.close();
    }
}
