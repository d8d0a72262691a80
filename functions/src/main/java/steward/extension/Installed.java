package steward.extension;

import java.util.List;
import steward.postgres.Session;

/** An extension of a database. */
public record Installed(String name, String version, String schema) {
    /**
     * All of the database that the session works in; what an extension requires comes before it. So whoever installs them in
     * this order never has the server install one along with another, in that one's schema and in its default version.
     */
    public static List<Installed> all(Session session) {
        return session.query("""
                WITH RECURSIVE required AS (
                    SELECT oid AS extension, 0 AS depth
                      FROM pg_extension
                     UNION
                    SELECT d.objid, r.depth + 1
                      FROM required r
                      JOIN pg_depend d ON d.refclassid = 'pg_extension'::regclass
                       AND d.refobjid = r.extension
                       AND d.classid = 'pg_extension'::regclass
                     WHERE r.depth < 100)
                SELECT e.extname, e.extversion, n.nspname
                  FROM pg_extension e
                  JOIN pg_namespace n ON n.oid = e.extnamespace
                 ORDER BY (SELECT max(depth) FROM required WHERE extension = e.oid), e.extname
                """, row -> new Installed(row.getString(1), row.getString(2), row.getString(3)));
    }
}
