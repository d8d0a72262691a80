package steward.local.aws;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import steward.local.asl.Execution;
import steward.local.asl.HistoryEvent;
import steward.local.asl.TaskRunner;
import steward.local.asl.Time;

/** One execution from its start on, with its history; it stays when it is over. */
final class RunningExecution {

    private static final System.Logger LOG = System.getLogger(RunningExecution.class.getName());

    final RegisteredStateMachine stateMachine;
    final ExecutionInput input;
    final long sequence;
    private final Execution.Identity identity;
    private final Execution execution;
    private final Time time;
    private final List<ExecutionListener> listeners;
    private final List<HistoryEvent> history = new ArrayList<>();
    private final CountDownLatch over = new CountDownLatch(1);
    private Optional<Outcome> outcome = Optional.empty();

    RunningExecution(
            RegisteredStateMachine stateMachine,
            String name,
            ExecutionInput input,
            long sequence,
            TaskRunner tasks,
            Time time,
            List<ExecutionListener> listeners) {
        this.stateMachine = stateMachine;
        this.input = input;
        this.sequence = sequence;
        this.time = time;
        this.listeners = listeners;
        this.identity = new Execution.Identity(
                Arn.execution(stateMachine.name, name),
                name,
                stateMachine.roleArn(),
                time.now(),
                stateMachine.arn(),
                stateMachine.name);
        this.execution = new Execution(stateMachine.machine, identity, input.value(), tasks, time, this::remember);
    }

    String arn() {
        return identity.arn();
    }

    void start() {
        time.start("execution " + identity.name(), this::run);
    }

    /** Ends it as ABORTED, soon. Without effect on one that is over. */
    void stop(@Nullable String error, @Nullable String cause) {
        execution.stop(error, cause);
    }

    /** Waits until it is over; false if it is not, even then. */
    boolean await(Duration patience) {
        try {
            return over.await(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    synchronized List<HistoryEvent> history() {
        return List.copyOf(history);
    }

    synchronized ExecutionDescription describe() {
        var result = outcome.map(Outcome::result);
        // Of an execution that timed out, Step Functions tells neither error nor cause.
        var explained = result.filter(ended -> ended.status() != Execution.Status.TIMED_OUT);
        return new ExecutionDescription(
                identity.arn(),
                identity.stateMachineArn(),
                identity.name(),
                result.map(ended -> ended.status().name()).orElse(ExecutionDescription.RUNNING),
                identity.startTime(),
                outcome.map(Outcome::date),
                input.text(),
                result.flatMap(Execution.Result::output),
                explained.flatMap(Execution.Result::error),
                explained.flatMap(Execution.Result::cause));
    }

    private void run() {
        try {
            notifyChange();
            end(execution.run());
        } catch (RuntimeException e) {
            // Whoever waits for the execution must not wait for ever because the runner has a defect.
            LOG.log(System.Logger.Level.ERROR, arn() + " met a defect", e);
            end(new Execution.Result(
                    Execution.Status.FAILED,
                    Optional.empty(),
                    Optional.of("States.Runtime"),
                    Optional.of(e.toString())));
        } finally {
            over.countDown();
        }
    }

    private void end(Execution.Result result) {
        synchronized (this) {
            outcome = Optional.of(new Outcome(result, time.now()));
        }
        notifyChange();
    }

    private void remember(HistoryEvent event) {
        synchronized (this) {
            history.add(event);
        }
        listeners.forEach(listener -> tell(() -> listener.happened(arn(), event)));
    }

    private void notifyChange() {
        var description = describe();
        listeners.forEach(listener -> tell(() -> listener.changed(description)));
    }

    /** A listener's failure is not the execution's. */
    private static void tell(Runnable news) {
        try {
            news.run();
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "a listener of executions failed", e);
        }
    }

    private record Outcome(Execution.Result result, Instant date) {}
}
