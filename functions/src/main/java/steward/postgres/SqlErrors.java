package steward.postgres;

import java.sql.SQLException;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;
import steward.error.DependentObjects;
import steward.error.NotPermitted;
import steward.error.ObjectBusy;
import steward.error.ObjectExists;
import steward.error.ObjectMissing;
import steward.error.ServerUnavailable;

/**
 * The SQLSTATEs that we expect, by what a workflow does about them
 * (<a href="https://www.postgresql.org/docs/current/errcodes-appendix.html">PostgreSQL Error Codes</a>). Everything else
 * is a bug and stays what it is.
 */
public final class SqlErrors {
    /** What the server says, as an internal error, when another session changes or drops the same role or database. */
    private static final Pattern RACES = Pattern.compile(
            "tuple concurrently (updated|deleted)|could not find tuple for role|cache lookup failed for");

    /** Another session is dropping the database, or has been interrupted in it. */
    private static final String BEING_DROPPED = "invalid database";

    private SqlErrors() {}

    /** The named error for a failure while doing something, or an {@link UnexpectedSqlError}. */
    public static RuntimeException translate(String doing, SQLException failure) {
        String message = doing + ": " + describe(failure);
        String state = Optional.ofNullable(failure.getSQLState()).orElse("");
        return switch (state) {
            case "57P01", "57P02", "57P03", "57P05", "25P03", "53200", "53300" ->
                new ServerUnavailable(message, failure);
            case "55006", "55P03", "40001", "40P01" -> new ObjectBusy(message, failure);
            // Two sessions that change one catalogue row: before 15 the unique index notices, later the row itself.
            case "23505" -> new ObjectBusy(message, failure);
            case "42704", "3D000", "3F000" -> new ObjectMissing(message, failure);
            case "42710", "42723", "42P04", "42P06", "42P07" -> new ObjectExists(message, failure);
            case "2BP01" -> new DependentObjects(message, failure);
            case "42501", "28000", "28P01", "01006", "01007" -> new NotPermitted(message, failure);
            default -> byClass(state, message, failure);
        };
    }

    private static RuntimeException byClass(String state, String message, SQLException failure) {
        if (state.startsWith("08")) {
            return new ServerUnavailable(message, failure);
        }
        if (state.equals("XX000") && RACES.matcher(message).find()) {
            return new ObjectBusy(message, failure);
        }
        // DROP DATABASE and, before 15, CREATE DATABASE wait for a checkpoint of the whole instance, which goes on
        // after the statement's timeout: a later attempt finds it done. A statement that somebody cancels has the same
        // SQLSTATE.
        if (state.equals("57014") && message.contains("statement timeout")) {
            return new ObjectBusy(message, failure);
        }
        if (state.equals("55000") && message.contains(BEING_DROPPED)) {
            return new ObjectBusy(message, failure);
        }
        return new UnexpectedSqlError(message, failure);
    }

    /** Message, SQLSTATE, detail and hint. Never the statement: it may hold a verifier. */
    private static String describe(SQLException failure) {
        ServerErrorMessage server = failure instanceof PSQLException e ? e.getServerErrorMessage() : null;
        if (server == null) {
            return "%s (SQLSTATE %s)".formatted(failure.getMessage(), failure.getSQLState());
        }
        return "%s (SQLSTATE %s)%s%s"
                .formatted(
                        server.getMessage(),
                        server.getSQLState(),
                        part("detail", server.getDetail()),
                        part("hint", server.getHint()));
    }

    private static String part(String name, @Nullable String text) {
        return text == null || text.isEmpty() ? "" : "; " + name + ": " + text;
    }
}
