package steward.local.asl;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One recorded execution, run again with the results its tasks had. */
final class Replay {

    private static final Execution.Identity IDENTITY = new Execution.Identity(
            "arn:aws:states:us-east-1:111111111111:execution:replay:replay",
            "replay",
            "arn:aws:iam::111111111111:role/replay",
            Instant.EPOCH,
            "arn:aws:states:us-east-1:111111111111:stateMachine:replay",
            "replay");

    private final StateMachine machine;
    private final JsonNode root;
    private final List<HistoryEvent> events = new ArrayList<>();
    private final List<String> differences = new ArrayList<>();

    Replay(StateMachine machine, JsonNode root) {
        this.machine = machine;
        this.root = root;
    }

    List<String> differences() {
        ReplayedTasks tasks = new ReplayedTasks(root.path("tasks"));
        Instant start = Instant.now();
        Execution.Identity identity = new Execution.Identity(
                IDENTITY.arn(),
                IDENTITY.name(),
                IDENTITY.roleArn(),
                start,
                IDENTITY.stateMachineArn(),
                IDENTITY.stateMachineName());
        Execution execution =
                new Execution(machine, identity, root.path("input"), tasks, Time.virtual(start), events::add);
        Execution.Result result = execution.run();
        differences.addAll(tasks.mismatches());
        compareResult(result, root.path("expected"));
        compareObserved(root.path("observed"));
        boolean concurrent = isConcurrent();
        if (!concurrent || result.status() == Execution.Status.SUCCEEDED) {
            tasks.left().forEach(entry -> differ("no task result left over", "never asked for: " + entry));
        }
        return differences;
    }

    private void compareResult(Execution.Result result, JsonNode expected) {
        String actual = summary(result);
        compare("status", expected.path("status").asText(), result.status().toString(), actual);
        if (expected.has("output")) {
            JsonNode output = result.output().orElse(NullNode.getInstance());
            if (result.output().isEmpty() || !SameJson.same(expected.path("output"), output)) {
                differ("output " + Json.write(expected.path("output")), actual);
            }
        }
        if (expected.has("error")) {
            compareText("error", expected.path("error"), result.error(), actual);
        }
        if (expected.has("cause")) {
            compareText("cause", expected.path("cause"), result.cause(), actual);
        }
    }

    private void compareText(String what, JsonNode expected, Optional<String> actual, String summary) {
        String wanted = expected.isNull() ? "none" : expected.asText();
        compare(what, wanted, actual.orElse("none"), summary);
    }

    private void compare(String what, String expected, String actual, String summary) {
        if (!expected.equals(actual)) {
            differ(what + " " + expected, summary);
        }
    }

    private void differ(String expected, String actual) {
        differences.add("expected: " + expected);
        differences.add("actual:   " + actual);
    }

    private static String summary(Execution.Result result) {
        return result.status()
                + result.output()
                        .map(output -> ", output " + Json.write(output))
                        .orElse("")
                + result.error().map(error -> ", error " + error).orElse("")
                + result.cause().map(cause -> ", cause " + cause).orElse("");
    }

    private void compareObserved(JsonNode observed) {
        if (observed.has("path")) {
            compareList("path", observed.path("path"), entered(), true);
        }
        if (observed.has("assigned")) {
            compareList("assigned", observed.path("assigned"), assigned(), !isConcurrent());
        }
        if (observed.has("evaluationFailures")) {
            compareList("evaluationFailures", observed.path("evaluationFailures"), failures(), !isConcurrent());
        }
    }

    private void compareList(String what, JsonNode expected, ArrayNode actual, boolean ordered) {
        boolean same = ordered ? SameJson.same(expected, actual) : SameJson.sameInAnyOrder(expected, actual);
        if (!same) {
            differ(what + " " + Json.write(expected), Json.write(actual));
        }
    }

    private ArrayNode entered() {
        ArrayNode names = JsonNodeFactory.instance.arrayNode();
        events.stream()
                .filter(event -> event.type().endsWith("StateEntered"))
                .forEach(event -> names.add(event.details().path("name")));
        return names;
    }

    private ArrayNode assigned() {
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        for (HistoryEvent event : events) {
            if (event.details().has("assignedVariables")) {
                ObjectNode entry = list.addObject();
                entry.set("state", event.details().path("name"));
                ObjectNode variables = entry.putObject("variables");
                event.details()
                        .path("assignedVariables")
                        .forEachEntry((name, text) -> variables.set(name, parsed(text.asText())));
            }
        }
        return list;
    }

    private static JsonNode parsed(String text) {
        try {
            return Json.parse(text);
        } catch (JsonProcessingException malformed) {
            throw new IllegalStateException(malformed);
        }
    }

    private ArrayNode failures() {
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        for (HistoryEvent event : events) {
            if (event.type().equals("EvaluationFailed")) {
                list.add(((ObjectNode) event.details().deepCopy()).retain("state", "location", "error"));
            }
        }
        return list;
    }

    private boolean isConcurrent() {
        return events.stream().anyMatch(event -> event.type().matches("(Map|Parallel)StateEntered"));
    }
}
