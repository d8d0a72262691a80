package steward.local.asl;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * One attempt of a Task state.
 *
 * @param resource the state's Resource, as written
 * @param arguments the evaluated Arguments; the state input if there are none
 * @param state the name of the state
 * @param iteration indexes of the Map items this attempt belongs to, outermost first; empty outside of a Map
 * @param credentials the evaluated Credentials, {@code {"RoleArn": ...}}
 * @param context the context object, as {@code $states.context}
 * @param progress how a long task tells that it was accepted, and that it is alive
 */
public record TaskCall(
        String resource,
        JsonNode arguments,
        String state,
        List<Integer> iteration,
        Optional<Duration> timeout,
        Optional<Duration> heartbeat,
        Optional<JsonNode> credentials,
        JsonNode context,
        TaskProgress progress) {

    /** A call to which nobody listens. */
    public TaskCall(
            String resource,
            JsonNode arguments,
            String state,
            List<Integer> iteration,
            Optional<Duration> timeout,
            Optional<Duration> heartbeat,
            Optional<JsonNode> credentials,
            JsonNode context) {
        this(resource, arguments, state, iteration, timeout, heartbeat, credentials, context, TaskProgress.UNHEARD);
    }
}
