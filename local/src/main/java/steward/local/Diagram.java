package steward.local;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Draws a state machine as a Mermaid state diagram.
 *
 * @see <a href="https://mermaid.js.org/syntax/stateDiagram.html">State diagrams</a>
 */
final class Diagram {

    private static final int LABEL_LENGTH = 60;

    private final List<String> lines = new ArrayList<>();

    private Diagram() {}

    static String of(JsonNode machine) {
        Diagram diagram = new Diagram();
        diagram.lines.add("stateDiagram-v2");
        diagram.machine(machine, "    ");
        return String.join("\n", diagram.lines);
    }

    private void machine(JsonNode machine, String indent) {
        lines.add(indent + "[*] --> " + machine.path("StartAt").asText());
        machine.path("States").properties().forEach(state -> state(state.getKey(), state.getValue(), indent));
    }

    private void state(String name, JsonNode state, String indent) {
        inner(name, state, indent);
        for (JsonNode choice : state.path("Choices")) {
            transition(indent, name, choice.path("Next").asText(), condition(choice));
        }
        if (state.has("Default")) {
            transition(indent, name, state.path("Default").asText(), "otherwise");
        }
        if (state.has("Next")) {
            transition(indent, name, state.path("Next").asText(), "");
        }
        for (JsonNode catcher : state.path("Catch")) {
            transition(indent, name, catcher.path("Next").asText(), "catch " + errors(catcher));
        }
        switch (state.path("Type").asText()) {
            case "Succeed" -> transition(indent, name, "[*]", "");
            case "Fail" -> transition(indent, name, "[*]", "fail");
            default -> {
                if (state.path("End").asBoolean()) {
                    transition(indent, name, "[*]", "");
                }
            }
        }
    }

    private void inner(String name, JsonNode state, String indent) {
        List<JsonNode> machines = Workflow.inner(state);
        if (machines.isEmpty()) {
            return;
        }
        lines.add(indent + "state " + name + " {");
        for (int i = 0; i < machines.size(); i++) {
            if (i > 0) {
                lines.add(indent + "    --");
            }
            machine(machines.get(i), indent + "    ");
        }
        lines.add(indent + "}");
    }

    private void transition(String indent, String from, String to, String label) {
        lines.add(indent + from + " --> " + to + (label.isEmpty() ? "" : ": " + escaped(label)));
    }

    private static String condition(JsonNode choice) {
        String expression = choice.path("Condition").asText();
        String inside = expression.replaceAll("^\\{%|%}$", "").strip().replaceAll("\\s+", " ");
        return inside.length() <= LABEL_LENGTH ? inside : inside.substring(0, LABEL_LENGTH - 1) + "…";
    }

    private static String errors(JsonNode catcher) {
        List<String> names = new ArrayList<>();
        catcher.path("ErrorEquals").forEach(name -> names.add(name.asText()));
        return names.contains("States.ALL") ? "all" : String.join(", ", names);
    }

    /** Mermaid reads a label up to a colon or semicolon, and some signs as markup; entities are read as text. */
    private static String escaped(String label) {
        return label.codePoints()
                .mapToObj(sign -> ":;#%<>{}\"".indexOf(sign) < 0 ? Character.toString(sign) : "#" + sign + ";")
                .collect(Collectors.joining());
    }
}
