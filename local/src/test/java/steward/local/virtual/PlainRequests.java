package steward.local.virtual;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpFullRequest;
import software.amazon.awssdk.http.SdkHttpMethod;

/**
 * What a test itself asks of the endpoint, to furnish an account and to look at it: requests as they are on the wire, made
 * without the SDK, which would take most of a case's time. What workflows ask goes through the SDK.
 */
final class PlainRequests {
    private static final String ENDPOINT = "http://127.0.0.1:9/";
    private static final Pattern KEY = Pattern.compile("<Key>([^<]*)</Key>");

    private final Supplier<SdkHttpClient> http;

    PlainRequests(Supplier<SdkHttpClient> http) {
        this.http = http;
    }

    /** An answer; its status is not yet looked at. */
    private record Answer(int status, String text) {}

    /** Puts an object whose key needs no escaping. */
    void put(String bucket, String key, String content) {
        s3(SdkHttpMethod.PUT, bucket + "/" + key, content);
    }

    String get(String bucket, String key) {
        return s3(SdkHttpMethod.GET, bucket + "/" + key, "");
    }

    /** The keys of a bucket that has less than a thousand. */
    List<String> keys(String bucket) {
        return KEY.matcher(s3(SdkHttpMethod.GET, bucket + "?list-type=2", ""))
                .results()
                .map(key -> key.group(1))
                .toList();
    }

    private String s3(SdkHttpMethod method, String path, String content) {
        Answer answer =
                send(method, path, Map.of("Content-Length", Integer.toString(bytes(content).length)), "s3", content);
        if (answer.status() != 200) {
            throw new IllegalStateException("%s %s: %s".formatted(method, path, answer));
        }
        return answer.text();
    }

    /**
     * Calls an action of Secrets Manager.
     *
     * @return its answer, or its error, which names its class in {@code __type}
     */
    JsonNode secretsManager(String action, Map<String, ?> request) {
        String body = ModelTasks.write(request);
        return ModelTasks.read(
                send(SdkHttpMethod.POST, "", Map.of("X-Amz-Target", "secretsmanager." + action), "secretsmanager", body)
                        .text());
    }

    /** Makes a secret that holds an empty object. */
    JsonNode createSecret(String name, Map<String, String> tags) {
        List<Map<String, String>> list = tags.entrySet().stream()
                .map(tag -> Map.of("Key", tag.getKey(), "Value", tag.getValue()))
                .toList();
        return secretsManager(
                "CreateSecret",
                Map.of(
                        "Name",
                        name,
                        "SecretString",
                        "{}",
                        "ClientRequestToken",
                        UUID.randomUUID().toString(),
                        "Tags",
                        list));
    }

    private Answer send(
            SdkHttpMethod method, String path, Map<String, String> headers, String service, String content) {
        SdkHttpFullRequest.Builder request = SdkHttpFullRequest.builder()
                .method(method)
                .uri(URI.create(ENDPOINT + path))
                .putHeader(
                        "Authorization",
                        "AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/%s/aws4_request".formatted(service));
        headers.forEach(request::putHeader);
        try {
            var answer = http.get()
                    .prepareRequest(HttpExecuteRequest.builder()
                            .request(request.build())
                            .contentStreamProvider(() -> new ByteArrayInputStream(bytes(content)))
                            .build())
                    .call();
            try (var body = answer.responseBody().orElseThrow()) {
                return new Answer(
                        answer.httpResponse().statusCode(), new String(body.readAllBytes(), StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
