package steward.role;

import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import steward.Access;
import steward.Instance;
import steward.error.NotPermitted;
import steward.error.ObjectMissing;
import steward.error.ServerUnavailable;
import steward.error.StewardException;

/**
 * Proves, with the reader's own secret, that the database no longer lets it in. Access is taken back most urgently from
 * a reader whom somebody has locked already: where it cannot log in at all, the proof is what {@link EndSessions} has
 * found in the catalogue, and a note says so.
 */
public final class VerifyRevoked {
    /** NOLOGIN; another password than the secret's, or one that is no longer valid; no connection left, or none allowed. */
    private static final Set<String> CANNOT_LOG_IN = Set.of("28000", "28P01", "53300");

    private VerifyRevoked() {}

    /** Who should be kept out of whose database. */
    public record Input(Instance instance, String project, String database, String owner, String user) {}

    /**
     * What was proved.
     *
     * @param notes why no login proves it, if none does
     */
    public record Output(String user, String database, List<String> notes) {}

    /** Runs the step. */
    public static Output run(Input input, Access access) {
        Reader reader = new Reader(input.instance(), input.project(), input.database(), input.owner(), input.user());
        Optional<StewardException> obstacle = obstacleToLogin(reader, access);
        Checks notes = new Checks();
        obstacle.ifPresent(
                failure -> notes.report("not proved by a login, only by the catalogue", List.of(failure.getMessage())));
        return new Output(input.user(), input.database(), notes.lines());
    }

    /** Empty if the login was tried and the database refused it. */
    private static Optional<StewardException> obstacleToLogin(Reader reader, Access access) {
        try {
            if (reader.canConnect(access, reader.database())) {
                throw reader.stillConnects();
            }
            return Optional.empty();
        } catch (NotPermitted | ServerUnavailable e) {
            return obstacle(
                    e, e.getCause() instanceof SQLException cause && CANNOT_LOG_IN.contains(cause.getSQLState()));
        } catch (ObjectMissing e) {
            // The server's own word for a database that is gone counts as refused; this is the secret.
            return obstacle(e, !(e.getCause() instanceof SQLException));
        }
    }

    private static Optional<StewardException> obstacle(StewardException failure, boolean expected) {
        if (!expected) {
            throw failure;
        }
        return Optional.of(failure);
    }
}
