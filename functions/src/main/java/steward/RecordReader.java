package steward;

import java.lang.reflect.Constructor;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import steward.error.InvalidInput;

/** Makes records of JSON. */
final class RecordReader {
    private RecordReader() {}

    /**
     * Makes a record of an object that has exactly its components as members.
     *
     * @param at where it stands, for messages; empty for the top
     * @throws InvalidInput naming the field and what is wrong with it
     */
    static <T extends Record> T read(String at, @Nullable Object value, Class<T> type) {
        if (!(value instanceof Map<?, ?> members)) {
            throw wrong(at);
        }
        RecordComponent[] components = type.getRecordComponents();
        List<String> names =
                Arrays.stream(components).map(RecordComponent::getName).toList();
        @Nullable Object[] values = new Object[components.length];
        for (Map.Entry<?, ?> member : members.entrySet()) {
            int index = names.indexOf(String.valueOf(member.getKey()));
            String field = at.isEmpty() ? String.valueOf(member.getKey()) : at + "." + member.getKey();
            if (index < 0) {
                throw new InvalidInput(field + ": is unknown");
            }
            values[index] = component(field, member.getValue(), components[index]);
        }
        for (String name : names) {
            if (!members.containsKey(name)) {
                throw wrong(at.isEmpty() ? name : at + "." + name);
            }
        }
        return make(at, type, components, values);
    }

    private static @Nullable Object component(String field, @Nullable Object value, RecordComponent component) {
        if (value == null && !component.getType().isPrimitive() && component.getType() != JsonValue.class) {
            if (component.getAnnotatedType().isAnnotationPresent(Nullable.class)) {
                return null;
            }
            throw new InvalidInput(field + ": is null");
        }
        return value(field, value, component.getGenericType());
    }

    /** Never one kind of value for another: a number is no text, and {@code "true"} is not true. */
    private static Object value(String field, @Nullable Object value, Type type) {
        if (type == JsonValue.class) {
            return new JsonValue(value);
        }
        if ((type == String.class && value instanceof String)
                || (type == boolean.class && value instanceof Boolean)
                || (type == int.class && value instanceof Integer)) {
            return value;
        }
        if (type == long.class && (value instanceof Integer || value instanceof Long)) {
            return ((Number) value).longValue();
        }
        if (type instanceof ParameterizedType list && list.getRawType() == List.class && value instanceof List<?> all) {
            return elements(field, all, list.getActualTypeArguments()[0]);
        }
        if (type instanceof Class<?> nested && nested.isRecord()) {
            return read(field, value, nested.asSubclass(Record.class));
        }
        throw wrong(field);
    }

    private static List<Object> elements(String field, List<?> values, Type type) {
        List<Object> elements = new ArrayList<>();
        for (int i = 0; i < values.size(); i++) {
            if (values.get(i) == null) {
                throw new InvalidInput(field + ": has an element that is null");
            }
            elements.add(value(field + "[" + i + "]", values.get(i), type));
        }
        return List.copyOf(elements);
    }

    private static <T extends Record> T make(
            String at, Class<T> type, RecordComponent[] components, @Nullable Object[] values) {
        Class<?>[] types =
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        try {
            Constructor<T> constructor = type.getDeclaredConstructor(types);
            // The record may be of another package, and for its own use only.
            constructor.setAccessible(true);
            return constructor.newInstance(values);
        } catch (ReflectiveOperationException e) {
            throw new InvalidInput(named(at) + ": is refused by " + type.getSimpleName(), e);
        }
    }

    private static InvalidInput wrong(String at) {
        return new InvalidInput(named(at) + ": is missing or of the wrong type");
    }

    private static String named(String at) {
        return at.isEmpty() ? "the payload" : at;
    }
}
