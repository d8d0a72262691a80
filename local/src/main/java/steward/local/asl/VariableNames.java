package steward.local.asl;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Names of workflow variables, and which scope they belong to.
 *
 * @see <a href="https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html">Passing data between
 *     states with variables</a>
 */
final class VariableNames {

    private static final int MAX_LENGTH = 80;

    private VariableNames() {}

    static void check(String name, String location, Diagnostics diagnostics) {
        if (name.equals("states")) {
            diagnostics.schema(location, "Variable name 'states' is reserved");
            return;
        }
        if (!isIdentifier(name)) {
            diagnostics.schema(location, "Variable name '" + name + "' is not a valid identifier");
        }
        if (name.length() > MAX_LENGTH) {
            diagnostics.schema(location, "Variable name '" + name + "' is longer than " + MAX_LENGTH + " characters");
        }
    }

    private static boolean isIdentifier(String name) {
        return !name.isEmpty()
                && Character.isUnicodeIdentifierStart(name.codePointAt(0))
                && name.codePoints().allMatch(Character::isUnicodeIdentifierPart);
    }

    /** Names assigned by the states themselves, not by those inside of them. */
    static Set<String> assignedIn(JsonNode states) {
        Set<String> names = new LinkedHashSet<>();
        edges(states).forEach(edge -> names.addAll(edge.names));
        return names;
    }

    /**
     * For each state, the names that may have been assigned when it is entered. Those of a Parallel or a Map must not
     * be assigned inside of it. (The same name assigned on the way out, as by its Catch, is another matter: AWS accepts
     * that.)
     */
    static Map<String, Set<String>> assignedBefore(JsonNode states, Set<String> outer) {
        Map<String, Set<String>> before = new LinkedHashMap<>();
        states.fieldNames().forEachRemaining(name -> before.put(name, new LinkedHashSet<>(outer)));
        List<Edge> edges = edges(states);
        boolean changed = true;
        while (changed) {
            changed = false;
            for (Edge edge : edges) {
                Set<String> target = before.get(edge.to);
                if (target != null) {
                    changed |= target.addAll(edge.names);
                    changed |= target.addAll(before.getOrDefault(edge.from, Set.of()));
                }
            }
        }
        return before;
    }

    private static List<Edge> edges(JsonNode states) {
        List<Edge> edges = new ArrayList<>();
        states.forEachEntry((name, state) -> {
            edges.add(edge(name, state, "Next"));
            edges.add(edge(name, state, "Default"));
            for (String list : List.of("Choices", "Catch")) {
                state.path(list).forEach(part -> edges.add(edge(name, part, "Next")));
            }
        });
        return edges;
    }

    private static Edge edge(String from, JsonNode part, String target) {
        Set<String> names = new LinkedHashSet<>();
        part.path("Assign").fieldNames().forEachRemaining(names::add);
        return new Edge(from, part.path(target).asText(), names);
    }

    /** A transition, and the variables assigned on it. */
    private record Edge(String from, String to, Set<String> names) {}
}
