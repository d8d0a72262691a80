package steward.local.asl;

import com.dashjoin.jsonata.Jsonata;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** What an expression can see: the workflow's variables, {@code $states}, and the functions of Step Functions. */
final class Bindings {

    private final Map<String, JsonNode> variables;
    private final Instant now;
    private final Map<String, JsonNode> states = new LinkedHashMap<>();
    private final Map<String, Object> converted = new LinkedHashMap<>();

    Bindings(Map<String, JsonNode> variables, Instant now) {
        this.variables = variables;
        this.now = now;
    }

    /** A member of {@code $states}: input, context, result, errorOutput. */
    Bindings with(String member, JsonNode value) {
        states.put(member, value);
        return this;
    }

    void bind(Jsonata.Frame frame, Set<String> mentioned) {
        Functions.bind(frame, mentioned, now);
        for (String name : mentioned) {
            JsonNode variable = variables.get(name);
            if (variable != null) {
                frame.bind(name, converted.computeIfAbsent(name, missing -> Values.toJsonata(variable)));
            }
        }
        if (mentioned.contains("states")) {
            frame.bind("states", converted.computeIfAbsent("states", missing -> convertedStates()));
        }
    }

    private Object convertedStates() {
        Map<String, Object> map = new LinkedHashMap<>();
        states.forEach((member, value) -> map.put(member, Values.toJsonata(value)));
        return map;
    }
}
