package steward.local.virtual;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import steward.local.Home;

/** The Task states of all workflows, by workflow and state. */
final class States {
    private static final Map<String, JsonNode> TASKS = new TreeMap<>();

    static {
        Home.definitions().forEach((workflow, text) -> add(workflow, ModelTasks.read(text)));
        add(
                Account.ELSEWHERE,
                ModelTasks.read(Optional.ofNullable(Home.definitions().get("copy-snapshots"))
                        .orElseThrow()));
    }

    private States() {}

    private static void add(String workflow, JsonNode machine) {
        machine.path("States").properties().forEach(state -> {
            if (state.getValue().has("Resource")) {
                TASKS.put(workflow + "/" + state.getKey(), state.getValue());
            }
            add(workflow, state.getValue().path("ItemProcessor"));
        });
    }

    static String resource(String state) {
        return Optional.ofNullable(TASKS.get(state))
                .orElseThrow()
                .path("Resource")
                .asText();
    }

    /** How often a state is tried again for an error. */
    static int retries(String state, String error) {
        for (JsonNode retrier :
                Optional.ofNullable(TASKS.get(state)).orElseThrow().path("Retry")) {
            for (JsonNode name : retrier.path("ErrorEquals")) {
                if (name.asText().equals(error)) {
                    return retrier.path("MaxAttempts").asInt();
                }
            }
        }
        return 0;
    }
}
