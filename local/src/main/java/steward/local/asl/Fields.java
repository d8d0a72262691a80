package steward.local.asl;

import com.dashjoin.jsonata.JException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One object of a definition: reads its fields and notes what is wrong with them. Where a value is unusable it answers
 * with something harmless, since a definition with a diagnostic is never run.
 */
final class Fields {

    private static final Set<String> JSONPATH_ONLY = Set.of(
            "InputPath",
            "OutputPath",
            "ResultPath",
            "Parameters",
            "ResultSelector",
            "Result",
            "ItemsPath",
            "SecondsPath",
            "TimestampPath",
            "TimeoutSecondsPath",
            "HeartbeatSecondsPath",
            "ErrorPath",
            "CausePath",
            "MaxConcurrencyPath",
            "ToleratedFailureCountPath",
            "ToleratedFailurePercentagePath",
            "Variable");

    private final JsonNode node;
    private final String location;
    private final Diagnostics diagnostics;
    private final boolean errorOutput;

    Fields(JsonNode node, String location, Diagnostics diagnostics) {
        this(node, location, diagnostics, false);
    }

    /** @param errorOutput whether expressions may use {@code $states.errorOutput} */
    private Fields(JsonNode node, String location, Diagnostics diagnostics, boolean errorOutput) {
        this.node = node;
        this.location = location;
        this.diagnostics = diagnostics;
        this.errorOutput = errorOutput;
    }

    String location() {
        return location;
    }

    Diagnostics diagnostics() {
        return diagnostics;
    }

    JsonNode node() {
        return node;
    }

    String at(String field) {
        return location.equals("/") ? "/" + field : location + "/" + field;
    }

    boolean has(String field) {
        return node.has(field);
    }

    @Nullable
    JsonNode get(String field) {
        return node.get(field);
    }

    void wrong(String field, String message) {
        diagnostics.schema(at(field), message);
    }

    Fields allow(Set<String> known) {
        node.fieldNames().forEachRemaining(field -> {
            if (JSONPATH_ONLY.contains(field) && !known.contains(field)) {
                diagnostics.schema(
                        location,
                        "The QueryLanguage is set to 'JSONata', but field '" + field
                                + "' is only supported for the 'JSONPath' QueryLanguage");
                return;
            }
            if (!known.contains(field)) {
                diagnostics.schema(location, "Field '" + field + "' is not supported");
            }
        });
        return this;
    }

    Fields require(String... fields) {
        String missing = Stream.of(fields).filter(field -> !has(field)).collect(Collectors.joining(", "));
        if (!missing.isEmpty()) {
            diagnostics.schema(location, "These fields are required: [" + missing + "]");
        }
        return this;
    }

    Optional<String> text(String field) {
        JsonNode value = get(field);
        if (value == null) {
            return Optional.empty();
        }
        if (!value.isTextual()) {
            wrong(field, "Expected value of type String");
            return Optional.empty();
        }
        return Optional.of(value.textValue());
    }

    /** A name or an address: not empty. */
    Optional<String> nonEmptyText(String field) {
        Optional<String> text = text(field);
        if (text.isPresent() && text.get().isEmpty()) {
            wrong(field, "Value cannot be empty");
        }
        return text;
    }

    Optional<Fields> object(String field) {
        JsonNode value = get(field);
        if (value == null) {
            return Optional.empty();
        }
        if (!value.isObject()) {
            wrong(field, "Expected value of type Object");
            return Optional.empty();
        }
        return Optional.of(new Fields(value, at(field), diagnostics, errorOutput));
    }

    List<Fields> objects(String field) {
        return objects(field, errorOutput);
    }

    /** @param canSeeError whether expressions in these objects may use {@code $states.errorOutput} */
    List<Fields> objects(String field, boolean canSeeError) {
        JsonNode value = get(field);
        if (value == null) {
            return List.of();
        }
        if (!value.isArray()) {
            wrong(field, "Expected value of type Array");
            return List.of();
        }
        List<Fields> objects = new ArrayList<>();
        for (int index = 0; index < value.size(); index++) {
            String place = at(field) + "[" + index + "]";
            if (value.get(index).isObject()) {
                objects.add(new Fields(value.get(index), place, diagnostics, canSeeError));
            } else {
                diagnostics.schema(place, "Expected value of type Object");
            }
        }
        return objects;
    }

    Optional<Integer> integer(String field, int least, int most) {
        JsonNode value = get(field);
        if (value == null) {
            return Optional.empty();
        }
        checkNumber(field, value, true, least, most);
        return Optional.of(value.intValue());
    }

    Optional<Double> number(String field, double least) {
        JsonNode value = get(field);
        if (value == null) {
            return Optional.empty();
        }
        checkNumber(field, value, false, least, Double.MAX_VALUE);
        return Optional.of(value.doubleValue());
    }

    /** A number as it is, or an expression that gives one. */
    Optional<Template> numberTemplate(String field, boolean integral, int least, int most) {
        JsonNode value = get(field);
        if (value != null && !isExpression(value)) {
            checkNumber(field, value, integral, least, most);
        }
        return template(field);
    }

    private void checkNumber(String field, JsonNode value, boolean integral, double least, double most) {
        if (!value.isNumber() || (integral && !value.isIntegralNumber())) {
            wrong(field, "Expected value of type " + (integral ? "Integer" : "Number"));
            return;
        }
        if (value.doubleValue() < least || value.doubleValue() > most) {
            wrong(field, "Value must be between " + least + " and " + most);
        }
    }

    /** A text as it is, or an expression that gives one. */
    Optional<Template> textTemplate(String field) {
        return text(field).isPresent() ? template(field) : Optional.empty();
    }

    Optional<Template> template(String field) {
        return Optional.ofNullable(get(field)).map(value -> template(value, at(field)));
    }

    /** The variables that Assign sets. */
    Map<String, Template> assign() {
        Map<String, Template> assign = new LinkedHashMap<>();
        object("Assign")
                .ifPresent(fields -> fields.node.fieldNames().forEachRemaining(name -> {
                    VariableNames.check(name, fields.location, diagnostics);
                    fields.template(name).ifPresent(value -> assign.put(name, value));
                }));
        return assign;
    }

    static boolean isExpression(JsonNode value) {
        return value.isTextual() && Expression.isExpression(value.textValue());
    }

    private Template template(JsonNode value, String place) {
        if (isExpression(value)) {
            return expression(value.textValue(), place);
        }
        if (value.isObject()) {
            Map<String, Template> members = new LinkedHashMap<>();
            value.forEachEntry((key, member) -> members.put(key, template(member, place + "/" + key)));
            return members.values().stream().allMatch(Template.Constant.class::isInstance)
                    ? new Template.Constant(value)
                    : new Template.OfObject(members);
        }
        if (value.isArray()) {
            List<Template> elements = new ArrayList<>();
            value.forEach(element -> elements.add(template(element, place + "[" + elements.size() + "]")));
            return elements.stream().allMatch(Template.Constant.class::isInstance)
                    ? new Template.Constant(value)
                    : new Template.OfArray(elements);
        }
        return new Template.Constant(value);
    }

    private Template expression(String text, String place) {
        try {
            Expression expression = Expression.parse(text);
            Syntax.check(expression.compiled(), errorOutput, place, diagnostics);
            return new Template.Computed(expression);
        } catch (JException error) {
            diagnostics.add(Diagnostics.EXPRESSION, place, String.valueOf(error.getMessage()));
        } catch (RuntimeException error) {
            // The parser runs into its own Java errors on some malformed texts (an unclosed bracket in a signature).
            diagnostics.add(Diagnostics.EXPRESSION, place, error.toString());
        }
        return new Template.Constant(JsonNodeFactory.instance.nullNode());
    }
}
