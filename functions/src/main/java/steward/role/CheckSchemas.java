package steward.role;

import java.util.List;
import java.util.Optional;
import steward.Access;
import steward.Instance;
import steward.error.NotPermitted;
import steward.error.ObjectMissing;
import steward.postgres.Session;

/** Checks, logged in as the owner and before anything is granted, that the schemas are there and can be opened. */
public final class CheckSchemas {
    private CheckSchemas() {}

    /** Which schemas of whose database are to be read; none mean all. */
    public record Input(
            Instance instance, String project, String database, String owner, String user, List<String> schemas) {}

    /** What was checked. */
    public record Output(List<String> schemas) {}

    /** Runs the step. */
    public static Output run(Input input, Access access) {
        Reader reader = new Reader(input.instance(), input.project(), input.database(), input.owner(), input.user());
        String doing = "checking the schemas of database \"%s\"".formatted(input.database());
        return reader.asOwner(access, doing, session -> {
            require(session, input.user(), input.schemas());
            return new Output(input.schemas());
        });
    }

    /**
     * Refuses schemas that the session's user cannot open to the reader: those that are named, and where none are, those
     * in which it has something to read.
     *
     * @throws ObjectMissing if one does not exist
     * @throws NotPermitted if one is the system's or belongs to somebody else and is closed
     */
    static void require(Session session, String reader, List<String> schemas) {
        if (schemas.isEmpty()) {
            requireOwn(session, reader);
        }
        for (String schema : schemas) {
            Optional<Boolean> open = session.first("""
                    SELECT n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
                           AND (has_schema_privilege(n.oid, 'USAGE WITH GRANT OPTION')
                                OR EXISTS (SELECT FROM aclexplode(n.nspacl) a
                                            WHERE a.privilege_type = 'USAGE'
                                              AND (a.grantee = 0 OR pg_get_userbyid(a.grantee) = ?)))
                      FROM pg_namespace n
                     WHERE n.nspname = ?
                    """, row -> row.getBoolean(1), reader, schema);
            if (!open.orElseThrow(() -> new ObjectMissing("schema \"%s\": does not exist".formatted(schema)))) {
                throw new NotPermitted(
                        "schema \"%s\": the database's owner cannot let anybody into it".formatted(schema));
            }
        }
    }

    /** Where the owner itself may not go, it reads nothing that a reader would miss. */
    private static void requireOwn(Session session, String reader) {
        List<String> closed = session.query("""
                SELECT format('%I of %I', n.nspname, pg_get_userbyid(n.nspowner))
                  FROM pg_namespace n
                 WHERE n.nspname !~ '^(pg|steward_proof)_'
                   AND n.nspname <> 'information_schema'
                   AND has_schema_privilege(n.oid, 'USAGE')
                   AND NOT has_schema_privilege(n.oid, 'USAGE WITH GRANT OPTION')
                   AND NOT EXISTS (
                         SELECT FROM aclexplode(n.nspacl) a
                          WHERE a.privilege_type = 'USAGE'
                            AND (a.grantee = 0 OR pg_get_userbyid(a.grantee) = ?))
                   AND EXISTS (
                         SELECT FROM pg_class c
                          WHERE c.relnamespace = n.oid
                            AND pg_get_userbyid(c.relowner) = current_user
                            AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S'))
                 ORDER BY 1
                """, row -> row.getString(1), reader);
        if (!closed.isEmpty()) {
            throw new NotPermitted("schemas in which the database's owner has tables, and cannot let anybody in: %s;"
                            .formatted(String.join(", ", closed))
                    + " let their owners grant it USAGE WITH GRANT OPTION, or name the other schemas");
        }
    }
}
