package steward.local.postgres;

/** A local Postgres server could not be prepared, started, stopped or copied. The message says what was being done. */
public final class ServerFailed extends RuntimeException {
    public ServerFailed(String message) {
        super(message);
    }

    public ServerFailed(String message, Throwable cause) {
        super(message + ": " + cause.getMessage(), cause);
    }
}
