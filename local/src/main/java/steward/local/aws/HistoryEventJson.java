package steward.local.aws;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import steward.local.asl.HistoryEvent;

/**
 * An event as GetExecutionHistory shows it: the details are in a member whose name follows from the type.
 *
 * @see <a href="https://docs.aws.amazon.com/step-functions/latest/apireference/API_HistoryEvent.html">HistoryEvent</a>
 */
final class HistoryEventJson {

    private static final List<String> DATA =
            List.of("input", "inputDetails", "output", "outputDetails", "assignedVariables", "parameters");

    private HistoryEventJson() {}

    static ObjectNode of(HistoryEvent event, boolean data) {
        var json = Json.object().put("id", event.id()).put("previousEventId", event.previousEventId());
        json.put("type", event.type()).set("timestamp", Json.timestamp(event.timestamp()));
        if (event.details() instanceof ObjectNode details) {
            var shown = details.deepCopy();
            if (!data) {
                shown.remove(DATA);
            }
            json.set(member(event.type()), shown);
        }
        return json;
    }

    private static String member(String type) {
        if (type.endsWith("StateEntered")) {
            return "stateEnteredEventDetails";
        }
        if (type.endsWith("StateExited")) {
            return "stateExitedEventDetails";
        }
        return Character.toLowerCase(type.charAt(0)) + type.substring(1) + "EventDetails";
    }
}
