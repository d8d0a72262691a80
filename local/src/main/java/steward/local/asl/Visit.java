package steward.local.asl;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** One passage through a state: what the context object says of it. */
final class Visit {

    private final Execution execution;
    private final State state;
    private final Instant entered;
    private final long enteredEvent;
    private final Optional<JsonNode> item;
    private final Optional<Resource> resource;
    private Optional<String> token = Optional.empty();
    private int retries;

    /** @param item {@code {Index, Value}} of the innermost Map around it */
    Visit(Execution execution, State state, Instant entered, long enteredEvent, Optional<JsonNode> item) {
        this.execution = execution;
        this.state = state;
        this.entered = entered;
        this.enteredEvent = enteredEvent;
        this.item = item;
        this.resource = state instanceof State.Task task ? Optional.of(Resource.of(task.resource())) : Optional.empty();
        newToken();
    }

    void retried() {
        retries++;
        newToken();
    }

    /** Each attempt that waits for a token has one of its own. */
    private void newToken() {
        if (resource.isPresent() && resource.get().waitsForToken()) {
            token = Optional.of(UUID.randomUUID().toString());
        }
    }

    Resource resource() {
        return resource.orElseThrow();
    }

    String cause(String message) {
        return "An error occurred while executing the state '" + state.name() + "' (entered at the event id #"
                + enteredEvent + "). " + message;
    }

    JsonNode context() {
        return context(item);
    }

    JsonNode context(Optional<JsonNode> mapItem) {
        Execution.Identity identity = execution.identity();
        ObjectNode context = Json.object();
        context.putObject("Execution")
                .put("Id", identity.arn())
                .put("Name", identity.name())
                .put("RoleArn", identity.roleArn())
                .put("StartTime", Timestamps.format(identity.startTime()))
                .put("RedriveCount", 0)
                .set("Input", execution.input());
        ObjectNode own = context.putObject("State").put("Name", state.name());
        own.put("EnteredTime", Timestamps.format(entered));
        if (state instanceof State.Working) {
            own.put("RetryCount", retries);
        }
        context.putObject("StateMachine")
                .put("Id", identity.stateMachineArn())
                .put("Name", identity.stateMachineName());
        mapItem.ifPresent(value -> context.putObject("Map").set("Item", value));
        token.ifPresent(value -> context.putObject("Task").put("Token", value));
        return context;
    }
}
