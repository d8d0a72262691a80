package steward.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A state machine as its file says it, with the {@code ${Name}} that deployment fills in.
 *
 * @param name of the file without {@code .asl.json}, which is also that of the workflow
 */
public record Workflow(String name, JsonNode definition) {

    private static final String SUFFIX = ".asl.json";
    private static final ObjectMapper JSON = new ObjectMapper();

    /** All of a folder, by name. */
    public static List<Workflow> in(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            List<Workflow> workflows = new ArrayList<>();
            for (Path file : files.sorted().toList()) {
                if (file.getFileName().toString().endsWith(SUFFIX)) {
                    workflows.add(read(file));
                }
            }
            return workflows;
        }
    }

    private static Workflow read(Path file) throws IOException {
        String name = file.getFileName().toString();
        return new Workflow(name.substring(0, name.length() - SUFFIX.length()), JSON.readTree(file.toFile()));
    }

    /** Every state by name, also those inside of Map and Parallel states. */
    public Map<String, JsonNode> states() {
        Map<String, JsonNode> states = new LinkedHashMap<>();
        collect(definition, states);
        return states;
    }

    private static void collect(JsonNode machine, Map<String, JsonNode> states) {
        machine.path("States").properties().forEach(state -> {
            states.put(state.getKey(), state.getValue());
            inner(state.getValue()).forEach(inner -> collect(inner, states));
        });
    }

    /** The machines inside of a state: the branches of a Parallel, the processor of a Map. */
    static List<JsonNode> inner(JsonNode state) {
        List<JsonNode> machines = new ArrayList<>();
        state.path("Branches").forEach(machines::add);
        if (state.has("ItemProcessor")) {
            machines.add(state.path("ItemProcessor"));
        }
        return machines;
    }
}
