package steward.local.asl;

import org.jspecify.annotations.Nullable;

/** A state reports an error; Retry and Catch have their say about it. */
final class StateFailed extends Exception {

    private final @Nullable String error;
    private final @Nullable String cause;

    StateFailed(@Nullable String error, @Nullable String cause) {
        super(error + ": " + cause, null, false, false);
        this.error = error;
        this.cause = cause;
    }

    @Nullable
    String error() {
        return error;
    }

    @Nullable
    String cause() {
        return cause;
    }
}
