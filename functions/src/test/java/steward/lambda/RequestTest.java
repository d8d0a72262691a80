package steward.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import steward.error.InvalidInput;

final class RequestTest {
    record Server(String host, int port) {}

    record Sample(
            Server server,
            String name,
            List<String> list,
            @Nullable String locale,
            boolean adopt) {}

    private static final String GOOD = """
            {"server": {"host": "h", "port": 1}, "name": "n", "list": ["a"], "locale": null, "adopt": true}""";

    @Test
    void aPayloadBecomesTheOperationsRecord() throws IOException {
        assertThat(input(GOOD)).isEqualTo(new Sample(new Server("h", 1), "n", List.of("a"), null, true));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
                    "name": "n"            | "name": null            | input.name: is null
                    "name": "n"            | "name": 5               | input.name: is missing or of the wrong type
                    "name": "n"            | "name": true            | input.name: is missing or of the wrong type
                    "name": "n"            | "name": "n", "nmae": 1   | input.nmae: is unknown
                    "name": "n", "list"    | "list"                  | input.name: is missing or of the wrong type
                    "port": 1              | "port": "1"             | input.server.port: is missing or of the wrong type
                    "port": 1              | "port": 1.5             | input.server.port: is missing or of the wrong type
                    "port": 1              | "port": 1, "x": 2       | input.server.x: is unknown
                    "host": "h"            | "host": null            | input.server.host: is null
                    ["a"]                  | "a"                     | input.list: is missing or of the wrong type
                    ["a"]                  | ["a", null]             | input.list: has an element that is null
                    ["a"]                  | ["a", 7]                | input.list[1]: is missing or of the wrong type
                    "adopt": true          | "adopt": "yes"          | input.adopt: is missing or of the wrong type
                    "adopt": true          | "adopt": null           | input.adopt: is missing or of the wrong type
                    , "locale": null       | @                       | input.locale: is missing or of the wrong type
                    """)
    void aWrongFieldIsNamed(String part, String broken, String message) {
        assertThat(GOOD).contains(part);
        String json = GOOD.replace(part, broken.equals("@") ? "" : broken);
        assertThatThrownBy(() -> input(json)).isInstanceOf(InvalidInput.class).hasMessage(message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
                    nonsense                                  | the payload is not JSON
                    []                                        | the payload: is missing or of the wrong type
                    {"operation": "X"}                        | input: is missing or of the wrong type
                    {"operation": null, "input": {}}          | operation: is null
                    {"operation": "X", "input": {}, "id": 1}  | id: is unknown
                    """)
    void aWrongPayloadIsRefused(String payload, String message) {
        assertThatThrownBy(() -> read(payload)).isInstanceOf(InvalidInput.class).hasMessage(message);
    }

    private static Sample input(String json) throws IOException {
        return read("{\"operation\": \"Sample\", \"input\": " + json + "}").inputAs(Sample.class);
    }

    private static Request read(String payload) throws IOException {
        return Request.read(new ByteArrayInputStream(payload.getBytes(StandardCharsets.UTF_8)));
    }
}
