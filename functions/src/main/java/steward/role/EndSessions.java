package steward.role;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import steward.Access;
import steward.Instance;
import steward.error.ObjectBusy;
import steward.postgres.Session;

/**
 * Ends the sessions that a user has left in a database which no longer lets it in. A pool would stay connected for days,
 * and reach what everybody may read and what functions tell that run with their owner's rights.
 */
public final class EndSessions {
    /** A session that does not end within ten seconds is left to a retry. */
    private static final int MOST_LOOKS = 200;

    private EndSessions() {}

    /** Whose sessions in whose database. */
    public record Input(Instance instance, String project, String database, String owner, String user) {}

    /**
     * What was done.
     *
     * @param ended how many sessions there were
     */
    public record Output(int ended) {}

    /** Runs the step. */
    public static Output run(Input input, Access access) {
        Reader reader = new Reader(input.instance(), input.project(), input.database(), input.owner(), input.user());
        String doing = "ending the sessions of \"%s\" in database \"%s\"".formatted(input.user(), input.database());
        return access.asMaster(input.instance(), Access.MAINTENANCE_DATABASE, doing, session -> end(reader, session));
    }

    private static Output end(Reader reader, Session session) {
        Reader.requireRole(session, reader.user(), reader.project());
        if (mayConnect(session, reader)) {
            throw reader.stillConnects();
        }
        // Before 14 pg_terminate_backend cannot wait.
        Set<Integer> ended = new HashSet<>();
        for (int look = 0; look < MOST_LOOKS; look++) {
            List<Integer> found = terminate(session, reader);
            if (found.isEmpty()) {
                return new Output(ended.size());
            }
            ended.addAll(found);
            session.query("SELECT pg_sleep(0.05)", row -> true);
        }
        throw new ObjectBusy("user \"%s\": a session of it in database \"%s\" does not end"
                .formatted(reader.user(), reader.database()));
    }

    /** By itself, by a role that it is a member of, or as everybody may. */
    private static boolean mayConnect(Session session, Reader reader) {
        return session.isTrue("""
                SELECT has_database_privilege(r.oid, d.oid, 'CONNECT')
                  FROM pg_roles r, pg_database d
                 WHERE r.rolname = ? AND d.datname = ?
                """, reader.user(), reader.database());
    }

    private static List<Integer> terminate(Session session, Reader reader) {
        return session.query("""
                SELECT pid, pg_terminate_backend(pid)
                  FROM pg_stat_activity
                 WHERE usesysid = (SELECT oid FROM pg_roles WHERE rolname = ?) AND datname = ?
                """, row -> row.getInt(1), reader.user(), reader.database());
    }
}
