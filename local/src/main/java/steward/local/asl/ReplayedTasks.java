package steward.local.asl;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Answers with what the tasks of a recorded execution answered; compares what they are asked. */
final class ReplayedTasks implements TaskRunner {

    private final List<JsonNode> entries = new ArrayList<>();
    private final List<String> mismatches = new ArrayList<>();

    ReplayedTasks(JsonNode tasks) {
        tasks.forEach(entries::add);
    }

    synchronized List<String> mismatches() {
        return List.copyOf(mismatches);
    }

    synchronized List<JsonNode> left() {
        return List.copyOf(entries);
    }

    @Override
    public JsonNode run(TaskCall call) throws TaskFailed {
        JsonNode entry = take(call);
        if (entry.has("error")) {
            throw new TaskFailed(
                    entry.path("error").asText(), entry.path("cause").asText(""));
        }
        return entry.path("output");
    }

    private synchronized JsonNode take(TaskCall call) throws TaskFailed {
        for (JsonNode entry : entries) {
            if (isFor(entry, call)) {
                entries.remove(entry);
                compare(entry, call);
                return entry;
            }
        }
        String what =
                "no result is left for " + call.state() + place(call) + ", called with " + Json.write(call.arguments());
        mismatches.add("expected: no further attempt");
        mismatches.add("actual:   " + what);
        throw new TaskFailed("Replay.NothingLeft", what);
    }

    private static boolean isFor(JsonNode entry, TaskCall call) {
        if (!entry.path("state").asText().equals(call.state())) {
            return false;
        }
        JsonNode iteration = entry.path("iteration");
        if (iteration.isMissingNode()) {
            return true;
        }
        List<Integer> indexes = new ArrayList<>();
        if (iteration.isArray()) {
            iteration.forEach(index -> indexes.add(index.intValue()));
        } else {
            indexes.add(iteration.intValue());
        }
        return indexes.equals(call.iteration());
    }

    private void compare(JsonNode entry, TaskCall call) {
        if (entry.has("arguments") && !SameJson.same(entry.path("arguments"), call.arguments())) {
            differ("arguments", entry.path("arguments"), Json.write(call.arguments()), call);
        }
        compareSeconds("timeoutSeconds", entry, call.timeout(), call);
        compareSeconds("heartbeatSeconds", entry, call.heartbeat(), call);
        if (entry.has("credentials")
                && !call.credentials()
                        .filter(given -> isCredential(entry.path("credentials"), given))
                        .isPresent()) {
            differ("credentials", entry.path("credentials"), String.valueOf(call.credentials()), call);
        }
    }

    private static boolean isCredential(JsonNode expected, JsonNode given) {
        return SameJson.same(expected, given) || expected.path("roleArn").equals(given.path("RoleArn"));
    }

    private void compareSeconds(String what, JsonNode entry, Optional<Duration> actual, TaskCall call) {
        if (entry.has(what)
                && actual.map(Duration::toSeconds).orElse(-1L)
                        != entry.path(what).longValue()) {
            differ(what, entry.path(what), String.valueOf(actual), call);
        }
    }

    private void differ(String what, JsonNode expected, String actual, TaskCall call) {
        mismatches.add("expected: " + what + " of " + call.state() + place(call) + " " + Json.write(expected));
        mismatches.add("actual:   " + actual);
    }

    private static String place(TaskCall call) {
        return call.iteration().isEmpty() ? "" : " " + call.iteration();
    }
}
