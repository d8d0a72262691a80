package steward.role;

import java.sql.SQLException;
import java.util.List;
import java.util.stream.Stream;
import steward.error.ObjectMissing;
import steward.postgres.Session;
import steward.postgres.UnexpectedSqlError;

/**
 * A statement on something that a look into the catalogue has found.
 *
 * @param sql with {@code %I} for each name
 * @param names what the first {@code %I} stand for
 */
record NamedStatement(String sql, List<String> names) {
    /**
     * Executes it, unless the table or schema is gone by now: applications drop tables at any moment.
     *
     * @param more what the remaining {@code %I} stand for
     * @return whether the object was still there
     */
    boolean execute(Session session, String... more) {
        try {
            session.execute(sql, Stream.concat(names.stream(), Stream.of(more)).toArray(String[]::new));
            return true;
        } catch (UnexpectedSqlError e) {
            return isGone(e, e.hasState("42P01"));
        } catch (ObjectMissing e) {
            return isGone(e, e.getCause() instanceof SQLException cause && "3F000".equals(cause.getSQLState()));
        }
    }

    private static boolean isGone(RuntimeException failure, boolean gone) {
        if (!gone) {
            throw failure;
        }
        return false;
    }
}
