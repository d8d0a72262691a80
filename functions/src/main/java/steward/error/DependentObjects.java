package steward.error;

import org.jspecify.annotations.Nullable;

/** Other objects stand in the way; the message lists them. */
public final class DependentObjects extends StewardException {
    public DependentObjects(String message) {
        this(message, null);
    }

    public DependentObjects(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
