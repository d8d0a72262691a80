package steward.local.asl;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads a definition; finds in it what CreateStateMachine refuses. */
final class DefinitionReader {

    static final int MAX_SECONDS = 99_999_999;
    private static final int MAX_DEFINITION_BYTES = 1024 * 1024;
    private static final int MAX_NAME = 80;

    private final Diagnostics diagnostics = new Diagnostics();
    private final Set<String> names = new LinkedHashSet<>();
    private Optional<String> language = Optional.empty();

    StateMachine read(String definition) {
        Fields fields = machine(definition);
        fields.allow(Set.of("Comment", "QueryLanguage", "StartAt", "States", "TimeoutSeconds", "Version"));
        fields.text("Version")
                .filter(version -> !version.equals("1.0"))
                .ifPresent(version -> fields.wrong("Version", "Only version '1.0' is supported"));
        language = language(fields);
        Optional<Duration> timeout =
                fields.integer("TimeoutSeconds", 1, MAX_SECONDS).map(Duration::ofSeconds);
        States states = states(fields, Set.of());
        if (!diagnostics.isEmpty()) {
            throw diagnostics.refusal();
        }
        return new StateMachine(fields.text("Comment"), states, timeout);
    }

    private Fields machine(String definition) {
        try {
            if (definition.length() > MAX_DEFINITION_BYTES) {
                diagnostics.schema("", "Definition must be at most 1 MB");
                throw diagnostics.refusal();
            }
            JsonNode node = Json.parse(definition);
            if (!node.isObject()) {
                diagnostics.schema("", "Definition must be a valid JSON object");
                throw diagnostics.refusal();
            }
            return new Fields(node, "/", diagnostics);
        } catch (JsonProcessingException malformed) {
            diagnostics.add(
                    Diagnostics.JSON,
                    malformed.getLocation() == null
                            ? ""
                            : malformed.getLocation().toString(),
                    malformed.getOriginalMessage());
            throw diagnostics.refusal();
        }
    }

    private static Optional<String> language(Fields fields) {
        Optional<String> language = fields.text("QueryLanguage");
        if (language.isPresent() && !Set.of("JSONata", "JSONPath").contains(language.get())) {
            fields.wrong("QueryLanguage", "Value must be one of [JSONata, JSONPath]");
        }
        return language;
    }

    /** @param outer variables of the scopes around it, which it must not assign */
    States states(Fields container, Set<String> outer) {
        container.require("States", "StartAt");
        Optional<String> startAt = container.nonEmptyText("StartAt");
        Optional<Fields> states = container.object("States");
        if (states.isEmpty()) {
            return new States(startAt.orElse(""), Map.of());
        }
        if (states.get().node().isEmpty()) {
            container.wrong("States", "Value cannot be empty");
        }
        Set<String> assigned = VariableNames.assignedIn(states.get().node());
        assigned.stream()
                .filter(outer::contains)
                .forEach(name -> diagnostics.schema(
                        states.get().location(), "Variable '" + name + "' is assigned in an outer scope already"));
        Map<String, Set<String>> before =
                VariableNames.assignedBefore(states.get().node(), outer);
        Map<String, State> byName = new LinkedHashMap<>();
        states.get().node().fieldNames().forEachRemaining(name -> {
            checkName(name, states.get());
            states.get()
                    .object(name)
                    .ifPresent(state -> state(name, state, before.getOrDefault(name, outer))
                            .ifPresent(read -> byName.put(name, read)));
        });
        States read = new States(startAt.orElse(""), byName);
        if (diagnostics.isEmpty()) {
            Reachability.check(read, container, diagnostics);
        }
        return read;
    }

    private void checkName(String name, Fields states) {
        if (name.isEmpty() || name.length() > MAX_NAME) {
            states.wrong(name, "The name of a state must have 1 to " + MAX_NAME + " characters");
        }
        if (!names.add(name)) {
            diagnostics.add(Diagnostics.DUPLICATE, states.at(name), "Duplicate state name: " + name);
        }
    }

    private Optional<State> state(String name, Fields fields, Set<String> visible) {
        if (!isJsonata(fields)) {
            return Optional.empty();
        }
        return new StateReader(this, name, fields, visible).read();
    }

    private boolean isJsonata(Fields state) {
        Optional<String> own = language(state);
        if (own.isPresent() && own.get().equals("JSONPath") && language.equals(Optional.of("JSONata"))) {
            diagnostics.schema(
                    state.location(),
                    "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine");
            return false;
        }
        if (!own.or(() -> language).equals(Optional.of("JSONata"))) {
            diagnostics.schema(
                    state.location(),
                    "QueryLanguage 'JSONPath', which is the default, is not supported here: set 'JSONata'");
            return false;
        }
        return true;
    }
}
