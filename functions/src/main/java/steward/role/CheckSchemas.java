package steward.role;

import java.util.List;
import java.util.Optional;
import steward.Access;
import steward.Instance;
import steward.error.NotPermitted;
import steward.error.ObjectMissing;
import steward.postgres.Session;

/** Checks, logged in as the owner and before the first change, that the schemas are there and can be opened. */
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
            require(session, input.schemas());
            return new Output(input.schemas());
        });
    }

    /**
     * Refuses schemas that the session's user cannot open to others.
     *
     * @throws ObjectMissing if one does not exist
     * @throws NotPermitted if one is the system's or belongs to somebody else and is closed
     */
    static void require(Session session, List<String> schemas) {
        for (String schema : schemas) {
            Optional<Boolean> open = session.first("""
                    SELECT n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
                           AND (has_schema_privilege(n.oid, 'USAGE WITH GRANT OPTION')
                                OR EXISTS (SELECT FROM aclexplode(n.nspacl) a
                                            WHERE a.grantee = 0 AND a.privilege_type = 'USAGE'))
                      FROM pg_namespace n
                     WHERE n.nspname = ?
                    """, row -> row.getBoolean(1), schema);
            if (!open.orElseThrow(() -> new ObjectMissing("schema \"%s\": does not exist".formatted(schema)))) {
                throw new NotPermitted(
                        "schema \"%s\": the database's owner cannot let anybody into it".formatted(schema));
            }
        }
    }
}
