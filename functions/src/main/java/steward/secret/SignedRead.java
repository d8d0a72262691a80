package steward.secret;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.AwsSessionCredentialsIdentity;
import steward.JsonValue;
import steward.StrictJson;

/**
 * GetSecretValue, signed by the SDK's signer and sent without the SDK's client, which is most of what a cold function
 * would load.
 *
 * @see <a href="https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html">GetSecretValue</a>
 */
public final class SignedRead implements SecretReader {
    private static final String SERVICE = "secretsmanager";
    private static final int TIMEOUT = (int) Duration.ofSeconds(10).toMillis();

    private final String region;
    private final URI endpoint;
    private final AwsCredentialsIdentity credentials;

    /** As the API names them. */
    @SuppressWarnings("RecordComponentName")
    private record Body(String SecretId, String VersionStage) {}

    private SignedRead(String region, URI endpoint, AwsCredentialsIdentity credentials) {
        this.region = region;
        this.endpoint = endpoint;
        this.credentials = credentials;
    }

    /**
     * One with the credentials in a function's environment; a function that starts from a snapshot has none there, lest
     * they be out of date.
     */
    public static Optional<SecretReader> of(Map<String, String> environment, String region) {
        String id = environment.get("AWS_ACCESS_KEY_ID");
        String key = environment.get("AWS_SECRET_ACCESS_KEY");
        if (id == null || key == null) {
            return Optional.empty();
        }
        String token = environment.get("AWS_SESSION_TOKEN");
        AwsCredentialsIdentity credentials = token == null
                ? AwsCredentialsIdentity.create(id, key)
                : AwsSessionCredentialsIdentity.create(id, key, token);
        return Optional.of(new SignedRead(region, endpoint(environment, region), credentials));
    }

    /** Where the SDK would ask, too. */
    private static URI endpoint(Map<String, String> environment, String region) {
        return URI.create(environment.getOrDefault(
                "AWS_ENDPOINT_URL_SECRETS_MANAGER",
                environment.getOrDefault(
                        "AWS_ENDPOINT_URL", "https://%s.%s.amazonaws.com".formatted(SERVICE, region))));
    }

    @Override
    public Optional<String> current(String id) {
        byte[] body = StrictJson.text(new Body(id, "AWSCURRENT")).getBytes(StandardCharsets.UTF_8);
        try {
            HttpURLConnection connection = (HttpURLConnection) endpoint.toURL().openConnection(Proxy.NO_PROXY);
            connection.setConnectTimeout(TIMEOUT);
            connection.setReadTimeout(TIMEOUT);
            connection.setRequestMethod("POST");
            connection.setInstanceFollowRedirects(false);
            signed(body).forEach(connection::setRequestProperty);
            connection.setDoOutput(true);
            connection.setFixedLengthStreamingMode(body.length);
            try (OutputStream request = connection.getOutputStream()) {
                request.write(body);
            }
            if (connection.getResponseCode() != HttpURLConnection.HTTP_OK) {
                connection.disconnect();
                return Optional.empty();
            }
            try (InputStream answer = connection.getInputStream()) {
                return Optional.of(JsonValue.read(answer).path("SecretString").text())
                        .filter(text -> !text.isEmpty());
            }
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private Map<String, String> signed(byte[] body) {
        SdkHttpRequest request = SdkHttpRequest.builder()
                .method(SdkHttpMethod.POST)
                .uri(endpoint)
                .putHeader("Content-Type", "application/x-amz-json-1.1")
                .putHeader("X-Amz-Target", "secretsmanager.GetSecretValue")
                .build();
        return AwsV4HttpSigner.create()
                .sign(signing -> signing.identity(credentials)
                        .request(request)
                        .payload(ContentStreamProvider.fromByteArray(body))
                        .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, SERVICE)
                        .putProperty(AwsV4HttpSigner.REGION_NAME, region))
                .request()
                .headers()
                .entrySet()
                .stream()
                // The connection writes its own, which is the same.
                .filter(header -> !header.getKey().equalsIgnoreCase("Host"))
                .collect(Collectors.toMap(Map.Entry::getKey, header -> String.join(",", header.getValue())));
    }
}
