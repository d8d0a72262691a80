package steward.lambda;

import java.io.IOException;
import java.io.InputStream;
import steward.JsonValue;
import steward.StrictJson;

/**
 * What a workflow sends: {@code {"operation": ..., "input": ...}}. Read strictly, so that a misspelt field in a
 * definition is found at the first run.
 */
public record Request(String operation, JsonValue input) {
    /** Reads a payload. */
    static Request read(InputStream payload) throws IOException {
        return StrictJson.read("", StrictJson.tree("the payload", payload), Request.class);
    }

    /** The input as an operation's record. */
    <T extends Record> T inputAs(Class<T> type) {
        return StrictJson.read("input", input, type);
    }
}
