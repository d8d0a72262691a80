package steward.infra.permission;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A workflow as it is written, with {@code ${...}} in it. */
public final class Definition {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String INTEGRATION = "arn:aws:states:::";
    static final String START_EXECUTION = "states:startExecution.sync:2";
    private static final Pattern NAME = Pattern.compile("\\$\\{([A-Za-z]+)}");
    private static final Pattern LITERAL = Pattern.compile("\\{%\\s*'([^']*)'.*%}", Pattern.DOTALL);
    private static final Pattern VARIABLE = Pattern.compile("\\{%\\s*\\$([A-Za-z]+)\\b.*%}", Pattern.DOTALL);

    private final String workflow;
    private final JsonNode machine;

    private Definition(String workflow, JsonNode machine) {
        this.workflow = workflow;
        this.machine = machine;
    }

    public static Definition parse(String workflow, String text) {
        try {
            return new Definition(workflow, JSON.readTree(text));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(workflow + ": its definition is not JSON", e);
        }
    }

    public String workflow() {
        return workflow;
    }

    /** Its text without blanks. */
    public String text() {
        return machine.toString();
    }

    /** The names in {@code ${...}}. */
    public Set<String> names() {
        Set<String> names = new TreeSet<>();
        NAME.matcher(text()).results().forEach(found -> names.add(found.group(1)));
        return names;
    }

    /** The names in {@code ${...}} of the workflows that it starts and waits for. */
    public Set<String> started() {
        Set<String> names = new TreeSet<>();
        calls().stream()
                .filter(call -> call.integration().equals(START_EXECUTION))
                .map(call ->
                        NAME.matcher(call.arguments().path("StateMachineArn").asText()))
                .forEach(name -> name.results().forEach(found -> names.add(found.group(1))));
        return names;
    }

    /** What its Task states call, also those in Map and Parallel states. */
    List<Call> calls() {
        List<Call> calls = new ArrayList<>();
        collect(machine, calls);
        return calls;
    }

    private void collect(JsonNode machine, List<Call> calls) {
        machine.path("States").properties().forEach(entry -> {
            JsonNode state = entry.getValue();
            if (state.path("Type").asText().equals("Task")) {
                calls.add(call(entry.getKey(), state));
            }
            collect(state.path("ItemProcessor"), calls);
            state.path("Branches").forEach(branch -> collect(branch, calls));
        });
    }

    private Call call(String name, JsonNode state) {
        String resource = state.path("Resource").asText();
        if (!resource.startsWith(INTEGRATION)) {
            throw new IllegalArgumentException(
                    "%s: state %s calls %s, which is no integration".formatted(workflow, name, resource));
        }
        return new Call(name, resource.substring(INTEGRATION.length()), state.path("Arguments"));
    }

    /**
     * What a text begins with: itself up to the first expression's value; of an expression, its first literal, or that of
     * every value that its first variable is given. Empty if that cannot be told.
     */
    Optional<Set<String>> beginnings(String text) {
        if (!text.startsWith("{%")) {
            return Optional.of(Set.of(text));
        }
        Matcher literal = LITERAL.matcher(text);
        if (literal.matches()) {
            return Optional.of(Set.of(literal.group(1)));
        }
        Matcher variable = VARIABLE.matcher(text);
        return variable.matches() ? assigned(variable.group(1)) : Optional.empty();
    }

    private Optional<Set<String>> assigned(String variable) {
        Set<String> beginnings = new TreeSet<>();
        for (JsonNode assign : machine.findValues("Assign")) {
            JsonNode value = assign.path(variable);
            if (value.isMissingNode()) {
                continue;
            }
            Matcher literal = LITERAL.matcher(value.asText());
            if (!literal.matches()) {
                return Optional.empty();
            }
            beginnings.add(literal.group(1));
        }
        return beginnings.isEmpty() ? Optional.empty() : Optional.of(beginnings);
    }
}
