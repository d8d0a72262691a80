package steward.database;

import java.util.List;
import steward.Access;
import steward.Instance;
import steward.extension.Installed;
import steward.postgres.Session;

/** Looks at a database of a snapshot, logged in as its owner: what a copy of it needs, and what the snapshot lacks. */
public final class InspectDatabase {
    private static final int MOST_NOTES = 50;

    private InspectDatabase() {}

    /** Where; the secret is the owner's, name or ARN. */
    public record Input(Instance instance, String database, String secret) {}

    /**
     * What was found.
     *
     * @param extensions all but plpgsql, which every database has
     * @param notes what is not as it was in the source's database
     */
    public record Output(List<Installed> extensions, List<String> notes) {}

    /** Runs the step. */
    public static Output run(Input input, Access access) {
        String doing = "looking at database \"%s\"".formatted(input.database());
        return access.asUser(
                input.instance(),
                input.secret(),
                input.database(),
                doing,
                session -> new Output(
                        Installed.all(session).stream()
                                .filter(extension -> !extension.name().equals("plpgsql"))
                                .toList(),
                        unlogged(session)));
    }

    /**
     * A server empties unlogged tables when it starts after a crash, and to the server a snapshot looks like one
     * (<a href="https://www.postgresql.org/docs/current/sql-createtable.html#SQL-CREATETABLE-UNLOGGED">CREATE TABLE</a>).
     */
    private static List<String> unlogged(Session session) {
        return session.query("""
                SELECT format('%I.%I is unlogged: no snapshot has its content', n.nspname, c.relname)
                  FROM pg_class c
                  JOIN pg_namespace n ON n.oid = c.relnamespace
                 WHERE c.relpersistence = 'u' AND c.relkind IN ('r', 'S')
                 ORDER BY 1
                 LIMIT ?
                """, row -> row.getString(1), MOST_NOTES);
    }
}
