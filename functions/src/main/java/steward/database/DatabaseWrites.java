package steward.database;

import org.jspecify.annotations.Nullable;
import steward.Access;
import steward.Instance;
import steward.postgres.Session;

/**
 * What was written to a database until a moment, as the server's statistics have it: the same twice means that nothing
 * was written between
 * (<a href="https://www.postgresql.org/docs/current/monitoring-stats.html">The Cumulative Statistics System</a>). What was
 * rolled back counts, too. Vacuum and analyze do not count; after a crash of the server, or a failover, the statistics
 * begin anew, which looks like a write.
 */
final class DatabaseWrites {
    private DatabaseWrites() {}

    /**
     * Looks from inside the database: elsewhere there are only sums in which the server's own upkeep is.
     *
     * @return nothing if the database takes no connection of the master's, or the server counts nothing
     */
    static @Nullable String of(Access access, Instance instance, Session session, Database database, String doing) {
        boolean mayLook = database.allowsConnections()
                && session.isTrue("SELECT has_database_privilege(?, 'CONNECT')", database.name());
        return mayLook ? access.asMaster(instance, database.name(), doing, DatabaseWrites::count) : null;
    }

    /** The same from a session in the database. */
    static @Nullable String count(Session inside) {
        if (!inside.isTrue("SELECT current_setting('track_counts')::boolean")) {
            return null;
        }
        // Before 15, sessions that end tell a process of their own, which writes it down twice a second.
        inside.query(
                "SELECT pg_sleep(CASE WHEN current_setting('server_version_num')::int < 150000 THEN 0.6 ELSE 0 END)",
                row -> true);
        return inside.first("""
                        SELECT format('%s %s %s',
                                   (SELECT coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0)
                                      FROM pg_stat_all_tables
                                     WHERE schemaname !~ '^pg_'
                                        OR schemaname = 'pg_catalog'
                                       AND relname IN ('pg_largeobject', 'pg_largeobject_metadata', 'pg_proc', 'pg_trigger',
                                                       'pg_policy')),
                                   count(*),
                                   -- TRUNCATE is no write to these statistics, but gives the table another file.
                                   encode(sha256(convert_to(coalesce(string_agg(
                                       concat_ws(' ', oid, relnatts, CASE WHEN relkind IN ('r', 'm') THEN relfilenode END),
                                       ',' ORDER BY oid), ''), 'UTF8')), 'hex'))
                          FROM pg_class
                         WHERE relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
                           AND relpersistence <> 't'
                           AND relnamespace NOT IN ('pg_catalog'::regnamespace, 'pg_toast'::regnamespace)
                        """, row -> row.getString(1)).orElseThrow();
    }
}
