package steward.task;

import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * How a job ended, as the workflow reads it: a task itself can only say whether it failed.
 *
 * @param output the job's output, if it succeeded
 * @param error the error's name, as of a function: the class of the exception
 * @param cause its message
 */
record Outcome(
        @Nullable Record output,
        @Nullable String error,
        @Nullable String cause) {
    static Outcome of(Throwable failure) {
        return new Outcome(null, failure.getClass().getName(), message(failure));
    }

    /** Why something could not be read or written is only in the cause: whether a disk is full, or a connection broken. */
    private static String message(Throwable failure) {
        return failure instanceof UncheckedIOException e && e.getCause() != null
                ? "%s: %s".formatted(e.getMessage(), e.getCause().getMessage())
                : String.valueOf(failure.getMessage());
    }
}
