package steward.local.asl;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Does what a state does, once per visit. */
final class StateRun {

    private final Branch branch;
    private final State state;
    private final Visit visit;
    private final JsonNode input;

    StateRun(Branch branch, State state, Visit visit, JsonNode input) {
        this.branch = branch;
        this.state = state;
        this.visit = visit;
        this.input = input;
    }

    Branch.Exit run() throws StateFailed {
        try {
            return switch (state) {
                case State.Pass pass -> exit(pass, bindings(), input);
                case State.Wait waiting -> waiting(waiting);
                case State.Succeed succeed ->
                    new Branch.Exit(output(succeed.output(), bindings(), "Output", input), Map.of(), Optional.empty());
                case State.Fail fail -> throw failure(fail);
                case State.Choice choice -> choice(choice);
                case State.Working working -> working(working);
            };
        } catch (QueryFailed failed) {
            throw report(failed);
        }
    }

    private Bindings bindings() {
        return bindings(visit.context());
    }

    private Bindings bindings(JsonNode context) {
        return new Bindings(branch.variables(), now()).with("input", input).with("context", context);
    }

    private Instant now() {
        return branch.execution().time().now();
    }

    private Branch.Exit exit(State.Sequential sequential, Bindings bindings, JsonNode result)
            throws QueryFailed, StateFailed {
        Map<String, JsonNode> assigned = assigned(sequential.assign(), bindings, "Assign");
        JsonNode output = output(sequential.output(), bindings, "Output", result);
        return new Branch.Exit(output, assigned, sequential.next());
    }

    /** All expressions see the variables as they were before. Their values have a limit together. */
    private Map<String, JsonNode> assigned(Map<String, Template> assign, Bindings bindings, String location)
            throws QueryFailed, StateFailed {
        Map<String, JsonNode> values = new LinkedHashMap<>();
        for (Map.Entry<String, Template> variable : assign.entrySet()) {
            values.put(variable.getKey(), variable.getValue().evaluate(bindings, location + "/" + variable.getKey()));
        }
        if (values.values().stream().mapToLong(Json::bytes).sum() > Json.MAX_BYTES) {
            throw tooLarge(state.name());
        }
        return values;
    }

    private JsonNode output(Optional<Template> template, Bindings bindings, String location, JsonNode otherwise)
            throws QueryFailed, StateFailed {
        if (template.isEmpty()) {
            checkSize(otherwise);
            return otherwise;
        }
        JsonNode output = template.get().evaluate(bindings, location);
        checkSize(output);
        return output;
    }

    private void checkSize(JsonNode value) throws StateFailed {
        if (Json.isTooLarge(value)) {
            throw tooLarge(state.name());
        }
    }

    private static StateFailed tooLarge(String subject) {
        return new StateFailed(
                ErrorNames.DATA_LIMIT_EXCEEDED,
                "The state/task '" + subject
                        + "' returned a result with a size exceeding the maximum number of bytes service limit.");
    }

    private StateFailed report(QueryFailed failed) {
        String cause = visit.cause(failed.text());
        branch.emit("EvaluationFailed", Details.evaluationFailed(cause, failed.location(), state.name()));
        return new StateFailed(ErrorNames.QUERY_EVALUATION_ERROR, cause);
    }

    private Branch.Exit waiting(State.Wait waiting) throws QueryFailed, StateFailed {
        Bindings bindings = bindings();
        branch.pauseUntil(end(waiting, bindings));
        return exit(waiting, bindings(), input);
    }

    private Instant end(State.Wait waiting, Bindings bindings) throws QueryFailed {
        if (waiting.timestamp().isEmpty()) {
            return now().plus(seconds(waiting.seconds(), bindings, "Seconds", 0).orElse(Duration.ZERO));
        }
        Template timestamp = waiting.timestamp().get();
        String text = Types.text(timestamp, bindings, "Timestamp");
        return Timestamps.parse(text)
                .orElseThrow(() -> new QueryFailed(
                        "Timestamp",
                        "The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: "
                                + text));
    }

    private static Optional<Duration> seconds(
            Optional<Template> template, Bindings bindings, String location, int least) throws QueryFailed {
        return Types.integer(template, bindings, location, least).map(Duration::ofSeconds);
    }

    private StateFailed failure(State.Fail fail) throws QueryFailed {
        Bindings bindings = bindings();
        return new StateFailed(text(fail.error(), bindings, "Error"), text(fail.cause(), bindings, "Cause"));
    }

    private static @Nullable String text(Optional<Template> template, Bindings bindings, String location)
            throws QueryFailed {
        return template.isEmpty() ? null : Types.text(template.get(), bindings, location);
    }

    /** A rule that matches uses its own Assign and Output; those of the state belong to Default. */
    private Branch.Exit choice(State.Choice choice) throws QueryFailed, StateFailed {
        Bindings bindings = bindings();
        for (int index = 0; index < choice.rules().size(); index++) {
            State.Rule rule = choice.rules().get(index);
            String location = "Choices[" + index + "]/";
            if (Types.bool(rule.condition(), bindings, location + "Condition")) {
                return new Branch.Exit(
                        output(rule.output(), bindings, location + "Output", input),
                        assigned(rule.assign(), bindings, location + "Assign"),
                        Optional.of(rule.next()));
            }
        }
        if (choice.otherwise().isEmpty()) {
            throw branch.fatal(
                    visit.cause("Failed to transition out of the state. The state does not point to a next state."));
        }
        return new Branch.Exit(
                output(choice.output(), bindings, "Output", input),
                assigned(choice.assign(), bindings, "Assign"),
                choice.otherwise());
    }

    private Branch.Exit working(State.Working working) throws QueryFailed, StateFailed {
        Retries retries = new Retries(working.retriers(), branch.execution().jitter());
        while (true) {
            try {
                return attempt(working);
            } catch (StateFailed failed) {
                Optional<Duration> delay = retries.next(failed.error());
                if (delay.isEmpty()) {
                    return caught(working, failed);
                }
                branch.pause(delay.get());
                visit.retried();
            }
        }
    }

    private Branch.Exit attempt(State.Working working) throws StateFailed {
        try {
            JsonNode result = switch (working) {
                case State.Task task -> task(task);
                case State.Parallel parallel -> parallel(parallel);
                case State.MapItems map -> map(map);
            };
            return exit(working, bindings().with("result", result), result);
        } catch (QueryFailed failed) {
            throw report(failed);
        }
    }

    /** On this path only the catcher's Assign and Output run, never the state's own. */
    private Branch.Exit caught(State.Working working, StateFailed failed) throws QueryFailed, StateFailed {
        if (ErrorNames.RUNTIME.equals(failed.error())) {
            throw branch.fatal(failed.cause());
        }
        for (int index = 0; index < working.catchers().size(); index++) {
            Catcher catcher = working.catchers().get(index);
            if (!ErrorNames.match(catcher.errors(), failed.error())) {
                continue;
            }
            JsonNode error = errorOutput(failed);
            Bindings bindings = bindings().with("errorOutput", error);
            String location = "Catch[" + index + "]/";
            return new Branch.Exit(
                    output(catcher.output(), bindings, location + "Output", error),
                    assigned(catcher.assign(), bindings, location + "Assign"),
                    Optional.of(catcher.next()));
        }
        throw failed;
    }

    /** Both are always there, and text. */
    private static ObjectNode errorOutput(StateFailed failed) {
        return Json.object()
                .put("Error", failed.error() == null ? "" : failed.error())
                .put("Cause", failed.cause() == null ? "" : failed.cause());
    }

    private JsonNode task(State.Task task) throws QueryFailed, StateFailed {
        Bindings bindings = bindings();
        JsonNode arguments =
                task.arguments().isEmpty() ? input : task.arguments().get().evaluate(bindings, "Arguments");
        checkSize(arguments);
        Optional<Duration> timeout = seconds(task.timeoutSeconds(), bindings, "TimeoutSeconds", 1);
        Optional<Duration> heartbeat = seconds(task.heartbeatSeconds(), bindings, "HeartbeatSeconds", 1);
        Optional<JsonNode> credentials = Optional.empty();
        if (task.credentials().isPresent()) {
            credentials = Optional.of(task.credentials().get().evaluate(bindings, "Credentials"));
        }
        Resource resource = visit.resource();
        TaskAttempt attempt =
                new TaskAttempt(branch, resource, branch.execution().time());
        TaskCall call = new TaskCall(
                task.resource(),
                arguments,
                task.name(),
                branch.iteration(),
                timeout,
                heartbeat,
                credentials,
                visit.context(),
                attempt);
        String region = branch.execution().region();
        branch.emit(
                resource.event("Scheduled"), resource.scheduled(arguments, timeout, heartbeat, credentials, region));
        branch.emit(resource.event("Started"), resource.started());
        return perform(attempt, resource, call);
    }

    private JsonNode perform(TaskAttempt attempt, Resource resource, TaskCall call) throws StateFailed {
        try {
            JsonNode output = attempt.run(branch.execution().tasks(), call);
            if (Json.isTooLarge(output)) {
                StateFailed failed = tooLarge(resource.subject());
                branch.emit(resource.event("Failed"), resource.failed(failed.error(), failed.cause()));
                throw failed;
            }
            branch.emit(resource.event("Succeeded"), resource.succeeded(output));
            return output;
        } catch (TaskFailed failed) {
            String event = ErrorNames.isTimeout(failed.error()) ? "TimedOut" : "Failed";
            branch.emit(resource.event(event), resource.failed(failed.error(), failed.cause()));
            throw new StateFailed(failed.error(), failed.cause().isEmpty() ? null : failed.cause());
        }
    }

    private JsonNode parallel(State.Parallel parallel) throws QueryFailed, StateFailed {
        JsonNode argument = parallel.arguments().isEmpty()
                ? input
                : parallel.arguments().get().evaluate(bindings(), "Arguments");
        checkSize(argument);
        branch.emit("ParallelStateStarted", Details.NONE);
        return new Branches(branch, "ParallelState").run(parallel.branches(), argument);
    }

    private JsonNode map(State.MapItems map) throws QueryFailed, StateFailed {
        Bindings bindings = bindings();
        JsonNode items =
                map.items().isEmpty() ? inputItems() : Types.array(map.items().get(), bindings, "Items");
        int concurrency = Types.integer(map.maxConcurrency(), bindings, "MaxConcurrency", 0)
                .filter(limit -> limit > 0)
                .orElse(Integer.MAX_VALUE);
        Tolerance tolerance = new Tolerance(
                Types.integer(map.toleratedFailureCount(), bindings, "ToleratedFailureCount", 0),
                Types.percentage(map.toleratedFailurePercentage(), bindings, "ToleratedFailurePercentage"));
        branch.emit("MapStateStarted", Details.length(items.size()));
        return new Iterations(branch, map, items, concurrency, tolerance, this::iterationInput).run();
    }

    private JsonNode inputItems() throws QueryFailed {
        if (!input.isArray()) {
            throw new QueryFailed("", "Map state input must be an array but was: " + Json.write(input));
        }
        return input;
    }

    private JsonNode iterationInput(State.MapItems map, JsonNode item) throws QueryFailed, StateFailed {
        if (map.itemSelector().isEmpty()) {
            return item.path("Value");
        }
        Bindings bindings = bindings(visit.context(Optional.of(item)));
        JsonNode selected = map.itemSelector().get().evaluate(bindings, "ItemSelector");
        checkSize(selected);
        return selected;
    }
}
