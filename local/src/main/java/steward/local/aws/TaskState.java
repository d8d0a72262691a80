package steward.local.aws;

import java.time.Instant;
import java.util.Optional;

/**
 * How far a task is.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-lifecycle-explanation.html">Task
 *     lifecycle</a>
 * @param containerReason why the container has no exit code
 */
record TaskState(
        String lastStatus,
        String desiredStatus,
        Optional<Instant> started,
        Optional<Instant> stopping,
        Optional<Instant> stopped,
        Optional<String> stopCode,
        Optional<String> stoppedReason,
        Optional<Integer> exitCode,
        Optional<String> containerReason) {

    private static final String OVER = "STOPPED";

    static final TaskState PROVISIONING = new TaskState(
            "PROVISIONING",
            "RUNNING",
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());

    boolean isOver() {
        return lastStatus.equals(OVER);
    }

    TaskState pending() {
        return with("PENDING", started, stopped);
    }

    TaskState running(Instant now) {
        return with("RUNNING", Optional.of(now), stopped);
    }

    TaskState over(Instant now) {
        return with(OVER, started, Optional.of(now));
    }

    /** The first reason stays. */
    TaskState stopping(Instant now, String code, String reason) {
        if (stopping.isPresent()) {
            return this;
        }
        return new TaskState(
                lastStatus,
                OVER,
                started,
                Optional.of(now),
                stopped,
                Optional.of(code),
                Optional.of(reason),
                exitCode,
                containerReason);
    }

    TaskState exited(int code) {
        return ended(Optional.of(code), containerReason);
    }

    TaskState failed(String reason) {
        return ended(exitCode, Optional.of(reason));
    }

    private TaskState ended(Optional<Integer> code, Optional<String> reason) {
        return new TaskState(
                lastStatus, desiredStatus, started, stopping, stopped, stopCode, stoppedReason, code, reason);
    }

    private TaskState with(String status, Optional<Instant> start, Optional<Instant> stop) {
        return new TaskState(
                status, desiredStatus, start, stopping, stop, stopCode, stoppedReason, exitCode, containerReason);
    }
}
