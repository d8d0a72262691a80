package steward.postgres;

import java.sql.SQLException;
import java.util.List;

/** A failure that nobody planned for: no workflow catches it, so that it is seen. */
public final class UnexpectedSqlError extends RuntimeException {
    private final String state;

    UnexpectedSqlError(String message, SQLException cause) {
        super(message, cause);
        this.state = String.valueOf(cause.getSQLState());
    }

    /** Whether the server said one of these SQLSTATEs. */
    public boolean hasState(String... states) {
        return List.of(states).contains(state);
    }
}
