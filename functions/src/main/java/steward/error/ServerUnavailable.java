package steward.error;

import org.jspecify.annotations.Nullable;

/**
 * The server cannot be reached or takes no connection now, be it that the master's password is just being rotated. A retry
 * with backoff may help.
 */
public final class ServerUnavailable extends StewardException {
    public ServerUnavailable(String message) {
        this(message, null);
    }

    public ServerUnavailable(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
