package steward.local.integration;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Map;

/** The result of {@code lambda:invoke}: the answer among what the SDK knows of the HTTP call. */
final class LambdaEnvelope {

    private LambdaEnvelope() {}

    static JsonNode of(String version, JsonNode payload, int payloadBytes, String requestId, Instant now) {
        ObjectNode envelope = Json.object();
        envelope.put("ExecutedVersion", version);
        envelope.set("Payload", payload);
        envelope.set("SdkHttpMetadata", metadata(headers(version, payloadBytes, requestId, now), 200));
        envelope.putObject("SdkResponseMetadata").put("RequestId", requestId);
        envelope.put("StatusCode", 200);
        return envelope;
    }

    /** SdkHttpMetadata, as every optimised integration returns it. */
    static ObjectNode metadata(Map<String, String> headers, int status) {
        ObjectNode metadata = Json.object();
        ObjectNode all = metadata.putObject("AllHttpHeaders");
        ObjectNode single = metadata.putObject("HttpHeaders");
        headers.forEach((name, value) -> {
            all.putArray(name).add(value);
            single.put(name, value);
        });
        metadata.put("HttpStatusCode", status);
        return metadata;
    }

    private static Map<String, String> headers(String version, int payloadBytes, String requestId, Instant now) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("X-Amz-Executed-Version", version);
        headers.put("x-amzn-Remapped-Content-Length", "0");
        headers.put("Connection", "keep-alive");
        headers.put("x-amzn-RequestId", requestId);
        headers.put("Content-Length", Integer.toString(payloadBytes));
        headers.put("Date", DateTimeFormatter.RFC_1123_DATE_TIME.format(now.atOffset(ZoneOffset.UTC)));
        headers.put("Content-Type", "application/json");
        return headers;
    }
}
