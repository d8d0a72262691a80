package steward.postgres;

import java.time.Duration;

/**
 * How long a session waits.
 *
 * @param statement for one statement, and idle in a transaction; zero: without end
 * @param lock for a lock
 * @param socket for anything from a server that has fallen silent; the server's own limits have to strike first
 */
public record Timeouts(Duration statement, Duration lock, Duration socket) {
    /** For the steps of a function, which ends after five minutes. */
    public static final Timeouts OF_FUNCTIONS =
            new Timeouts(Duration.ofMinutes(4), Duration.ofSeconds(10), Duration.ofSeconds(260));
}
