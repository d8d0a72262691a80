package steward.local.asl;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** One execution of a state machine, from ExecutionStarted to its last event. Runs once. */
public final class Execution {

    /**
     * Who an execution is: what the context object says of it.
     *
     * @param startTime also what its timeout is counted from
     */
    public record Identity(
            String arn,
            String name,
            String roleArn,
            Instant startTime,
            String stateMachineArn,
            String stateMachineName) {}

    /**
     * How it ended.
     *
     * @param output if it succeeded
     * @param error empty as well for a Fail state without Error; States.Timeout if it timed out (which
     *     DescribeExecution does not tell)
     */
    public record Result(Status status, Optional<JsonNode> output, Optional<String> error, Optional<String> cause) {}

    /** As in DescribeExecution. */
    public enum Status {
        SUCCEEDED,
        FAILED,
        TIMED_OUT,
        ABORTED
    }

    private final StateMachine machine;
    private final Identity identity;
    private final JsonNode input;
    private final TaskRunner tasks;
    private final Time time;
    private final History history;
    private final @Nullable Instant deadline;
    private final RandomGenerator jitter;
    private final Set<Time.Strand> strands = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean started = new AtomicBoolean();
    private final AtomicReference<@Nullable Ending> ending = new AtomicReference<>();
    private volatile @Nullable Throwable bug;
    private volatile boolean done;

    /** @param history is given every event in order, one at a time; may call {@link #stop} */
    public Execution(
            StateMachine machine,
            Identity identity,
            JsonNode input,
            TaskRunner tasks,
            Time time,
            Consumer<HistoryEvent> history) {
        this.machine = machine;
        this.identity = identity;
        this.input = input;
        this.tasks = tasks;
        this.time = time;
        this.history = new History(this, time, history);
        this.deadline = machine.timeout().map(identity.startTime()::plus).orElse(null);
        this.jitter = new Random(identity.arn().hashCode());
    }

    /**
     * Runs to the end. If the calling thread is interrupted the execution is aborted, and the thread stays interrupted.
     *
     * @throws IllegalStateException if a task or the history consumer threw what it must not throw; the execution has
     *     then ended FAILED with States.Runtime
     */
    public Result run() {
        if (started.getAndSet(true)) {
            throw new IllegalStateException("this execution has run already");
        }
        Time.Strand caller = time.current();
        time.start(identity.name(), () -> {
            try {
                execute();
            } finally {
                done = true;
                caller.wake();
            }
        });
        boolean interrupted = false;
        while (!done) {
            if (Thread.interrupted()) {
                interrupted = true;
                stop(null, null);
            }
            if (!done) {
                time.await(null);
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return result();
    }

    /**
     * Ends the execution as StopExecution does, from any thread and at any moment, also from within the history
     * consumer: then nothing happens any more after the event it was given. Does nothing if it is over.
     */
    public void stop(@Nullable String error, @Nullable String cause) {
        end(new Ending(Status.ABORTED, null, error, cause, 0));
    }

    private Result result() {
        Throwable thrown = bug;
        if (thrown != null) {
            throw new IllegalStateException("in execution " + identity.name() + ": " + thrown, thrown);
        }
        Ending end = ending.get();
        if (end == null) {
            throw new IllegalStateException("execution " + identity.name() + " has not ended");
        }
        return new Result(
                end.status,
                Optional.ofNullable(end.output),
                Optional.ofNullable(end.error),
                Optional.ofNullable(end.cause));
    }

    private void execute() {
        Time.Strand strand = time.current();
        strands.add(strand);
        Branch branch = new Branch(this, new Scope(null));
        try {
            branch.emit("ExecutionStarted", Details.executionStarted(input, identity.roleArn()));
            branch.startAnew();
            JsonNode output = branch.run(machine.states(), input);
            end(new Ending(Status.SUCCEEDED, output, null, null, branch.previous()));
        } catch (StateFailed failed) {
            end(new Ending(Status.FAILED, null, failed.error(), failed.cause(), branch.previous()));
        } catch (Halt halt) {
            // The ending is set: by stop, a timeout, or a failure that nobody may catch.
        } catch (RuntimeException | Error thrown) {
            fault(thrown, branch.previous());
        } finally {
            strands.remove(strand);
        }
        emitEnding();
    }

    private void emitEnding() {
        Ending end = ending.get();
        if (end == null) {
            return;
        }
        try {
            history.emitLast(end.type(), end.previous, end.details());
        } catch (RuntimeException | Error thrown) {
            if (bug == null) {
                bug = thrown;
            }
        }
    }

    /** The first ending counts. */
    void end(Ending end) {
        if (ending.compareAndSet(null, end)) {
            wakeAll();
        }
    }

    /** What nobody expected ends the execution, and is thrown by {@link #run}. */
    void fault(Throwable thrown, long previous) {
        if (bug == null) {
            bug = thrown;
        }
        end(new Ending(Status.FAILED, null, ErrorNames.RUNTIME, thrown.toString(), previous));
    }

    boolean isOver() {
        return ending.get() != null;
    }

    void timeOut() {
        end(new Ending(Status.TIMED_OUT, null, ErrorNames.TIMEOUT, null, 0));
    }

    void wakeAll() {
        strands.forEach(Time.Strand::wake);
    }

    Set<Time.Strand> strands() {
        return strands;
    }

    Identity identity() {
        return identity;
    }

    /** The region that the execution's ARN names. */
    String region() {
        String[] parts = identity.arn().split(":", -1);
        return parts.length > 3 ? parts[3] : "";
    }

    JsonNode input() {
        return input;
    }

    TaskRunner tasks() {
        return tasks;
    }

    Time time() {
        return time;
    }

    History history() {
        return history;
    }

    @Nullable
    Instant deadline() {
        return deadline;
    }

    RandomGenerator jitter() {
        return jitter;
    }

    /**
     * How an execution ends.
     *
     * @param previous the event that led to it; 0 if it came from outside, as AWS has it
     */
    record Ending(
            Status status,
            @Nullable JsonNode output,
            @Nullable String error,
            @Nullable String cause,
            long previous) {

        String type() {
            return switch (status) {
                case SUCCEEDED -> "ExecutionSucceeded";
                case FAILED -> "ExecutionFailed";
                case TIMED_OUT -> "ExecutionTimedOut";
                case ABORTED -> "ExecutionAborted";
            };
        }

        ObjectNode details() {
            return output != null ? Details.output(output) : Details.failure(error, cause);
        }
    }
}
