package steward.local.integration;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.AwsResponse;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.util.SdkAutoConstructList;
import software.amazon.awssdk.core.util.SdkAutoConstructMap;

/** Turns SDK responses into the result of a state. Members that the service did not send are left out. */
final class SdkResponses {

    /** {@code aws-sdk} integrations: text in ISO 8601. */
    static final SdkResponses ISO_TIMESTAMPS =
            new SdkResponses(false, instant -> JsonNodeFactory.instance.textNode(instant.toString()));

    /** Optimised integrations are built on the first SDK for Java: milliseconds since 1970, lists in any case. */
    static final SdkResponses MILLISECONDS =
            new SdkResponses(true, instant -> JsonNodeFactory.instance.numberNode(instant.toEpochMilli()));

    private final boolean listsInAnyCase;
    private final Function<Instant, JsonNode> timestamps;

    private SdkResponses(boolean listsInAnyCase, Function<Instant, JsonNode> timestamps) {
        this.listsInAnyCase = listsInAnyCase;
        this.timestamps = timestamps;
    }

    /** The answer to the call that started a job, as an optimised integration shows it. */
    static ObjectNode submitted(AwsResponse response) {
        ObjectNode result = MILLISECONDS.json(response);
        Map<String, String> headers = new LinkedHashMap<>();
        response.sdkHttpResponse().forEachHeader((name, values) -> headers.put(name, String.join(",", values)));
        result.set(
                "SdkHttpMetadata",
                LambdaEnvelope.metadata(headers, response.sdkHttpResponse().statusCode()));
        result.putObject("SdkResponseMetadata")
                .put("RequestId", response.responseMetadata().requestId());
        return result;
    }

    /** Members by name, as in the descriptions of jobs. */
    static ObjectNode sorted(ObjectNode description) {
        ObjectNode sorted = Json.object();
        description.properties().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(member -> sorted.set(member.getKey(), member.getValue()));
        return sorted;
    }

    ObjectNode json(SdkPojo structure) {
        ObjectNode json = Json.object();
        for (Map.Entry<String, SdkField<?>> member : SdkMembers.of(structure).entrySet()) {
            Object value = member.getValue().getValueOrDefault(structure);
            if (isPresent(value)) {
                json.set(member.getKey(), json(value));
            }
        }
        return json;
    }

    /** The SDK stands in an empty collection for one that was not sent; one that was sent empty is another class. */
    private boolean isPresent(@Nullable Object value) {
        return value != null
                && (listsInAnyCase || !(value instanceof SdkAutoConstructList))
                && !(value instanceof SdkAutoConstructMap);
    }

    private JsonNode json(@Nullable Object value) {
        JsonNodeFactory nodes = JsonNodeFactory.instance;
        return switch (value) {
            case null -> nodes.nullNode();
            case String text -> nodes.textNode(text);
            case Boolean bool -> nodes.booleanNode(bool);
            case Short number -> nodes.numberNode(number);
            case Integer number -> nodes.numberNode(number);
            case Long number -> nodes.numberNode(number);
            case Float number -> nodes.numberNode(number);
            case Double number -> nodes.numberNode(number);
            case BigDecimal number -> nodes.numberNode(number);
            case Instant instant -> timestamps.apply(instant);
            case SdkBytes bytes -> nodes.textNode(bytes.asUtf8String());
            case SdkPojo structure -> json(structure);
            case List<?> list -> {
                var array = nodes.arrayNode();
                list.forEach(element -> array.add(json(element)));
                yield array;
            }
            case Map<?, ?> map -> {
                var object = nodes.objectNode();
                map.forEach((key, element) -> object.set(String.valueOf(key), json(element)));
                yield object;
            }
            default -> throw new IllegalStateException("no JSON for " + value.getClass());
        };
    }
}
