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
 * words "at most N" in a Comment of the Map, or of a state of the loop: the largest, if several say so. A state of a loop
 * that is not passed in every round says itself how often: "at most N times in all", in one execution.
 */
final class HistoryBound {

    /** Possessive, or the first digits of a number would be taken for one. */
    private static final Pattern AT_MOST = Pattern.compile("at most (\\d++)(?! times in all)");

    private static final Pattern IN_ALL = Pattern.compile("at most (\\d+) times in all");

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
        long rounds = loop.size() > 1 || next(name).contains(name) ? rounds(loop) : 1;
        long events = 0;
        for (String state : loop) {
            events += passes(state(state), rounds) * events(state, state(state));
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

    private static long passes(JsonNode state, long rounds) {
        Matcher words = IN_ALL.matcher(state.path("Comment").asText());
        return rounds > 1 && words.find() ? Long.parseLong(words.group(1)) : rounds;
    }

    private long rounds(Set<String> loop) {
        long rounds = 0;
        for (String state : loop) {
            Matcher words = AT_MOST.matcher(state(state).path("Comment").asText());
            if (words.find() && !state(state).path("Type").asText().equals("Map")) {
                rounds = Math.max(rounds, Long.parseLong(words.group(1)));
            }
        }
        if (rounds == 0) {
            unbounded.add(String.join(", ", loop));
            return 1;
        }
        return rounds;
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
