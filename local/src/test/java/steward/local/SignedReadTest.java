package steward.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import steward.local.aws.HttpServers;
import steward.secret.SecretReader;
import steward.secret.SignedRead;

/**
 * What is sent, checked as AWS documents it and by nothing of the SDK.
 *
 * @see <a href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html">Signature
 *     Version 4</a>
 */
class SignedReadTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String KEY = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
    private static final String REGION = "eu-central-1";
    private static final Pattern AUTHORIZATION = Pattern.compile(
            "AWS4-HMAC-SHA256 Credential=AKID/(\\d{8})/eu-central-1/secretsmanager/aws4_request, SignedHeaders=(\\S+), Signature=([0-9a-f]{64})");

    private final List<Received> requests = new CopyOnWriteArrayList<>();
    private HttpServer server;
    private int status = 200;
    private String answer = "{\"SecretString\": \"found\", \"CreatedDate\": 1.7E9}";

    private record Received(String method, String path, Headers headers, String body) {
        String header(String name) {
            return String.join(",", headers.getOrDefault(name, List.of()));
        }
    }

    @BeforeEach
    void start() throws IOException {
        server = HttpServers.listen(0, 0);
        server.createContext("/", this::serve);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            requests.add(new Received(
                    exchange.getRequestMethod(),
                    exchange.getRequestURI().getPath(),
                    exchange.getRequestHeaders(),
                    new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
            byte[] text = answer.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Location", "/elsewhere");
            exchange.sendResponseHeaders(status, text.length);
            exchange.getResponseBody().write(text);
        }
    }

    private SecretReader reader(Map<String, String> more) {
        Map<String, String> environment = new HashMap<>(Map.of(
                "AWS_ACCESS_KEY_ID",
                "AKID",
                "AWS_SECRET_ACCESS_KEY",
                KEY,
                "AWS_ENDPOINT_URL",
                "http://localhost:" + server.getAddress().getPort()));
        environment.putAll(more);
        return SignedRead.of(environment, REGION).orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(strings = {"steward/acme/db/app", "rds!db-1", "odd \"name\" é"})
    void theRequestIsTheOneThatAwsDocuments(String id) throws Exception {
        assertThat(reader(Map.of("AWS_SESSION_TOKEN", "a token/of+base64==")).current(id))
                .contains("found");

        Received request = requests.getFirst();
        assertThat(request.method()).isEqualTo("POST");
        assertThat(request.path()).isEqualTo("/");
        assertThat(request.header("Content-Type")).isEqualTo("application/x-amz-json-1.1");
        assertThat(request.header("X-Amz-Target")).isEqualTo("secretsmanager.GetSecretValue");
        assertThat(request.header("X-Amz-Security-Token")).isEqualTo("a token/of+base64==");
        assertThat(JSON.readTree(request.body()))
                .isEqualTo(JSON.createObjectNode().put("SecretId", id).put("VersionStage", "AWSCURRENT"));
        Matcher authorization = AUTHORIZATION.matcher(request.header("Authorization"));
        assertThat(authorization.matches()).as(request.header("Authorization")).isTrue();
        List<String> signed = Arrays.asList(authorization.group(2).split(";", -1));
        assertThat(signed).contains("content-type", "host", "x-amz-date", "x-amz-security-token", "x-amz-target");
        assertThat(signed).isSorted();
        assertThat(request.header("X-Amz-Date"))
                .startsWith(authorization.group(1))
                .matches("\\d{8}T\\d{6}Z");
        assertThat(authorization.group(3)).isEqualTo(signature(request, signed));
    }

    private static String signature(Received request, List<String> signed) throws GeneralSecurityException {
        String headers = signed.stream()
                .map(name -> name + ":" + request.header(name).strip() + "\n")
                .collect(Collectors.joining());
        String canonical =
                String.join("\n", request.method(), "/", "", headers, String.join(";", signed), sha256(request.body()));
        String date = request.header("X-Amz-Date");
        List<String> scope = List.of(date.substring(0, 8), REGION, "secretsmanager", "aws4_request");
        byte[] key = ("AWS4" + KEY).getBytes(StandardCharsets.UTF_8);
        for (String part : scope) {
            key = hmac(key, part);
        }
        String toSign = String.join("\n", "AWS4-HMAC-SHA256", date, String.join("/", scope), sha256(canonical));
        return HexFormat.of().formatHex(hmac(key, toSign));
    }

    private static String sha256(String text) throws GeneralSecurityException {
        return HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static byte[] hmac(byte[] key, String text) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void credentialsWithoutATokenAreEnough() {
        assertThat(reader(Map.of()).current("name")).contains("found");
        assertThat(requests.getFirst().headers()).doesNotContainKey("X-Amz-Security-Token");
    }

    @Test
    void anAddressForSecretsManagerAloneGoesBeforeTheOneForAll() {
        String address = "http://localhost:" + server.getAddress().getPort();

        assertThat(reader(Map.of("AWS_ENDPOINT_URL", "http://localhost:1", "AWS_ENDPOINT_URL_SECRETS_MANAGER", address))
                        .current("name"))
                .contains("found");
    }

    /** The SDK is asked then, which says what is wrong. */
    @ParameterizedTest
    @ValueSource(ints = {400, 403, 500, 302})
    void whatIsNoSecretIsNotReadAndNowhereElseLookedFor(int refusal) {
        status = refusal;

        assertThat(reader(Map.of()).current("name")).isEmpty();
        assertThat(requests).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "no JSON", "{}", "{\"SecretBinary\": \"AAAA\"}", "[1]", "{\"SecretString\": \"cut"})
    void anAnswerWithoutTheTextIsNone(String other) {
        answer = other;

        assertThat(reader(Map.of()).current("name")).isEmpty();
    }

    @Test
    void nobodyThereIsNoAnswer() {
        server.stop(0);

        assertThat(reader(Map.of()).current("name")).isEmpty();
    }

    /** As where a function starts from a snapshot. */
    @Test
    void withoutCredentialsInTheEnvironmentThereIsNoReader() {
        assertThat(SignedRead.of(Map.of("AWS_ENDPOINT_URL", "http://localhost:1"), REGION))
                .isEmpty();
        assertThat(SignedRead.of(Map.of("AWS_ACCESS_KEY_ID", "AKID"), REGION)).isEmpty();
    }
}
