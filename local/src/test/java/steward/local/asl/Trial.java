package steward.local.asl;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Runs a definition in virtual time and keeps what happened. */
final class Trial {

    static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    static final Execution.Identity IDENTITY = new Execution.Identity(
            "arn:aws:states:us-east-1:000000000000:execution:trial:one",
            "one",
            "arn:aws:iam::000000000000:role/trial",
            START,
            "arn:aws:states:us-east-1:000000000000:stateMachine:trial",
            "trial");

    private final StateMachine machine;
    private final Time time = Time.virtual(START);
    private final List<HistoryEvent> events = Collections.synchronizedList(new ArrayList<>());
    private JsonNode input = json("{}");
    private TaskRunner tasks = call -> {
        throw new AssertionError("no task expected: " + call);
    };
    private Consumer<HistoryEvent> also = event -> {};
    private Execution.@Nullable Result result;
    private @Nullable Execution execution;

    private Trial(StateMachine machine) {
        this.machine = machine;
    }

    static Trial of(StateMachine machine) {
        return new Trial(machine);
    }

    /** A machine in JSONata whose text has single quotes for double ones, outside of expressions too. */
    static Trial of(String states, String startAt) {
        return ofDefinition("{'QueryLanguage': 'JSONata', 'StartAt': '" + startAt + "', 'States': {" + states + "}}");
    }

    static Trial ofDefinition(String definition) {
        return new Trial(StateMachine.parse(definition.replace('\'', '"')));
    }

    static JsonNode json(String text) {
        try {
            return Json.parse(text.replace('\'', '"'));
        } catch (JsonProcessingException malformed) {
            throw new IllegalArgumentException(text, malformed);
        }
    }

    /** What one Pass with this Output, given as JSON, gives. */
    static Trial output(String output) {
        return of("'Only': {'Type': 'Pass', 'Output': " + output + ", 'End': true}", "Only");
    }

    Trial input(String text) {
        input = json(text);
        return this;
    }

    Trial input(JsonNode value) {
        input = value;
        return this;
    }

    Trial tasks(TaskRunner runner) {
        tasks = runner;
        return this;
    }

    /** Is given each event, and the execution to stop. */
    Trial watching(Consumer<HistoryEvent> consumer) {
        also = consumer;
        return this;
    }

    Trial run() {
        execution = execution();
        result = execution.run();
        return this;
    }

    Execution execution() {
        Execution created = new Execution(machine, IDENTITY, input, tasks, time, event -> {
            events.add(event);
            also.accept(event);
        });
        execution = created;
        return created;
    }

    void stop(@Nullable String error, @Nullable String cause) {
        Objects.requireNonNull(execution).stop(error, cause);
    }

    Time time() {
        return time;
    }

    Duration elapsed() {
        return Duration.between(START, time.now());
    }

    Execution.Result result() {
        return Objects.requireNonNull(result);
    }

    Execution.Status status() {
        return result().status();
    }

    JsonNode output() {
        return result().output().orElseThrow(() -> new AssertionError(result()));
    }

    String error() {
        return result().error().orElse("none");
    }

    String cause() {
        return result().cause().orElse("none");
    }

    List<HistoryEvent> events() {
        return List.copyOf(events);
    }

    List<String> types() {
        return events().stream().map(HistoryEvent::type).toList();
    }

    HistoryEvent event(String type) {
        return events().stream()
                .filter(event -> event.type().equals(type))
                .findFirst()
                .orElseThrow(() -> new AssertionError(type + " is not among " + types()));
    }

    /** Names of the states, in the order in which they were entered. */
    List<String> path() {
        return events().stream()
                .filter(event -> event.type().endsWith("StateEntered"))
                .map(event -> event.details().path("name").asText())
                .toList();
    }
}
