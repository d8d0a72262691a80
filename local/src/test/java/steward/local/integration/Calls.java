package steward.local.integration;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;
import steward.local.asl.TaskCall;

/** Shorthand for tests. */
final class Calls {

    private Calls() {}

    static TaskCall call(String resource, String arguments) {
        return new TaskCall(
                resource,
                json(arguments),
                "State",
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Json.object());
    }

    /** Single quotes stand for double ones. */
    static JsonNode json(String text) {
        return Json.parse(text.replace('\'', '"')).orElseThrow();
    }
}
