package steward.local.asl;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;

/** The value of a field such as Output: JSON with expressions at any depth. Keys are never evaluated. */
sealed interface Template {

    /**
     * Gives the value.
     *
     * @param location the field, such as {@code Output}, by which a failure is reported
     */
    JsonNode evaluate(Bindings bindings, String location) throws QueryFailed;

    record Constant(JsonNode value) implements Template {
        @Override
        public JsonNode evaluate(Bindings bindings, String location) {
            return value;
        }
    }

    record Computed(Expression expression) implements Template {
        @Override
        public JsonNode evaluate(Bindings bindings, String location) throws QueryFailed {
            return expression.evaluate(bindings, location);
        }
    }

    record OfObject(Map<String, Template> members) implements Template {
        @Override
        public JsonNode evaluate(Bindings bindings, String location) throws QueryFailed {
            ObjectNode object = JsonNodeFactory.instance.objectNode();
            for (Map.Entry<String, Template> member : members.entrySet()) {
                String key = member.getKey();
                object.set(key, member.getValue().evaluate(bindings, location + "/" + key));
            }
            return object;
        }
    }

    record OfArray(List<Template> elements) implements Template {
        @Override
        public JsonNode evaluate(Bindings bindings, String location) throws QueryFailed {
            ArrayNode array = JsonNodeFactory.instance.arrayNode();
            for (int index = 0; index < elements.size(); index++) {
                array.add(elements.get(index).evaluate(bindings, location + "[" + index + "]"));
            }
            return array;
        }
    }
}
