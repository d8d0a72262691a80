package steward.lambda;

import java.io.IOException;
import java.io.InputStream;
import steward.JsonValue;
import steward.StrictJson;
import steward.error.InvalidInput;
import steward.role.SecretRotation;

/** What Secrets Manager sends to a rotation function. It may send more fields, which are ignored. */
record RotationEvent(String secretId, String token, SecretRotation.Step step) {
    /**
     * Reads an event.
     *
     * @throws InvalidInput naming the field that is missing or wrong
     */
    static RotationEvent read(InputStream payload) throws IOException {
        JsonValue event = StrictJson.tree("the event", payload);
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

    private static String text(JsonValue event, String field) {
        String text = event.path(field).text();
        if (text.isEmpty()) {
            throw new InvalidInput(field + ": is missing or no text");
        }
        return text;
    }
}
