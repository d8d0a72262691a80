package steward.local;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An upper bound of the history events of one execution, every retry used up. Step Functions ends an execution at
 * 25,000, without a Catch.
 *
 * <p>What the definition cannot tell, how many items a Map has and how often a loop goes round, is taken from the
 * words "at most N" in a Comment of the Map, or of a state of the loop.
 */
final class HistoryBound {

    private static final Pattern AT_MOST = Pattern.compile("at most (\\d+)");

    /** Without MaxAttempts, as <a href="https://states-language.net/#retrying-after-error">the language says</a>. */
    private static final int DEFAULT_ATTEMPTS = 3;

    private final Map<String, JsonNode> states = new HashMap<>();
    private final Map<String, Long> longest = new HashMap<>();
    private final List<String> unbounded;

    private HistoryBound(JsonNode machine, List<String> unbounded) {
        machine.path("States").properties().forEach(state -> states.put(state.getKey(), state.getValue()));
        this.unbounded = unbounded;
    }

    /** Start and end of the execution included; states without a bound are added to the list. */
    static long of(JsonNode machine, List<String> unbounded) {
        return 2 + body(machine, unbounded);
    }

    private static long body(JsonNode machine, List<String> unbounded) {
        return new HistoryBound(machine, unbounded).from(machine.path("StartAt").asText());
    }

    /** The most events from here to the end. A loop counts as one step of all of its states, so many times. */
    private long from(String name) {
        Long known = longest.get(name);
        if (known != null) {
            return known;
        }
        Set<String> loop = loop(name);
        long events = 0;
        for (String state : loop) {
            events += events(state, state(state));
        }
        if (loop.size() > 1 || next(name).contains(name)) {
            events *= rounds(loop);
        }
        long rest = 0;
        for (String state : loop) {
            for (String next : next(state)) {
                rest = loop.contains(next) ? rest : Math.max(rest, from(next));
            }
        }
        longest.put(name, events + rest);
        return events + rest;
    }

    private long events(String name, JsonNode state) {
        return switch (state.path("Type").asText()) {
            case "Fail" -> 1;
            // Scheduled, submitted, started, ended.
            case "Task" -> 2 + 4 * attempts(state);
            case "Map" -> 2 + attempts(state) * (2 + atMost(name, state) * (2 + inner(state)));
            case "Parallel" -> 2 + attempts(state) * (2 + inner(state));
            default -> 2;
        };
    }

    private long inner(JsonNode state) {
        return Workflow.inner(state).stream()
                .mapToLong(machine -> body(machine, unbounded))
                .sum();
    }

    private static long attempts(JsonNode state) {
        long attempts = 1;
        for (JsonNode retrier : state.path("Retry")) {
            attempts += retrier.path("MaxAttempts").asInt(DEFAULT_ATTEMPTS);
        }
        return attempts;
    }

    private long atMost(String name, JsonNode state) {
        Matcher words = AT_MOST.matcher(state.path("Comment").asText());
        if (words.find()) {
            return Long.parseLong(words.group(1));
        }
        unbounded.add(name);
        return 1;
    }

    private long rounds(Set<String> loop) {
        for (String state : loop) {
            Matcher words = AT_MOST.matcher(state(state).path("Comment").asText());
            if (words.find() && !state(state).path("Type").asText().equals("Map")) {
                return Long.parseLong(words.group(1));
            }
        }
        unbounded.add(String.join(", ", loop));
        return 1;
    }

    /** The states that lead to this one and can be reached from it; itself at least. */
    private Set<String> loop(String name) {
        Set<String> loop = new LinkedHashSet<>(List.of(name));
        for (String reached : reachable(name)) {
            if (reachable(reached).contains(name)) {
                loop.add(reached);
            }
        }
        return loop;
    }

    private Set<String> reachable(String name) {
        Set<String> reached = new HashSet<>();
        List<String> open = new ArrayList<>(next(name));
        while (!open.isEmpty()) {
            String state = open.removeLast();
            if (reached.add(state)) {
                open.addAll(next(state));
            }
        }
        return reached;
    }

    private List<String> next(String name) {
        JsonNode state = state(name);
        List<String> next = new ArrayList<>();
        if (state.has("Next")) {
            next.add(state.path("Next").asText());
        }
        if (state.has("Default")) {
            next.add(state.path("Default").asText());
        }
        state.path("Choices").forEach(choice -> next.add(choice.path("Next").asText()));
        state.path("Catch").forEach(catcher -> next.add(catcher.path("Next").asText()));
        return next;
    }

    private JsonNode state(String name) {
        JsonNode state = states.get(name);
        if (state == null) {
            throw new IllegalArgumentException("there is no state " + name);
        }
        return state;
    }
}
