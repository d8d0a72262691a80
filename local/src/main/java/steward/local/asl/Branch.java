package steward.local.asl;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Walks one set of states, on one strand: the machine, a branch of a Parallel, or an iteration of a Map. Has its own
 * variables, which begin as those around it, and its own chain of events.
 */
final class Branch {

    private final Execution execution;
    private final Scope scope;
    private final Map<String, JsonNode> variables;
    private final List<Integer> iteration;
    private final Optional<JsonNode> item;
    private volatile long previous;

    Branch(Execution execution, Scope scope) {
        this(execution, scope, Map.of(), List.of(), Optional.empty(), 0);
    }

    private Branch(
            Execution execution,
            Scope scope,
            Map<String, JsonNode> variables,
            List<Integer> iteration,
            Optional<JsonNode> item,
            long previous) {
        this.execution = execution;
        this.scope = scope;
        this.variables = new LinkedHashMap<>(variables);
        this.iteration = iteration;
        this.item = item;
        this.previous = previous;
    }

    Branch inner(Scope inner) {
        return new Branch(execution, inner, variables, iteration, item, previous);
    }

    Branch inner(Scope inner, int index, JsonNode mapItem) {
        List<Integer> indexes = new ArrayList<>(iteration);
        indexes.add(index);
        return new Branch(execution, inner, variables, List.copyOf(indexes), Optional.of(mapItem), previous);
    }

    Execution execution() {
        return execution;
    }

    Scope scope() {
        return scope;
    }

    Map<String, JsonNode> variables() {
        return variables;
    }

    List<Integer> iteration() {
        return iteration;
    }

    long previous() {
        return previous;
    }

    /** The chain goes on behind an event of another branch. */
    void continueAfter(long event) {
        previous = event;
    }

    /** On AWS the first state of an execution has no event before it. */
    void startAnew() {
        previous = 0;
    }

    long emit(String type, JsonNode details) {
        haltIfDue();
        previous = execution.history().emit(type, previous, details);
        return previous;
    }

    /** Some events are no link of the chain: what comes next refers to the event before them. */
    void emitAside(String type, JsonNode details) {
        haltIfDue();
        execution.history().emit(type, previous, details);
    }

    /** Tells that something was cancelled, unless the whole execution is over. */
    void emitAborted(String type, JsonNode details) {
        if (!execution.isOver()) {
            execution.history().emit(type, previous, details);
        }
    }

    void haltIfDue() {
        Instant deadline = execution.deadline();
        if (deadline != null && execution.time().now().isAfter(deadline)) {
            execution.timeOut();
        }
        if (execution.isOver() || scope.isCancelled()) {
            throw new Halt();
        }
    }

    /** For those who would wait longer: what happens at the last moment itself still counts. */
    void haltIfTimeIsUp(Instant now) {
        Instant deadline = execution.deadline();
        if (deadline != null && !now.isBefore(deadline)) {
            execution.timeOut();
            throw new Halt();
        }
    }

    /** @throws Halt if the execution is over before that */
    void pauseUntil(Instant end) {
        Time time = execution.time();
        while (true) {
            haltIfDue();
            Instant now = time.now();
            if (!now.isBefore(end)) {
                return;
            }
            haltIfTimeIsUp(now);
            time.await(earliest(Optional.of(end), Optional.empty()));
        }
    }

    void pause(Duration duration) {
        pauseUntil(execution.time().now().plus(duration));
    }

    /** The first of these moments and the end of the execution's time. */
    @Nullable
    Instant earliest(Optional<Instant> one, Optional<Instant> other) {
        Instant earliest = execution.deadline();
        for (Optional<Instant> moment : List.of(one, other)) {
            if (moment.isPresent() && (earliest == null || moment.get().isBefore(earliest))) {
                earliest = moment.get();
            }
        }
        return earliest;
    }

    /** Walks to the end; gives the output of the state that ended it. */
    JsonNode run(States states, JsonNode input) throws StateFailed {
        State state = states.get(states.startAt());
        JsonNode payload = input;
        while (true) {
            Exit exit = visit(state, payload);
            payload = exit.output();
            if (exit.next().isEmpty()) {
                return payload;
            }
            state = states.get(exit.next().get());
        }
    }

    private Exit visit(State state, JsonNode input) throws StateFailed {
        Instant now = execution.time().now();
        long entered = emit(state.type() + "StateEntered", Details.entered(state.name(), input));
        Visit visit = new Visit(execution, state, now, entered, item);
        try {
            Exit exit = new StateRun(this, state, visit, input).run();
            variables.putAll(exit.assigned());
            emit(state.type() + "StateExited", Details.exited(state.name(), exit.output(), exit.assigned()));
            return exit;
        } catch (Halt halt) {
            if (state instanceof State.Working || state instanceof State.Wait) {
                emitAborted(state.type() + "StateAborted", Details.NONE);
            }
            throw halt;
        }
    }

    /** Ends the execution at once with States.Runtime, which no Catch catches. */
    Halt fatal(@Nullable String cause) {
        execution.end(new Execution.Ending(Execution.Status.FAILED, null, ErrorNames.RUNTIME, cause, previous));
        return new Halt();
    }

    /**
     * How a state was left.
     *
     * @param next empty if the branch ends with it
     */
    record Exit(JsonNode output, Map<String, JsonNode> assigned, Optional<String> next) {}
}
