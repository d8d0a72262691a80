package steward;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.StringWriter;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.List;
import org.jspecify.annotations.Nullable;
import steward.error.InvalidInput;

/** JSON as records, read strictly: an unknown, missing or mistyped field fails by its name. */
public final class StrictJson {
    private static final JsonFactory JSON = new JsonFactory();

    private StrictJson() {}

    /**
     * Reads JSON of any shape.
     *
     * @param what what it is, for the message
     * @throws InvalidInput when it is not JSON
     */
    public static JsonValue tree(String what, InputStream text) throws IOException {
        try {
            return JsonValue.read(text);
        } catch (JsonProcessingException e) {
            throw new InvalidInput(what + " is not JSON", e);
        }
    }

    /**
     * Reads a record.
     *
     * @param at where it stands, for messages; empty for the top
     * @throws InvalidInput naming the field and what is wrong with it
     */
    public static <T extends Record> T read(String at, JsonValue json, Class<T> type) {
        if (json.value() == null) {
            throw new InvalidInput(at + ": is missing");
        }
        return RecordReader.read(at, json.value(), type);
    }

    /** Writes a record. */
    public static void write(OutputStream stream, Record value) throws IOException {
        try (JsonGenerator generator = JSON.createGenerator(stream, JsonEncoding.UTF8)) {
            write(generator, value);
        }
    }

    /** A record as text. */
    public static String text(Record value) {
        StringWriter text = new StringWriter();
        try (JsonGenerator generator = JSON.createGenerator(text)) {
            write(generator, value);
        } catch (IOException e) {
            throw new IllegalStateException("records of plain values can be written", e);
        }
        return text.toString();
    }

    private static void write(JsonGenerator generator, @Nullable Object value) throws IOException {
        switch (value) {
            case null -> generator.writeNull();
            case String text -> generator.writeString(text);
            case Boolean flag -> generator.writeBoolean(flag);
            case Integer number -> generator.writeNumber(number);
            case Long number -> generator.writeNumber(number);
            case List<?> list -> {
                generator.writeStartArray();
                for (Object element : list) {
                    write(generator, element);
                }
                generator.writeEndArray();
            }
            case Record members -> {
                generator.writeStartObject();
                for (RecordComponent component : members.getClass().getRecordComponents()) {
                    generator.writeFieldName(component.getName());
                    write(generator, valueOf(component, members));
                }
                generator.writeEndObject();
            }
            default -> throw new IllegalStateException("no JSON for " + value.getClass());
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
}
