package steward.local.integration;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.traits.ListTrait;
import software.amazon.awssdk.core.traits.MapTrait;
import software.amazon.awssdk.utils.builder.Buildable;

/**
 * Builds SDK requests from the Arguments of a state.
 *
 * <p>As recorded on AWS: null is the same as absent; an object or array given for a text is sent as JSON text. Other
 * types are not converted: what AWS may be lenient with had better fail here.
 */
final class SdkRequests {

    private SdkRequests() {}

    /** Fills the builder and builds. */
    static Object build(SdkPojo builder, JsonNode arguments, String where) throws InvalidArguments {
        if (!arguments.isObject()) {
            throw InvalidArguments.wrongType(where.isEmpty() ? "Arguments" : where, "STRUCTURE");
        }
        Map<String, SdkField<?>> members = SdkMembers.of(builder);
        for (Map.Entry<String, JsonNode> argument : arguments.properties()) {
            String name = where.isEmpty() ? argument.getKey() : where + "." + argument.getKey();
            SdkField<?> field = members.get(argument.getKey());
            if (field == null) {
                throw InvalidArguments.unknown(name, members.keySet());
            }
            if (!Json.isAbsent(argument.getValue())) {
                field.set(builder, value(field, argument.getValue(), name));
            }
        }
        return ((Buildable) builder).build();
    }

    private static Object value(SdkField<?> field, JsonNode value, String name) throws InvalidArguments {
        return switch (field.marshallingType().getKnownType()) {
            case STRING -> string(value, name);
            case BOOLEAN -> require(value.isBoolean(), name, "BOOLEAN", value.booleanValue());
            case INTEGER ->
                require(value.isIntegralNumber() && value.canConvertToInt(), name, "INTEGER", value.intValue());
            case LONG -> require(value.isIntegralNumber() && value.canConvertToLong(), name, "LONG", value.longValue());
            case SHORT ->
                require(value.isIntegralNumber() && value.canConvertToInt(), name, "SHORT", value.shortValue());
            case FLOAT -> require(value.isNumber(), name, "FLOAT", value.floatValue());
            case DOUBLE -> require(value.isNumber(), name, "DOUBLE", value.doubleValue());
            case BIG_DECIMAL -> require(value.isNumber(), name, "NUMBER", value.decimalValue());
            case INSTANT -> timestamp(value, name);
            // Recorded: a text is sent as it is, anything else as JSON text.
            case SDK_BYTES -> SdkBytes.fromUtf8String(value.isTextual() ? value.textValue() : Json.text(value));
            case SDK_POJO -> build(field.constructor().get(), value, name);
            case LIST -> list(field, value, name);
            case MAP -> map(field, value, name);
            default -> throw InvalidArguments.wrongType(name, "type that the local integration knows");
        };
    }

    private static Object string(JsonNode value, String name) throws InvalidArguments {
        if (value.isContainerNode()) {
            return Json.text(value);
        }
        return require(value.isTextual(), name, "STRING", value.asText());
    }

    private static Instant timestamp(JsonNode value, String name) throws InvalidArguments {
        try {
            return OffsetDateTime.parse(value.isTextual() ? value.textValue() : "")
                    .toInstant();
        } catch (DateTimeException notTimestamp) {
            throw InvalidArguments.wrongType(name, "TIMESTAMP in ISO 8601 format");
        }
    }

    private static List<Object> list(SdkField<?> field, JsonNode value, String name) throws InvalidArguments {
        require(value.isArray(), name, "LIST", value);
        SdkField<?> member = field.getTrait(ListTrait.class).memberFieldInfo();
        List<Object> list = new ArrayList<>();
        for (JsonNode element : value) {
            list.add(value(member, element, name + "[" + list.size() + "]"));
        }
        return list;
    }

    private static Map<String, Object> map(SdkField<?> field, JsonNode value, String name) throws InvalidArguments {
        require(value.isObject(), name, "MAP", value);
        SdkField<?> member = field.getTrait(MapTrait.class).valueFieldInfo();
        Map<String, Object> map = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : value.properties()) {
            map.put(entry.getKey(), value(member, entry.getValue(), name + "." + entry.getKey()));
        }
        return map;
    }

    private static Object require(boolean fits, String name, String type, Object value) throws InvalidArguments {
        if (!fits) {
            throw InvalidArguments.wrongType(name, type);
        }
        return value;
    }
}
