package steward.local;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Writes {@code statemachines/README.md}: what every workflow does, as a diagram and as a table of its states. */
public final class Diagrams {

    private static final String HEAD = """
            # The workflows

            Written by `steward.local.Diagrams` from the files beside it. After a change of those:
            `scripts/java steward.local.Diagrams`.
            """;

    private Diagrams() {}

    /** Takes the folder of the state machines; by default that of the working directory. */
    public static void main(String... arguments) throws IOException {
        Path folder = Path.of(arguments.length == 0 ? "statemachines" : arguments[0]);
        Files.writeString(folder.resolve("README.md"), readme(folder));
    }

    static String readme(Path folder) throws IOException {
        StringBuilder readme = new StringBuilder(HEAD);
        for (Workflow workflow : Workflow.in(folder)) {
            readme.append(section(workflow));
        }
        return readme.toString();
    }

    private static String section(Workflow workflow) {
        return """

                ## %s

                %s. [Definition](%s.asl.json), [example input](inputs/%s.json).

                ```mermaid
                %s
                ```

                | state | does | with |
                |---|---|---|
                %s""".formatted(
                        workflow.name(),
                        workflow.definition().path("Comment").asText(),
                        workflow.name(),
                        workflow.name(),
                        Diagram.of(workflow.definition()),
                        table(workflow));
    }

    /** States without a comment say all there is to say by their names. */
    private static String table(Workflow workflow) {
        StringBuilder rows = new StringBuilder();
        for (Map.Entry<String, JsonNode> state : workflow.states().entrySet()) {
            String comment = state.getValue().path("Comment").asText();
            if (!comment.isEmpty()) {
                rows.append("| %s | %s | %s |\n"
                        .formatted(state.getKey(), comment.replace("|", "\\|"), means(state.getValue())));
            }
        }
        return rows.toString();
    }

    private static String means(JsonNode state) {
        String operation = state.at("/Arguments/Payload/operation").asText();
        if (!operation.isEmpty()) {
            return "operation `" + operation + "`";
        }
        String resource = state.path("Resource").asText();
        if (!resource.isEmpty()) {
            return "`" + resource.replace("arn:aws:states:::", "") + "`";
        }
        return state.path("Type").asText();
    }
}
