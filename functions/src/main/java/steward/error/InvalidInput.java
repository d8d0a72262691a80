package steward.error;

import org.jspecify.annotations.Nullable;

/** A name, field or combination of fields is wrong. Nothing was changed; a retry cannot help. */
public final class InvalidInput extends StewardException {
    public InvalidInput(String message) {
        this(message, null);
    }

    public InvalidInput(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
