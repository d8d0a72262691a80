package steward.local.aws;

import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;

/**
 * Failures to start that are no AWS errors, each for one task, in the order in which they were planned. For errors of the
 * calls themselves see {@link Faults}, as {@code ecs:RunTask}.
 */
public final class TaskFaults {

    private final Queue<String> refusals = new ArrayDeque<>();
    private final Queue<String> failures = new ArrayDeque<>();

    TaskFaults() {}

    /**
     * The next RunTask is answered with {@code failures} instead of a task.
     *
     * @param reason such as {@code RESOURCE:MEMORY} or "Capacity is unavailable at this time. ..."
     */
    public synchronized void refuse(String reason) {
        refusals.add(reason);
    }

    /**
     * The next task ends as TaskFailedToStart.
     *
     * @param reason such as "CannotPullContainerError: ..."
     */
    public synchronized void failToStart(String reason) {
        failures.add(reason);
    }

    synchronized Optional<String> nextRefusal() {
        return Optional.ofNullable(refusals.poll());
    }

    synchronized Optional<String> nextFailure() {
        return Optional.ofNullable(failures.poll());
    }
}
