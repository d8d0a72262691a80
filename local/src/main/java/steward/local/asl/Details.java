package steward.local.asl;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The details of history events.
 *
 * @see <a href="https://docs.aws.amazon.com/step-functions/latest/apireference/API_HistoryEvent.html">HistoryEvent</a>
 */
final class Details {

    static final JsonNode NONE = NullNode.getInstance();

    private Details() {}

    static ObjectNode executionStarted(JsonNode input, String roleArn) {
        return payload(Json.object(), "input", input).put("roleArn", roleArn);
    }

    static ObjectNode entered(String name, JsonNode input) {
        return payload(Json.object().put("name", name), "input", input);
    }

    static ObjectNode exited(String name, JsonNode output, Map<String, JsonNode> assigned) {
        ObjectNode details = payload(Json.object().put("name", name), "output", output);
        if (!assigned.isEmpty()) {
            ObjectNode variables = details.putObject("assignedVariables");
            assigned.forEach((variable, value) -> variables.put(variable, Json.write(value)));
            details.putObject("assignedVariablesDetails").put("truncated", false);
        }
        return details;
    }

    static ObjectNode output(JsonNode output) {
        return payload(Json.object(), "output", output);
    }

    static ObjectNode failure(@Nullable String error, @Nullable String cause) {
        return failure(Json.object(), error, cause);
    }

    static ObjectNode failure(ObjectNode details, @Nullable String error, @Nullable String cause) {
        if (error != null) {
            details.put("error", error);
        }
        if (cause != null && !cause.isEmpty()) {
            details.put("cause", cause);
        }
        return details;
    }

    static ObjectNode evaluationFailed(String cause, String location, String state) {
        ObjectNode details = failure(ErrorNames.QUERY_EVALUATION_ERROR, cause);
        if (!location.isEmpty()) {
            details.put("location", location);
        }
        return details.put("state", state);
    }

    static ObjectNode iteration(String name, int index) {
        return Json.object().put("name", name).put("index", index);
    }

    static ObjectNode length(int length) {
        return Json.object().put("length", length);
    }

    static ObjectNode payload(ObjectNode details, String field, JsonNode value) {
        details.set(field, JsonNodeFactory.instance.textNode(Json.write(value)));
        details.putObject(field + "Details").put("truncated", false);
        return details;
    }
}
