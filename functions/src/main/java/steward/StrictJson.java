package steward;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.type.LogicalType;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import steward.error.InvalidInput;

/** JSON as records, read strictly: an unknown, missing or mistyped field fails by its name. */
public final class StrictJson {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(
                    DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES,
                    DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES,
                    DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES,
                    DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .withCoercionConfig(LogicalType.Textual, text -> {
                text.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail);
                text.setCoercion(CoercionInputShape.Float, CoercionAction.Fail);
                text.setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail);
            })
            .build();

    private StrictJson() {}

    /**
     * Reads JSON of any shape.
     *
     * @param what what it is, for the message
     * @throws InvalidInput when it is not JSON
     */
    public static JsonNode tree(String what, InputStream text) throws IOException {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new InvalidInput(what + " is not JSON", e);
        }
    }

    /** Writes a record. */
    public static void write(OutputStream stream, Record value) throws IOException {
        JSON.writeValue(stream, value);
    }

    /** A record as text. */
    public static String text(Record value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("records of plain values can be written", e);
        }
    }

    /**
     * Reads a record.
     *
     * @param at where it stands, for messages; empty for the top
     * @throws InvalidInput naming the field and what is wrong with it
     */
    public static <T extends Record> T read(String at, JsonNode json, Class<T> type) {
        T value;
        try {
            value = JSON.treeToValue(json, type);
        } catch (UnrecognizedPropertyException e) {
            throw new InvalidInput(path(at, e.getPath()) + ": is unknown", e);
        } catch (JsonMappingException e) {
            throw new InvalidInput(path(at, e.getPath()) + ": is missing or of the wrong type", e);
        } catch (JsonProcessingException e) {
            throw new InvalidInput(at + ": cannot be read", e);
        }
        if (value == null) {
            throw new InvalidInput(at + ": is missing");
        }
        requireValues(at, value);
        return value;
    }

    /** Jackson takes null for any object; only a component that says {@code @Nullable} may be one. */
    private static void requireValues(String at, Record value) {
        for (RecordComponent component : value.getClass().getRecordComponents()) {
            String field = at.isEmpty() ? component.getName() : at + "." + component.getName();
            Object found = valueOf(component, value);
            if (found == null && !component.getAnnotatedType().isAnnotationPresent(Nullable.class)) {
                throw new InvalidInput(field + ": is null");
            }
            if (found instanceof Record nested) {
                requireValues(field, nested);
            }
            if (found instanceof List<?> list && list.stream().anyMatch(item -> item == null)) {
                throw new InvalidInput(field + ": has an element that is null");
            }
        }
    }

    private static @Nullable Object valueOf(RecordComponent component, Record value) {
        try {
            Method accessor = component.getAccessor();
            // The record may be of another package, and for its own use only.
            accessor.setAccessible(true);
            return accessor.invoke(value);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("a record has accessors", e);
        }
    }

    private static String path(String at, List<JsonMappingException.Reference> path) {
        String below = path.stream()
                .map(step -> step.getFieldName() == null ? "[" + step.getIndex() + "]" : "." + step.getFieldName())
                .collect(Collectors.joining());
        String all = at + below;
        return all.isEmpty() ? "the payload" : all.startsWith(".") ? all.substring(1) : all;
    }
}
