package steward.infra;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.regex.Pattern;

/**
 * Statements, and IAM's answers by them: what is not allowed is denied, and a denial wins. An operator or element that is
 * not known here is an error, never a guess
 * (<a href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html">AWS</a>).
 */
final class Policy {
    private final List<JsonNode> statements;
    private final Values values;

    Policy(List<JsonNode> statements, Values values) {
        this.statements = statements;
        this.values = values;
    }

    /** A request. The context has the keys that AWS would give, such as {@code aws:ResourceTag/steward:temporary}. */
    record Request(String action, String resource, Map<String, String> context) {}

    boolean allows(Request request) {
        return decides("Allow", request) && !decides("Deny", request);
    }

    boolean denies(Request request) {
        return decides("Deny", request);
    }

    /** Actions of the statements that allow. */
    List<String> actions() {
        List<String> actions = new ArrayList<>();
        for (JsonNode statement : statements) {
            if (statement.path("Effect").asText().equals("Allow")) {
                actions.addAll(values.texts(statement.path("Action")));
            }
        }
        return actions;
    }

    private boolean decides(String effect, Request request) {
        return statements.stream()
                .filter(statement -> statement.path("Effect").asText().equals(effect))
                .anyMatch(statement -> applies(statement, request));
    }

    private boolean applies(JsonNode statement, Request request) {
        statement.fieldNames().forEachRemaining(name -> {
            if (!List.of("Sid", "Effect", "Action", "NotAction", "Resource", "Condition", "Principal")
                    .contains(name)) {
                throw new AssertionError("element " + name + " is not known");
            }
        });
        String action = request.action().toLowerCase(Locale.ROOT);
        boolean actionMatches = statement.has("NotAction")
                ? values.texts(statement.path("NotAction")).stream()
                        .noneMatch(not -> like(not.toLowerCase(Locale.ROOT), action))
                : values.texts(statement.path("Action")).stream()
                        .anyMatch(some -> like(some.toLowerCase(Locale.ROOT), action));
        return actionMatches
                && resource(statement, request.resource())
                && principal(statement, request)
                && conditions(statement.path("Condition"), request.context());
    }

    /** Trust policies have none. */
    private boolean resource(JsonNode statement, String resource) {
        return !statement.has("Resource")
                || values.texts(statement.path("Resource")).stream().anyMatch(some -> like(some, resource));
    }

    private boolean principal(JsonNode statement, Request request) {
        if (!statement.has("Principal")) {
            return true;
        }
        JsonNode principal = statement.path("Principal");
        if (principal.isTextual()) {
            return principal.asText().equals("*");
        }
        for (JsonNode kind : principal) {
            for (String text : values.texts(kind)) {
                if (text.equals("*") || text.equals(request.context().get("principal"))) {
                    return true;
                }
            }
        }
        return false;
    }

    private boolean conditions(JsonNode conditions, Map<String, String> context) {
        for (Map.Entry<String, JsonNode> operator : conditions.properties()) {
            for (Map.Entry<String, JsonNode> key : operator.getValue().properties()) {
                Optional<String> actual = Optional.ofNullable(context.get(key.getKey()));
                if (!holds(operator.getKey(), values.texts(key.getValue()), actual)) {
                    return false;
                }
            }
        }
        return true;
    }

    private static boolean holds(String operator, List<String> expected, Optional<String> actual) {
        return switch (operator) {
            case "StringEquals" -> any(expected, actual, String::equals);
            case "StringLike", "ArnEquals", "ArnLike" -> any(expected, actual, Policy::like);
            case "Bool" -> any(expected, actual, String::equalsIgnoreCase);
            case "NumericLessThan" ->
                any(expected, actual, (limit, value) -> Double.parseDouble(value) < Double.parseDouble(limit));
            // The key's absence is asked for.
            case "Null" -> expected.equals(List.of(String.valueOf(actual.isEmpty())));
            // Every value of the request, which may have none.
            case "ForAllValues:StringLike" ->
                List.of(actual.orElse("").split(",")).stream()
                        .filter(value -> !value.isEmpty())
                        .allMatch(value -> expected.stream().anyMatch(some -> like(some, value)));
            default -> throw new AssertionError("operator " + operator + " is not known");
        };
    }

    private static boolean any(List<String> expected, Optional<String> actual, BiPredicate<String, String> test) {
        return actual.isPresent() && expected.stream().anyMatch(some -> test.test(some, actual.get()));
    }

    /** With {@code *} and {@code ?}. */
    static boolean like(String pattern, String text) {
        String expression = Pattern.quote(pattern).replace("*", "\\E.*\\Q").replace("?", "\\E.\\Q");
        return Pattern.compile(expression, Pattern.DOTALL).matcher(text).matches();
    }
}
