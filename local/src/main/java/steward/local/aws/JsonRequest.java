package steward.local.aws;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The members of a request. A member of another type than the model says is a SerializationException, as on AWS; members
 * that the model does not have are ignored, as on AWS.
 */
record JsonRequest(ObjectNode members) {

    Optional<String> text(String member) {
        return member(member).map(value -> text(value, member));
    }

    String required(String member) {
        return text(member)
                .orElseThrow(() -> AwsError.of(
                        "ValidationException",
                        "1 validation error detected: Value null at '" + member
                                + "' failed to satisfy constraint: Member must not be null"));
    }

    OptionalLong number(String member) {
        var value = member(member);
        if (value.isEmpty()) {
            return OptionalLong.empty();
        }
        if (!value.get().canConvertToLong()) {
            throw unreadable(member, "a number");
        }
        return OptionalLong.of(value.get().longValue());
    }

    boolean flag(String member) {
        return flag(member, false);
    }

    boolean flag(String member, boolean otherwise) {
        var value = member(member);
        if (value.isPresent() && !value.get().isBoolean()) {
            throw unreadable(member, "a boolean");
        }
        return value.map(JsonNode::booleanValue).orElse(otherwise);
    }

    boolean has(String member) {
        return member(member).isPresent();
    }

    List<String> texts(String member) {
        var texts = new ArrayList<String>();
        for (var element : list(member)) {
            texts.add(text(element, member));
        }
        return texts;
    }

    List<JsonRequest> objects(String member) {
        var objects = new ArrayList<JsonRequest>();
        for (var element : list(member)) {
            if (!(element instanceof ObjectNode object)) {
                throw unreadable(member, "a list of structures");
            }
            objects.add(new JsonRequest(object));
        }
        return objects;
    }

    Optional<JsonRequest> object(String member) {
        return member(member).map(value -> {
            if (!(value instanceof ObjectNode object)) {
                throw unreadable(member, "a structure");
            }
            return new JsonRequest(object);
        });
    }

    /** A list of tags; the members are {@code Key, Value} in some services and {@code key, value} in others. */
    Map<String, String> tags(String member, String key, String value) {
        var tags = new LinkedHashMap<String, String>();
        for (var tag : objects(member)) {
            tags.put(tag.required(key), tag.text(value).orElse(""));
        }
        return tags;
    }

    private JsonNode list(String member) {
        var value = member(member).orElseGet(Json.MAPPER::createArrayNode);
        if (!value.isArray()) {
            throw unreadable(member, "a list");
        }
        return value;
    }

    private Optional<JsonNode> member(String member) {
        return Optional.ofNullable(members.get(member)).filter(value -> !value.isNull());
    }

    private static String text(JsonNode value, String member) {
        if (!value.isTextual()) {
            throw unreadable(member, "a string");
        }
        return value.textValue();
    }

    private static AwsError unreadable(String member, String type) {
        return AwsError.of("SerializationException", member + " is not " + type);
    }

    /** Requests hold secret values. */
    @Override
    public String toString() {
        return "JsonRequest"
                + members.properties().stream().map(Map.Entry::getKey).toList();
    }
}
