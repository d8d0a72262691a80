package steward.local.asl;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashSet;
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
        for (JsonNode state : states) {
            state.path("Assign").fieldNames().forEachRemaining(names::add);
            for (String list : new String[] {"Choices", "Catch"}) {
                state.path(list)
                        .forEach(part -> part.path("Assign").fieldNames().forEachRemaining(names::add));
            }
        }
        return names;
    }
}
