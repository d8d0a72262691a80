package steward.error;

import org.jspecify.annotations.Nullable;

/** The object lacks Steward's mark, or carries that of another project. Nothing was changed. */
public final class NotOurs extends StewardException {
    public NotOurs(String message) {
        this(message, null);
    }

    public NotOurs(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
