package steward.local.aws;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;

/**
 * The input of an execution.
 *
 * @param text as it was given: two inputs are the same if their texts are
 */
record ExecutionInput(String text, JsonNode value) {

    private static final int MAXIMUM = 262_144;

    /** @throws AwsError ValidationException if it is longer than 256 KiB, InvalidExecutionInput if it is not JSON */
    static ExecutionInput parse(String text) {
        if (text.getBytes(StandardCharsets.UTF_8).length > MAXIMUM) {
            throw AwsError.of(
                    "ValidationException",
                    "1 validation error detected: Value at 'input' failed to satisfy constraint: Member must have length"
                            + " less than or equal to " + MAXIMUM);
        }
        try {
            var value = Json.MAPPER.readTree(text);
            if (value.isMissingNode()) {
                throw invalid("No content to parse");
            }
            return new ExecutionInput(text, value);
        } catch (JsonProcessingException e) {
            throw invalid(e.getOriginalMessage());
        }
    }

    private static AwsError invalid(String reason) {
        return AwsError.of("InvalidExecutionInput", "Invalid State Machine Execution Input: '" + reason + "'");
    }
}
