package steward.local.integration;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import steward.local.asl.TaskFailed;

/** Lets tests make the Lambda service fail around an invocation, as it does in AWS: {@code Lambda.ServiceException}. */
public interface LambdaFaults {

    LambdaFaults NONE = new LambdaFaults() {};

    /** The function is not run at all: throttled, no network interface, service down. */
    default Optional<TaskFailed> before(String function, JsonNode payload) {
        return Optional.empty();
    }

    /** The function ran, but nobody hears its answer. */
    default Optional<TaskFailed> after(String function, JsonNode payload) {
        return Optional.empty();
    }
}
