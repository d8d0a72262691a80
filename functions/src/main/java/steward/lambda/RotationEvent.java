package steward.lambda;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import steward.error.InvalidInput;
import steward.role.SecretRotation;

/** What Secrets Manager sends to a rotation function. It may send more fields, which are ignored. */
record RotationEvent(String secretId, String token, SecretRotation.Step step) {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /**
     * Reads an event.
     *
     * @throws InvalidInput naming the field that is missing or wrong
     */
    static RotationEvent read(InputStream payload) throws IOException {
        JsonNode event;
        try {
            event = JSON.readTree(payload);
        } catch (JsonProcessingException e) {
            throw new InvalidInput("the event is not JSON", e);
        }
        return new RotationEvent(text(event, "SecretId"), text(event, "ClientRequestToken"), step(text(event, "Step")));
    }

    private static SecretRotation.Step step(String name) {
        return switch (name) {
            case "createSecret" -> SecretRotation.Step.CREATE_SECRET;
            case "setSecret" -> SecretRotation.Step.SET_SECRET;
            case "testSecret" -> SecretRotation.Step.TEST_SECRET;
            case "finishSecret" -> SecretRotation.Step.FINISH_SECRET;
            default -> throw new InvalidInput("Step: is no step of a rotation");
        };
    }

    private static String text(JsonNode event, String field) {
        JsonNode value = event.path(field);
        if (!value.isTextual() || value.asText().isEmpty()) {
            throw new InvalidInput(field + ": is missing or no text");
        }
        return value.asText();
    }
}
