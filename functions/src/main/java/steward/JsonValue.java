package steward;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * JSON of any shape. By Jackson's streaming parser alone: databind is a fifth of what is deployed, and of what a cold
 * function loads.
 *
 * @param value null, {@code Boolean}, {@code Number}, {@code String}, {@code List} or {@code Map}, in the document's order
 */
public record JsonValue(@Nullable Object value) {
    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    /**
     * Reads a whole document.
     *
     * @throws com.fasterxml.jackson.core.JsonProcessingException when it is not JSON, or has more behind it
     */
    public static JsonValue read(InputStream text) throws IOException {
        try (JsonParser parser = JSON.createParser(text)) {
            return read(parser);
        }
    }

    /** Reads a whole document; see {@link #read(InputStream)}. */
    public static JsonValue read(String text) throws IOException {
        try (JsonParser parser = JSON.createParser(text)) {
            return read(parser);
        }
    }

    private static JsonValue read(JsonParser parser) throws IOException {
        if (parser.nextToken() == null) {
            throw new JsonParseException(parser, "there is nothing");
        }
        JsonValue value = new JsonValue(value(parser));
        if (parser.nextToken() != null) {
            throw new JsonParseException(parser, "there is more behind it");
        }
        return value;
    }

    private static @Nullable Object value(JsonParser parser) throws IOException {
        return switch (parser.currentToken()) {
            case START_OBJECT -> object(parser);
            case START_ARRAY -> array(parser);
            case VALUE_STRING -> parser.getText();
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> parser.getNumberValue();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            default -> null;
        };
    }

    private static Map<String, @Nullable Object> object(JsonParser parser) throws IOException {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            parser.nextToken();
            members.put(name, value(parser));
        }
        return members;
    }

    private static List<@Nullable Object> array(JsonParser parser) throws IOException {
        List<@Nullable Object> elements = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            elements.add(value(parser));
        }
        return elements;
    }

    /** A member; null's own if there is none. */
    public JsonValue path(String name) {
        return new JsonValue(value instanceof Map<?, ?> members ? members.get(name) : null);
    }

    /** The text, empty if it is none. */
    public String text() {
        return value instanceof String text ? text : "";
    }
}
