package steward.infra;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import steward.local.lambda.DeployedFunction;

/** What a template describes, as CloudFormation fills it in. */
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

    /** A function as it will be called; what only AWS knows is made up. */
    static DeployedFunction function(Synthesized stack, String name) {
        JsonNode function = stack.resources("AWS::Lambda::Function").values().stream()
                .filter(resource -> resource.path("FunctionName").asText().equals(name))
                .findFirst()
                .orElseThrow();
        Values values = new Values(stack);
        Map<String, String> environment = new TreeMap<>();
        for (Map.Entry<String, JsonNode> variable :
                function.path("Environment").path("Variables").properties()) {
            environment.put(variable.getKey(), values.text(variable.getValue()));
        }
        return new DeployedFunction(
                name,
                function.path("Handler").asText(),
                environment,
                function.path("MemorySize").asInt(),
                function.has("SnapStart"));
    }
}
