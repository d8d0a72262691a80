package steward.error;

import org.jspecify.annotations.Nullable;

/**
 * What every named failure has in common. Step Functions sees the fully qualified class name of the subclass as the
 * error's name, so the subclasses are a public contract: one per answer that a workflow can give.
 */
public abstract sealed class StewardException extends RuntimeException
        permits DependentObjects,
                InvalidInput,
                NotOurs,
                NotPermitted,
                ObjectBusy,
                ObjectExists,
                ObjectMissing,
                ServerUnavailable,
                VerificationFailed {
    StewardException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
