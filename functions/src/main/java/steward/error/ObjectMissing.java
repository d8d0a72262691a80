package steward.error;

import org.jspecify.annotations.Nullable;

/** A role, database, schema, instance or secret does not exist. */
public final class ObjectMissing extends StewardException {
    public ObjectMissing(String message) {
        this(message, null);
    }

    public ObjectMissing(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
