package steward.local.asl;

import com.fasterxml.jackson.databind.JsonNode;

/** Does the work of Task states: the only way from a state machine to the outside. */
@FunctionalInterface
public interface TaskRunner {

    /**
     * Runs one attempt of a Task state. May block. The thread is interrupted when the execution is stopped or the
     * attempt has timed out; what it returns after that is ignored.
     *
     * @throws TaskFailed with the error name that Retry and Catch match
     */
    JsonNode run(TaskCall call) throws TaskFailed, InterruptedException;
}
