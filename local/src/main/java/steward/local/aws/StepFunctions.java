package steward.local.aws;

import static java.util.Map.entry;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import steward.local.asl.HistoryEvent;
import steward.local.asl.InvalidDefinition;
import steward.local.asl.StateMachine;
import steward.local.asl.TaskRunner;
import steward.local.asl.Time;

/**
 * Step Functions: one method for each action. All state machines are of type STANDARD.
 *
 * @see <a href="https://docs.aws.amazon.com/step-functions/latest/apireference/Welcome.html">API reference</a>
 */
public final class StepFunctions {

    private static final Duration STOPPING = Duration.ofSeconds(1);

    private final Map<String, RegisteredStateMachine> stateMachines = new TreeMap<>();
    private final List<ExecutionListener> listeners = new CopyOnWriteArrayList<>();
    private final Executions executions;
    private final Time time;
    private final TaskRunner tasks;
    private long started;
    private boolean closed;

    StepFunctions(Time time, TaskRunner tasks) {
        this.executions = new Executions(time::now);
        this.time = time;
        this.tasks = tasks;
    }

    Api api() {
        return new JsonApi(
                "states",
                "AWSStepFunctions",
                "1.0",
                "message",
                Map.<String, Function<JsonRequest, ObjectNode>>ofEntries(
                        entry("DescribeExecution", this::describeExecution),
                        entry("DescribeStateMachine", this::describeStateMachine),
                        entry("DescribeStateMachineForExecution", this::describeStateMachineForExecution),
                        entry("GetExecutionHistory", this::getExecutionHistory),
                        entry("ListExecutions", this::listExecutions),
                        entry("ListStateMachines", this::listStateMachines),
                        entry("ListTagsForResource", this::listTagsForResource),
                        entry("StartExecution", this::startExecution),
                        entry("StopExecution", this::stopExecution),
                        entry("TagResource", this::tagResource),
                        entry("UntagResource", this::untagResource),
                        entry("ValidateStateMachineDefinition", this::validateStateMachineDefinition)));
    }

    /**
     * Makes a state machine known, in place of one with the same name; executions that run keep the definition they
     * started with.
     *
     * @return its ARN
     * @throws InvalidDefinition if AWS would refuse the definition
     */
    public String register(String name, String definition) {
        return register(name, definition, StateMachine.parse(definition));
    }

    /** The same with what the definition was parsed to already: for one that is registered many times. */
    public synchronized String register(String name, String definition, StateMachine machine) {
        if (!name.matches("[A-Za-z0-9_-]{1,80}")) {
            throw new IllegalArgumentException("not a name for a state machine: " + name);
        }
        var stateMachine = new RegisteredStateMachine(name, definition, machine, time.now());
        stateMachines.put(stateMachine.arn(), stateMachine);
        return stateMachine.arn();
    }

    /** From now on, for every execution. */
    public void listen(ExecutionListener listener) {
        listeners.add(listener);
    }

    synchronized boolean knows(String stateMachineArn) {
        return stateMachines.containsKey(stateMachineArn);
    }

    /**
     * Starts an execution, as StartExecution does.
     *
     * @return its ARN
     * @throws AwsError as StartExecution
     */
    public String start(String stateMachineArn, String name, String input) {
        return start(stateMachineArn, ExecutionName.check(name), ExecutionInput.parse(input))
                .arn();
    }

    /** Ends an execution as ABORTED, soon; does nothing if it is over or unknown. May be called by a listener. */
    public void stop(String executionArn, @Nullable String error, @Nullable String cause) {
        lookup(executionArn).ifPresent(execution -> execution.stop(error, cause));
    }

    /** An execution as it is now. */
    public Optional<ExecutionDescription> execution(String executionArn) {
        return lookup(executionArn).map(RunningExecution::describe);
    }

    /** The events of an execution so far; empty if it is unknown. */
    public List<HistoryEvent> history(String executionArn) {
        return lookup(executionArn).map(RunningExecution::history).orElse(List.of());
    }

    /**
     * Waits until no execution runs any more, for whoever is no execution.
     *
     * @param patience in time of day, whatever time the executions have
     * @return false if some run even then
     */
    public boolean awaitAll(Duration patience) {
        var deadline = System.nanoTime() + patience.toNanos();
        while (true) {
            var running = running();
            if (running.isEmpty()) {
                return true;
            }
            if (!running.getFirst().await(Duration.ofNanos(deadline - System.nanoTime()))) {
                return false;
            }
        }
    }

    private synchronized List<RunningExecution> running() {
        return executions.all().stream()
                .filter(execution -> execution.describe().running() || !execution.await(Duration.ZERO))
                .toList();
    }

    private synchronized Optional<RunningExecution> lookup(String executionArn) {
        return executions.lookup(executionArn);
    }

    /** Stops what runs, and starts nothing any more; returns when all is over, after a second at the latest. */
    void stopAll() {
        Collection<RunningExecution> running;
        synchronized (this) {
            closed = true;
            running = executions.all();
        }
        var deadline = System.nanoTime() + STOPPING.toNanos();
        running.forEach(execution -> execution.stop(null, null));
        running.forEach(execution -> execution.await(Duration.ofNanos(deadline - System.nanoTime())));
    }

    private ObjectNode listStateMachines(JsonRequest request) {
        Collection<RegisteredStateMachine> all;
        synchronized (this) {
            all = List.copyOf(stateMachines.values());
        }
        var page = page(all, stateMachine -> stateMachine.name, false, request);
        var answer = Json.object();
        var list = answer.putArray("stateMachines");
        page.items().forEach(stateMachine -> list.add(stateMachine.item()));
        page.next().ifPresent(token -> answer.put("nextToken", token));
        return answer;
    }

    private ObjectNode describeStateMachine(JsonRequest request) {
        return stateMachine(request.required("stateMachineArn")).describe(data(request));
    }

    private ObjectNode describeStateMachineForExecution(JsonRequest request) {
        return execution(request).stateMachine.describeForExecution(data(request));
    }

    private ObjectNode startExecution(JsonRequest request) {
        var execution = start(
                request.required("stateMachineArn"),
                ExecutionName.check(
                        request.text("name").orElseGet(() -> UUID.randomUUID().toString())),
                ExecutionInput.parse(request.text("input").orElse("{}")));
        var answer = Json.object().put("executionArn", execution.arn());
        answer.set("startDate", Json.timestamp(execution.describe().startDate()));
        return answer;
    }

    private synchronized RunningExecution start(String stateMachineArn, String name, ExecutionInput input) {
        var stateMachine = stateMachine(stateMachineArn);
        var existing = executions.lookup(Arn.execution(stateMachine.name, name));
        if (existing.isPresent()) {
            return startedBefore(existing.get(), input);
        }
        if (closed) {
            throw new AwsError(503, "ServiceUnavailable", "the endpoint is closing");
        }
        var execution = new RunningExecution(stateMachine, name, input, started++, tasks, time, listeners);
        executions.add(execution);
        execution.start();
        return execution;
    }

    private static RunningExecution startedBefore(RunningExecution execution, ExecutionInput input) {
        if (execution.describe().running() && execution.input.text().equals(input.text())) {
            return execution;
        }
        throw AwsError.of("ExecutionAlreadyExists", "Execution Already Exists: '" + execution.arn() + "'");
    }

    private ObjectNode describeExecution(JsonRequest request) {
        return execution(request).describe().describe(data(request));
    }

    private ObjectNode stopExecution(JsonRequest request) {
        var execution = execution(request);
        execution.stop(request.text("error").orElse(null), request.text("cause").orElse(null));
        execution.await(STOPPING);
        var answer = Json.object();
        answer.set("stopDate", Json.timestamp(execution.describe().stopDate().orElseGet(time::now)));
        return answer;
    }

    private ObjectNode listExecutions(JsonRequest request) {
        var stateMachine = stateMachine(request.required("stateMachineArn"));
        var status = request.text("statusFilter");
        List<RunningExecution> found = new ArrayList<>();
        synchronized (this) {
            found.addAll(executions.all());
        }
        found.removeIf(execution -> !execution.stateMachine.name.equals(stateMachine.name));
        status.ifPresent(wanted ->
                found.removeIf(execution -> !execution.describe().status().equals(wanted)));
        var page = page(found, execution -> Page.key(execution.sequence), true, request);
        var answer = Json.object();
        var list = answer.putArray("executions");
        page.items().forEach(execution -> list.add(execution.describe().item()));
        page.next().ifPresent(token -> answer.put("nextToken", token));
        return answer;
    }

    private ObjectNode getExecutionHistory(JsonRequest request) {
        var data = request.flag("includeExecutionData", true);
        Page<HistoryEvent> page = page(
                execution(request).history(), event -> Page.key(event.id()), request.flag("reverseOrder"), request);
        var answer = Json.object();
        var list = answer.putArray("events");
        page.items().forEach(event -> list.add(HistoryEventJson.of(event, data)));
        page.next().ifPresent(token -> answer.put("nextToken", token));
        return answer;
    }

    private synchronized ObjectNode listTagsForResource(JsonRequest request) {
        var answer = Json.object();
        var list = answer.putArray("tags");
        tagged(request)
                .tags
                .forEach((key, value) -> list.addObject().put("key", key).put("value", value));
        return answer;
    }

    private synchronized ObjectNode tagResource(JsonRequest request) {
        var tags = request.tags("tags", "key", "value");
        var tagged = tagged(request);
        tagged.tags.putAll(tags);
        return Json.object();
    }

    private synchronized ObjectNode untagResource(JsonRequest request) {
        request.texts("tagKeys").forEach(tagged(request).tags::remove);
        return Json.object();
    }

    private ObjectNode validateStateMachineDefinition(JsonRequest request) {
        var answer = Json.object().put("result", "OK").put("truncated", false);
        var list = answer.putArray("diagnostics");
        try {
            StateMachine.parse(request.required("definition"));
        } catch (InvalidDefinition e) {
            answer.put("result", "FAIL");
            e.diagnostics()
                    .forEach(diagnostic -> list.addObject()
                            .put("severity", "ERROR")
                            .put("code", diagnostic.code())
                            .put("message", diagnostic.message())
                            .put("location", diagnostic.location()));
        }
        return answer;
    }

    private synchronized RegisteredStateMachine stateMachine(String arn) {
        return Optional.ofNullable(stateMachines.get(StateArn.check(arn, "stateMachine")))
                .orElseThrow(
                        () -> AwsError.of("StateMachineDoesNotExist", "State Machine Does Not Exist: '" + arn + "'"));
    }

    private synchronized RegisteredStateMachine tagged(JsonRequest request) {
        var arn = StateArn.check(request.required("resourceArn"), "stateMachine");
        return Optional.ofNullable(stateMachines.get(arn))
                .orElseThrow(() -> AwsError.of("ResourceNotFound", "Resource not found: '" + arn + "'"));
    }

    private synchronized RunningExecution execution(JsonRequest request) {
        var arn = StateArn.check(request.required("executionArn"), "execution");
        return executions
                .lookup(arn)
                .orElseThrow(() -> AwsError.of("ExecutionDoesNotExist", "Execution Does Not Exist: '" + arn + "'"));
    }

    private static boolean data(JsonRequest request) {
        return !request.text("includedData").orElse("ALL_DATA").equals("METADATA_ONLY");
    }

    /** 100 items unless the request says otherwise; 0 means that too. */
    private static <T> Page<T> page(
            Collection<T> items, Function<T, String> key, boolean descending, JsonRequest request) {
        var asked = request.number("maxResults").orElse(0);
        if (asked < 0 || asked > 1_000) {
            throw AwsError.of(
                    "ValidationException",
                    "1 validation error detected: Value '" + asked
                            + "' at 'maxResults' failed to satisfy constraint: Member must have value between 0 and 1000");
        }
        var token = request.text("nextToken");
        try {
            return Page.of(items, key, descending, token, asked == 0 ? 100 : asked);
        } catch (IllegalArgumentException e) {
            throw AwsError.of("InvalidToken", "Invalid Token: '" + token.orElse("") + "'");
        }
    }
}
