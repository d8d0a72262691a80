package steward.error;

import org.jspecify.annotations.Nullable;

/** The check after a step found something other than what the step should have left. */
public final class VerificationFailed extends StewardException {
    public VerificationFailed(String message) {
        this(message, null);
    }

    public VerificationFailed(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
