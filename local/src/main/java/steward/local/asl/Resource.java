package steward.local.asl;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a Resource calls, and so what the events of its attempts look like. */
record Resource(String arn, Kind kind, String type, String action) {

    /** The beginning of the names of the events. */
    enum Kind {
        LAMBDA("LambdaFunction"),
        ACTIVITY("Activity"),
        SERVICE("Task");

        private final String events;

        Kind(String events) {
            this.events = events;
        }
    }

    static Resource of(String arn) {
        String[] parts = arn.split(":", 6);
        if (parts.length == 6 && parts[2].equals("lambda")) {
            return new Resource(arn, Kind.LAMBDA, "", "");
        }
        if (parts.length == 6 && parts[2].equals("states") && parts[5].startsWith("activity:")) {
            return new Resource(arn, Kind.ACTIVITY, "", "");
        }
        // arn:aws:states:::aws-sdk:rds:describeDBInstances, arn:aws:states:::states:startExecution.sync:2
        String integration = parts.length == 6 ? parts[5] : arn;
        int end = integration.endsWith(".sync:2") ? integration.length() - 2 : integration.length();
        int colon = integration.lastIndexOf(':', end - 1);
        return new Resource(
                arn,
                Kind.SERVICE,
                colon < 0 ? integration : integration.substring(0, colon),
                integration.substring(colon + 1));
    }

    boolean waitsForToken() {
        return action.endsWith(".waitForTaskToken");
    }

    /** How a result that is too large is called. */
    String subject() {
        return kind == Kind.SERVICE ? type : arn;
    }

    String event(String what) {
        return kind.events + what;
    }

    ObjectNode scheduled(
            JsonNode arguments,
            Optional<Duration> timeout,
            Optional<Duration> heartbeat,
            Optional<JsonNode> credentials,
            String region) {
        ObjectNode details = details();
        if (kind == Kind.SERVICE) {
            details.put("region", region).put("parameters", Json.write(arguments));
        } else {
            details.put("resource", arn);
            Details.payload(details, "input", arguments);
        }
        timeout.ifPresent(seconds -> details.put("timeoutInSeconds", Math.toIntExact(seconds.toSeconds())));
        if (kind != Kind.LAMBDA) {
            heartbeat.ifPresent(seconds -> details.put("heartbeatInSeconds", Math.toIntExact(seconds.toSeconds())));
        }
        credentials.ifPresent(value -> details.putObject("taskCredentials").set("roleArn", value.path("RoleArn")));
        return details;
    }

    JsonNode started() {
        return kind == Kind.SERVICE ? details() : Details.NONE;
    }

    ObjectNode succeeded(JsonNode output) {
        return Details.payload(details(), "output", output);
    }

    ObjectNode failed(@Nullable String error, @Nullable String cause) {
        return Details.failure(details(), error, cause);
    }

    private ObjectNode details() {
        return kind == Kind.SERVICE ? Json.object().put("resourceType", type).put("resource", action) : Json.object();
    }
}
