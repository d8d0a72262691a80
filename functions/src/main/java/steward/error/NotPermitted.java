package steward.error;

import org.jspecify.annotations.Nullable;

/** Postgres or AWS refuses it to the user who asked. A retry cannot help. */
public final class NotPermitted extends StewardException {
    public NotPermitted(String message) {
        this(message, null);
    }

    public NotPermitted(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
