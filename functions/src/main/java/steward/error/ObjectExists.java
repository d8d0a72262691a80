package steward.error;

import org.jspecify.annotations.Nullable;

/** The object exists already and is not what was asked for. */
public final class ObjectExists extends StewardException {
    public ObjectExists(String message) {
        this(message, null);
    }

    public ObjectExists(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
