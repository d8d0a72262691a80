package steward.extension;

import java.util.List;
import java.util.stream.Stream;
import steward.database.Ownership;
import steward.postgres.Session;

/**
 * Hands to a database's owner what it has to own of the extensions that the master installed: PostGIS's
 * spatial_ref_sys, to which projects add, and the schemas tiger, tiger_data and topology with their tables
 * (<a href="https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Appendix.PostgreSQL.CommonDBATasks.PostGIS.html">AWS</a>).
 */
public final class HandOver {
    private HandOver() {}

    private record Statement(String sql, List<String> names) {}

    /**
     * Hands it over, in a session in the database that {@code owner} owns already.
     *
     * @param isNew whether nobody else has worked in the database yet: schemas of extensions were made with it then
     * @return whether there was anything to hand over
     */
    public static boolean toOwner(Session session, String owner, boolean isNew) {
        if (!isNew && !hasPostgis(session)) {
            return false;
        }
        List<Statement> statements = session.query(
                """
                WITH masters AS (
                    -- On RDS what an extension's script makes is the bootstrap superuser's, rdsadmin's.
                    SELECT oid FROM pg_roles WHERE rolname = current_user OR oid = 10),
                postgis AS (
                    SELECT d.classid, d.objid
                      FROM pg_depend d
                      JOIN pg_extension e ON e.oid = d.refobjid
                     WHERE d.refclassid = 'pg_extension'::regclass
                       AND d.deptype = 'e'
                       AND e.extname IN ('postgis', 'postgis_tiger_geocoder', 'postgis_topology')
                       AND e.extowner IN (SELECT oid FROM masters))
                SELECT 1 AS step, 'ALTER SCHEMA %I OWNER TO %I' AS sql, ARRAY[n.nspname::text] AS names
                  FROM pg_namespace n
                 -- They are no members of their extensions, so that dumps have them. A tenant's are not the master's.
                 WHERE n.nspname IN ('tiger', 'tiger_data', 'topology')
                   AND n.nspowner IN (SELECT oid FROM masters)
                   AND EXISTS (SELECT FROM postgis)
                UNION ALL
                SELECT 1, 'ALTER SCHEMA %I OWNER TO %I', ARRAY[n.nspname::text]
                  FROM pg_namespace n
                 WHERE ?
                   AND pg_get_userbyid(n.nspowner) = current_user
                   AND n.nspname NOT IN ('public', 'tiger', 'tiger_data', 'topology')
                   AND EXISTS (SELECT FROM pg_extension e WHERE e.extnamespace = n.oid)
                   AND NOT EXISTS (
                         SELECT FROM pg_depend d
                          WHERE d.classid = 'pg_namespace'::regclass AND d.objid = n.oid AND d.deptype = 'e')
                UNION ALL
                SELECT 2,
                       CASE c.relkind
                         WHEN 'v' THEN 'ALTER VIEW %I.%I OWNER TO %I'
                         WHEN 'S' THEN 'ALTER SEQUENCE %I.%I OWNER TO %I'
                         ELSE 'ALTER TABLE %I.%I OWNER TO %I'
                       END,
                       ARRAY[n.nspname::text, c.relname::text]
                  FROM pg_class c
                  JOIN pg_namespace n ON n.oid = c.relnamespace
                  JOIN postgis p ON p.classid = 'pg_class'::regclass AND p.objid = c.oid
                 WHERE (c.relname = 'spatial_ref_sys' OR n.nspname IN ('tiger', 'tiger_data', 'topology'))
                   AND c.relkind IN ('r', 'p', 'v', 'S')
                   AND c.relowner IN (SELECT oid FROM masters)
                   -- A sequence of a serial column follows its table and cannot be moved by itself.
                   AND NOT EXISTS (
                         SELECT FROM pg_depend s
                          WHERE s.classid = 'pg_class'::regclass AND s.objid = c.oid AND s.deptype IN ('a', 'i')
                            AND s.refclassid = 'pg_class'::regclass AND c.relkind = 'S')
                 ORDER BY 1, 3
                """,
                row -> new Statement(
                        row.getString(2), List.of((String[]) row.getArray(3).getArray())),
                isNew);
        if (statements.isEmpty()) {
            return false;
        }
        session.inTransaction(() -> Ownership.borrowing(
                session,
                owner,
                () -> statements.forEach(statement -> {
                    String[] names = Stream.concat(statement.names().stream(), Stream.of(owner))
                            .toArray(String[]::new);
                    session.execute(statement.sql(), names);
                })));
        return true;
    }

    /** Without it there is nothing to hand over in a database that is not new, and planning the question takes longest. */
    private static boolean hasPostgis(Session session) {
        return session.isTrue("SELECT EXISTS (SELECT FROM pg_extension WHERE extname LIKE 'postgis%')");
    }
}
