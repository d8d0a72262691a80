package steward.extension;

import java.util.List;
import steward.postgres.Session;

/** An extension of a database. */
public record Installed(String name, String version, String schema) {
    /** All of the database that the session works in. */
    public static List<Installed> all(Session session) {
        return session.query("""
                SELECT e.extname, e.extversion, n.nspname
                  FROM pg_extension e
                  JOIN pg_namespace n ON n.oid = e.extnamespace
                 ORDER BY e.extname
                """, row -> new Installed(row.getString(1), row.getString(2), row.getString(3)));
    }
}
