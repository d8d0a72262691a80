package steward.local.asl;

import com.dashjoin.jsonata.Jsonata;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * JSON as Jackson has it, and as the JSONata library has it: lists, maps, numbers and strings, with its own mark for
 * null, since Java's null means undefined there. Integers stay integers in both directions, as far as 64 bits hold them:
 * on AWS too a longer one becomes the nearest double.
 */
final class Values {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private Values() {}

    static Object toJsonata(JsonNode node) {
        return switch (node.getNodeType()) {
            case OBJECT -> object(node);
            case ARRAY -> array(node);
            case STRING -> node.textValue();
            case BOOLEAN -> node.booleanValue();
            case NUMBER -> node.isBigInteger() ? (Number) node.doubleValue() : node.numberValue();
            default -> Jsonata.NULL_VALUE;
        };
    }

    private static Map<String, Object> object(JsonNode node) {
        Map<String, Object> map = new LinkedHashMap<>();
        node.forEachEntry((key, value) -> map.put(key, toJsonata(value)));
        return map;
    }

    private static List<Object> array(JsonNode node) {
        List<Object> list = new ArrayList<>(node.size());
        node.forEach(element -> list.add(toJsonata(element)));
        return list;
    }

    /** Empty for what JSON does not have: functions, regular expressions. */
    static Optional<JsonNode> toJson(@Nullable Object value) {
        return switch (value) {
            case null -> Optional.of(NODES.nullNode());
            case String text -> Optional.of(NODES.textNode(text));
            case Boolean bool -> Optional.of(NODES.booleanNode(bool));
            case Number number -> Optional.of(number(number));
            case List<?> list -> list(list);
            case Map<?, ?> map -> map(map);
            default -> value.equals(Jsonata.NULL_VALUE) ? Optional.of(NODES.nullNode()) : Optional.empty();
        };
    }

    private static JsonNode number(Number number) {
        return switch (number) {
            case Integer integer -> NODES.numberNode(integer.intValue());
            case Long integer -> NODES.numberNode(integer.longValue());
            case BigInteger integer -> NODES.numberNode(integer);
            case BigDecimal decimal -> NODES.numberNode(decimal);
            default -> NODES.numberNode(number.doubleValue());
        };
    }

    private static Optional<JsonNode> list(List<?> list) {
        ArrayNode array = NODES.arrayNode(list.size());
        for (Object element : list) {
            Optional<JsonNode> node = toJson(element);
            if (node.isEmpty()) {
                return node;
            }
            array.add(node.get());
        }
        return Optional.of(array);
    }

    private static Optional<JsonNode> map(Map<?, ?> map) {
        ObjectNode object = NODES.objectNode();
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            Optional<JsonNode> node = toJson(entry.getValue());
            if (node.isEmpty()) {
                return node;
            }
            object.set(String.valueOf(entry.getKey()), node.get());
        }
        return Optional.of(object);
    }
}
