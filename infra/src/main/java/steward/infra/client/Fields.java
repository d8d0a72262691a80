package steward.infra.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The fields of an object of the file. What is missing or wrong is noted, and reading goes on with a stand-in, so that
 * all problems are found at once.
 */
final class Fields {
    private final String path;
    private final JsonNode object;
    private final List<String> problems;
    private final Set<String> known = new HashSet<>();

    private Fields(String path, JsonNode object, List<String> problems) {
        this.path = path;
        this.object = object;
        this.problems = problems;
    }

    /** Reads an object, and notes the fields that the reader did not ask for. */
    static <T> T read(String path, JsonNode node, List<String> problems, Function<Fields, T> reader) {
        if (!node.isObject()) {
            problems.add((path.isEmpty() ? "the file" : path) + ": must be an object");
        }
        Fields fields = new Fields(path, node, problems);
        List<String> unknown = new ArrayList<>();
        T value = reader.apply(fields);
        node.fieldNames().forEachRemaining(name -> {
            if (!fields.known.contains(name)) {
                unknown.add(fields.at(name) + ": is unknown");
            }
        });
        problems.addAll(unknown);
        return value;
    }

    /** A text of that form, or an empty one if it is missing or wrong. */
    String text(String name, Form form) {
        return required(name).map(value -> text(at(name), value, form)).orElse("");
    }

    Optional<String> optionalText(String name, Form form) {
        return optional(name).map(value -> text(at(name), value, form));
    }

    List<String> texts(String name, Form form) {
        return elements(name, (path, element) -> text(path, element, form));
    }

    int number(String name, int least, int most) {
        return required(name).map(value -> number(at(name), value, least, most)).orElse(least);
    }

    int number(String name, int least, int most, int otherwise) {
        return optional(name).map(value -> number(at(name), value, least, most)).orElse(otherwise);
    }

    boolean flag(String name) {
        Optional<JsonNode> value = required(name);
        if (value.isPresent() && !value.get().isBoolean()) {
            problems.add(at(name) + ": must be true or false");
        }
        return value.map(JsonNode::asBoolean).orElse(false);
    }

    /** One of the constants, written in small letters; the first if it is missing or wrong. */
    <E extends Enum<E>> E choice(String name, E[] constants) {
        Optional<JsonNode> value = required(name);
        for (E constant : constants) {
            if (value.filter(found -> found.asText().equals(constant.toString()))
                    .isPresent()) {
                return constant;
            }
        }
        if (value.isPresent()) {
            problems.add(at(name) + ": must be one of " + List.of(constants));
        }
        return constants[0];
    }

    <T> T object(String name, Function<Fields, T> reader) {
        JsonNode value = required(name).orElse(null);
        // Nothing of what is missing is worth naming beside the object itself.
        return value == null
                ? read(
                        at(name),
                        com.fasterxml.jackson.databind.node.JsonNodeFactory.instance.objectNode(),
                        new ArrayList<>(),
                        reader)
                : read(at(name), value, problems, reader);
    }

    <T> Optional<T> optionalObject(String name, Function<Fields, T> reader) {
        return optional(name).map(value -> read(at(name), value, problems, reader));
    }

    <T> List<T> objects(String name, Function<Fields, T> reader) {
        return elements(name, (path, element) -> read(path, element, problems, reader));
    }

    private interface Element<T> {
        T read(String path, JsonNode element);
    }

    private <T> List<T> elements(String name, Element<T> reader) {
        JsonNode array = required(name).orElse(null);
        if (array == null) {
            return List.of();
        }
        if (!array.isArray()) {
            problems.add(at(name) + ": must be a list");
            return List.of();
        }
        List<T> elements = new ArrayList<>();
        for (int i = 0; i < array.size(); i++) {
            elements.add(reader.read("%s[%d]".formatted(at(name), i), array.get(i)));
        }
        return List.copyOf(elements);
    }

    private String text(String at, JsonNode value, Form form) {
        if (value.isTextual() && form.matches(value.asText())) {
            return value.asText();
        }
        problems.add("%s: must be %s".formatted(at, form.meaning()));
        return "";
    }

    private int number(String at, JsonNode value, int least, int most) {
        if (value.isInt() && value.asInt() >= least && value.asInt() <= most) {
            return value.asInt();
        }
        problems.add("%s: must be a whole number from %d to %d".formatted(at, least, most));
        return least;
    }

    private Optional<JsonNode> required(String name) {
        Optional<JsonNode> value = optional(name);
        if (value.isEmpty() && object.isObject()) {
            problems.add(at(name) + ": is missing");
        }
        return value;
    }

    private Optional<JsonNode> optional(String name) {
        known.add(name);
        @Nullable JsonNode value = object.get(name);
        return Optional.ofNullable(value);
    }

    private String at(String name) {
        return path.isEmpty() ? name : path + "." + name;
    }
}
