package steward.local.integration;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collection;
import steward.local.asl.TaskFailed;

/** Arguments that Step Functions refuses by itself, before it calls a service. */
final class InvalidArguments extends Exception {

    InvalidArguments(String message) {
        super(message);
    }

    static InvalidArguments unknown(String name, Collection<String> known) {
        return new InvalidArguments("The field \"" + name + "\" is not supported by Step Functions (supported: "
                + String.join(", ", known) + ")");
    }

    static InvalidArguments wrongType(String name, String type) {
        return new InvalidArguments("The value for the field \"" + name + "\" must be a " + type);
    }

    /** Neither retried nor caught: {@code States.Runtime} says that the state machine itself is wrong. */
    TaskFailed failing(JsonNode arguments) {
        return new TaskFailed(
                "States.Runtime",
                "The Arguments '" + Json.text(arguments) + "' could not be used to start the Task: [" + getMessage()
                        + "]");
    }
}
