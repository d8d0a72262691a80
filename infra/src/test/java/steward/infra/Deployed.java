package steward.infra;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** The definitions of a template as CloudFormation fills them in. */
final class Deployed {
    private Deployed() {}

    /** By workflow. */
    static SortedMap<String, String> definitions(Synthesized stack) {
        Values values = new Values(stack);
        SortedMap<String, String> definitions = new TreeMap<>();
        for (JsonNode machine :
                stack.resources("AWS::StepFunctions::StateMachine").values()) {
            String text = machine.path("DefinitionString").asText();
            for (Map.Entry<String, JsonNode> entry :
                    machine.path("DefinitionSubstitutions").properties()) {
                text = text.replace("${%s}".formatted(entry.getKey()), values.text(entry.getValue()));
            }
            definitions.put(machine.path("StateMachineName").asText().substring("steward-".length()), text);
        }
        return definitions;
    }
}
