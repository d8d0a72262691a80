package steward.role;

import steward.Access;
import steward.Instance;
import steward.postgres.OpenSessions;
import steward.postgres.Session;

/**
 * Ends the sessions that a user has left in a database which no longer lets it in. A pool would stay connected for days,
 * and reach what everybody may read and what functions tell that run with their owner's rights.
 */
public final class EndSessions {
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
        return new Output(OpenSessions.end(
                session,
                "user \"%s\" in database \"%s\"".formatted(reader.user(), reader.database()),
                "usesysid = (SELECT oid FROM pg_roles WHERE rolname = ?) AND datname = ?",
                reader.user(),
                reader.database()));
    }

    /** By itself, by a role that it is a member of, or as everybody may. */
    private static boolean mayConnect(Session session, Reader reader) {
        return session.isTrue("""
                SELECT has_database_privilege(r.oid, d.oid, 'CONNECT')
                  FROM pg_roles r, pg_database d
                 WHERE r.rolname = ? AND d.datname = ?
                """, reader.user(), reader.database());
    }
}
