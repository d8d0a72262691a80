package steward.local;

import com.amazonaws.services.lambda.runtime.Context;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import steward.Access;
import steward.Instance;
import steward.Operation;
import steward.lambda.Configuration;
import steward.lambda.Handler;
import steward.postgres.Postgres;
import steward.secret.Secrets;

/** The functions in a process of their own, which can be killed as Lambda kills its own. */
final class FunctionProcess implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Process process;
    private final PrintWriter requests;

    private FunctionProcess(Process process) {
        this.process = process;
        this.requests = new PrintWriter(process.outputWriter(StandardCharsets.UTF_8), true);
    }

    static FunctionProcess start(TestInstallation steward, String instance) throws IOException {
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                FunctionProcess.class.getName(),
                steward.installation.endpoint().uri().toString(),
                steward.server(instance).rootCertificate().toString());
        return new FunctionProcess(new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                .start());
    }

    /** Has an operation run; nobody waits for its answer. */
    void invoke(Operation.Function function, String operation, Map<String, ?> input) {
        requests.println(TestInstallation.write(
                Map.of("function", function.name(), "payload", Map.of("operation", operation, "input", input))));
    }

    /** Has the master wait in a query. */
    void sleep(Object instance) {
        requests.println(TestInstallation.write(Map.of("sleep", instance)));
    }

    /** As {@code kill -9}; returns when it is dead. */
    void kill() {
        process.destroyForcibly().onExit().join();
    }

    @Override
    public void close() {
        kill();
    }

    /** Takes requests, one a line, and answers none of them. */
    public static void main(String[] arguments) throws IOException {
        Access access = access(URI.create(arguments[0]), Path.of(arguments[1]));
        try (var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                JsonNode request = JSON.readTree(line);
                Thread.ofPlatform().start(() -> serve(request, access));
            }
        }
    }

    private static Access access(URI endpoint, Path rootCertificate) {
        SecretsManagerClient secrets = SecretsManagerClient.builder()
                .endpointOverride(endpoint)
                .region(Installation.REGION)
                .credentialsProvider(StaticCredentialsProvider.create(Installation.CREDENTIALS))
                .httpClient(UrlConnectionHttpClient.create())
                .build();
        return new Access(new Postgres(rootCertificate), new Secrets(secrets));
    }

    private static void serve(JsonNode request, Access access) {
        if (request.has("sleep")) {
            JsonNode at = request.path("sleep");
            Instance instance = new Instance(
                    at.path("identifier").asText(),
                    at.path("host").asText(),
                    at.path("port").asInt(),
                    at.path("engineVersion").asText(),
                    at.path("masterSecretArn").asText());
            access.asMaster(
                    instance, "postgres", "sleeping", session -> session.query("SELECT pg_sleep(600)", row -> true));
            return;
        }
        Operation.Function function =
                Operation.Function.valueOf(request.path("function").asText());
        byte[] payload = request.path("payload").toString().getBytes(StandardCharsets.UTF_8);
        try {
            new Handler(new Configuration(function, access))
                    .handleRequest(new ByteArrayInputStream(payload), new ByteArrayOutputStream(), noContext());
        } catch (IOException e) {
            throw new IllegalStateException("reading from memory", e);
        }
    }

    private static Context noContext() {
        return (Context) Proxy.newProxyInstance(
                FunctionProcess.class.getClassLoader(), new Class<?>[] {Context.class}, (self, method, values) -> {
                    throw new UnsupportedOperationException(method.getName());
                });
    }
}
