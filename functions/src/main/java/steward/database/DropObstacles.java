package steward.database;

import java.util.List;
import java.util.stream.Stream;
import steward.error.DependentObjects;
import steward.error.NotPermitted;
import steward.error.ObjectBusy;
import steward.postgres.Session;

/**
 * What makes Postgres refuse to drop a database, FORCE or not
 * (<a href="https://www.postgresql.org/docs/current/sql-dropdatabase.html">DROP DATABASE</a>).
 */
final class DropObstacles {
    private DropObstacles() {}

    /**
     * Refuses a database that could not be dropped now.
     *
     * @throws NotPermitted if it is a template
     * @throws DependentObjects naming prepared transactions, subscriptions and active logical replication slots
     * @throws ObjectBusy while a superuser is connected to it, whom only a superuser can disconnect
     */
    static void refuse(Session session, Database database) {
        String name = database.name();
        if (session.isTrue("SELECT datistemplate FROM pg_database WHERE datname = ?", name)) {
            throw new NotPermitted("database \"%s\": is a template, and templates are not dropped".formatted(name));
        }
        List<String> dependents = dependents(session, name);
        if (!dependents.isEmpty()) {
            throw new DependentObjects("database \"%s\": nothing was changed, because it has %s"
                    .formatted(name, String.join(", ", dependents)));
        }
        if (superuserIsConnected(session, name)) {
            throw new ObjectBusy("database \"%s\": a superuser is connected to it, whose session the master may not end"
                    .formatted(name));
        }
    }

    private static List<String> dependents(Session session, String name) {
        return Stream.of(
                        session.query("""
                                SELECT format('the prepared transaction %L of %I', gid, owner)
                                  FROM pg_prepared_xacts
                                 WHERE database = ?
                                 ORDER BY gid
                                """, row -> row.getString(1), name),
                        session.query("""
                                SELECT format('the subscription %I', s.subname)
                                  FROM pg_subscription s
                                  JOIN pg_database d ON d.oid = s.subdbid
                                 WHERE d.datname = ?
                                 ORDER BY s.subname
                                """, row -> row.getString(1), name),
                        session.query("""
                                SELECT format('the active logical replication slot %I', slot_name)
                                  FROM pg_replication_slots
                                 WHERE database = ?
                                   AND slot_type = 'logical'
                                   AND active
                                 ORDER BY slot_name
                                """, row -> row.getString(1), name))
                .flatMap(List::stream)
                .toList();
    }

    private static boolean superuserIsConnected(Session session, String name) {
        return session.isTrue("""
                SELECT EXISTS (
                    SELECT FROM pg_stat_activity a
                      JOIN pg_roles r ON r.oid = a.usesysid
                     WHERE a.datname = ?
                       AND r.rolsuper)
                """, name);
    }
}
