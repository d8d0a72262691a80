package steward.local.asl;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;
import java.util.Optional;

/** Fields that must have a certain type once they are evaluated. Nothing is converted, nothing wrapped. */
final class Types {

    private Types() {}

    static String text(Template template, Bindings bindings, String location) throws QueryFailed {
        JsonNode value = template.evaluate(bindings, location);
        require(value.isTextual(), "string", template, value, location);
        return value.textValue();
    }

    static boolean bool(Template template, Bindings bindings, String location) throws QueryFailed {
        JsonNode value = template.evaluate(bindings, location);
        require(value.isBoolean(), "boolean", template, value, location);
        return value.booleanValue();
    }

    static JsonNode array(Template template, Bindings bindings, String location) throws QueryFailed {
        JsonNode value = template.evaluate(bindings, location);
        require(value.isArray(), "array", template, value, location);
        return value;
    }

    static Optional<Integer> integer(Optional<Template> template, Bindings bindings, String location, int least)
            throws QueryFailed {
        if (template.isEmpty()) {
            return Optional.empty();
        }
        double value = number(template.get(), bindings, location);
        if (value % 1 != 0 || value < least || value > DefinitionReader.MAX_SECONDS) {
            throw new QueryFailed(
                    location,
                    "The " + location + " field must be an integer between " + least + " and "
                            + DefinitionReader.MAX_SECONDS + " but was: " + value);
        }
        return Optional.of((int) value);
    }

    static Optional<Double> percentage(Optional<Template> template, Bindings bindings, String location)
            throws QueryFailed {
        if (template.isEmpty()) {
            return Optional.empty();
        }
        double value = number(template.get(), bindings, location);
        if (value < 0 || value > 100) {
            throw new QueryFailed(location, "The " + location + " field must be between 0 and 100 but was: " + value);
        }
        return Optional.of(value);
    }

    private static double number(Template template, Bindings bindings, String location) throws QueryFailed {
        JsonNode value = template.evaluate(bindings, location);
        require(value.isNumber(), "number", template, value, location);
        return value.doubleValue();
    }

    private static void require(boolean right, String expected, Template template, JsonNode value, String location)
            throws QueryFailed {
        if (right) {
            return;
        }
        if (template instanceof Template.Computed computed) {
            throw computed.expression().unexpected(location, expected, value);
        }
        String was = value.getNodeType().name().toLowerCase(Locale.ROOT);
        throw new QueryFailed(
                location,
                "The field '" + location + "' has an unexpected type. Expected '" + expected + "', but was '" + was
                        + "' for value: " + Json.write(value));
    }
}
