package steward.error;

import org.jspecify.annotations.Nullable;

/** Somebody else is at work on the same object. A retry with backoff may help. */
public final class ObjectBusy extends StewardException {
    public ObjectBusy(String message) {
        this(message, null);
    }

    public ObjectBusy(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
