package steward.local.asl;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One attempt of a task, on a strand of its own: so that the state goes on when the time is up, whatever the task does
 * with its interrupt. On AWS too a Lambda function runs on after its state has timed out.
 */
final class TaskAttempt implements TaskProgress {

    private final Branch branch;
    private final Resource resource;
    private final Time time;
    private final Time.Strand waiter;
    private volatile Instant lastSign;
    private volatile @Nullable JsonNode output;
    private volatile @Nullable Throwable thrown;
    private volatile boolean done;
    private volatile boolean abandoned;

    TaskAttempt(Branch branch, Resource resource, Time time) {
        this.branch = branch;
        this.resource = resource;
        this.time = time;
        this.waiter = time.current();
        this.lastSign = time.now();
    }

    /** @throws TaskFailed also with States.Timeout or States.HeartbeatTimeout, if that was how it ended */
    JsonNode run(TaskRunner tasks, TaskCall call) throws TaskFailed {
        Time.Strand worker = time.start("task " + call.state(), () -> work(tasks, call));
        Optional<Instant> end = call.timeout().map(time.now()::plus);
        try {
            while (!done) {
                haltOrTimeOut(call, end);
                if (!done) {
                    time.await(branch.earliest(end, call.heartbeat().map(lastSign::plus)));
                }
            }
        } finally {
            if (!done) {
                abandoned = true;
                worker.interrupt();
            }
        }
        return outcome();
    }

    private void haltOrTimeOut(TaskCall call, Optional<Instant> end) throws TaskFailed {
        branch.haltIfDue();
        Instant now = time.now();
        if (end.isPresent() && !now.isBefore(end.get())) {
            throw new TaskFailed(ErrorNames.TIMEOUT, "");
        }
        branch.haltIfTimeIsUp(now);
        Optional<Duration> heartbeat = call.heartbeat();
        if (heartbeat.isPresent() && !now.isBefore(lastSign.plus(heartbeat.get()))) {
            throw new TaskFailed(ErrorNames.HEARTBEAT_TIMEOUT, "");
        }
    }

    private void work(TaskRunner tasks, TaskCall call) {
        try {
            // Between the start of this strand and its turn the execution may have been stopped.
            branch.haltIfDue();
            output = Objects.requireNonNull(tasks.run(call), "a task must return a JSON value");
        } catch (Throwable failure) {
            thrown = failure;
        } finally {
            done = true;
            waiter.wake();
        }
    }

    private JsonNode outcome() throws TaskFailed {
        Throwable failure = thrown;
        if (failure instanceof TaskFailed failed) {
            throw failed;
        }
        if (failure instanceof Halt halt) {
            throw halt;
        }
        if (failure != null) {
            throw new IllegalStateException("the task of " + resource.arn() + " threw " + failure, failure);
        }
        return Objects.requireNonNull(output);
    }

    @Override
    public void submitted(JsonNode response) {
        if (abandoned || resource.kind() != Resource.Kind.SERVICE) {
            return;
        }
        try {
            branch.emit("TaskSubmitted", resource.succeeded(response));
        } catch (Halt halt) {
            // The strand that waits for this attempt sees the same and interrupts it.
            waiter.wake();
        }
    }

    @Override
    public void heartbeat() {
        lastSign = time.now();
    }
}
