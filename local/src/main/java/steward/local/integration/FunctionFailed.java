package steward.local.integration;

import steward.local.asl.TaskFailed;

/** Thrown by a handler that only passes on how a function failed elsewhere. */
public final class FunctionFailed extends RuntimeException {
    private final TaskFailed failure;

    public FunctionFailed(TaskFailed failure) {
        super(failure);
        this.failure = failure;
    }

    /** How the function failed. */
    TaskFailed failure() {
        return failure;
    }
}
