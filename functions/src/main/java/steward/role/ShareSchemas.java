package steward.role;

import java.util.List;
import steward.Access;
import steward.Instance;
import steward.Names;
import steward.postgres.Session;

/**
 * Lets a database's owner open the master's schemas, where it is at home, to others. Databases made from template1 on 13
 * and 14, upgraded since or not, have a schema public of the master's: once PUBLIC is kept out of it, the owner can give
 * nobody the USAGE that it has itself. The grant goes to the owner, with grant option, so that letting readers in and out
 * stays the owner's alone.
 *
 * <p>Runs no code of a tenant's: names are looked up in the catalogue only, and event triggers are superusers' to make.
 */
public final class ShareSchemas {
    private ShareSchemas() {}

    /** Which schemas of whose database; none mean all. */
    public record Input(Instance instance, String database, String owner, List<String> schemas) {}

    /**
     * What was done.
     *
     * @param shared the schemas that the owner could not open until now
     */
    public record Output(List<String> shared) {}

    /** Runs the step. */
    public static Output run(Input input, Access access) {
        Names.requireExisting("database", input.database());
        Names.requireExisting("owner", input.owner());
        String doing = "letting \"%s\" open the master's schemas in database \"%s\""
                .formatted(input.owner(), input.database());
        boolean reachable = access.asMaster(
                input.instance(),
                Access.MAINTENANCE_DATABASE,
                doing,
                session -> session.isTrue(
                        "SELECT has_database_privilege(oid, 'CONNECT') FROM pg_database WHERE datname = ?",
                        input.database()));
        if (!reachable) {
            // Its owner has shut the master out. Whether anything is closed to readers, the next step asks as the
            // owner.
            return new Output(List.of());
        }
        return access.asMaster(input.instance(), input.database(), doing, session -> share(input, session));
    }

    private static Output share(Input input, Session session) {
        return new Output(closed(input, session).stream()
                .filter(schema -> new NamedStatement(
                                "GRANT USAGE ON SCHEMA %I TO %I WITH GRANT OPTION", List.of(schema))
                        .execute(session, input.owner()))
                .toList());
    }

    private static List<String> closed(Input input, Session session) {
        return session.query(
                """
                SELECT n.nspname
                  FROM pg_namespace n
                  JOIN pg_roles m ON m.oid = n.nspowner AND m.rolname = current_user
                  JOIN pg_roles o ON o.rolname = ?
                  JOIN pg_database d ON d.datname = current_database() AND d.datdba = o.oid
                 CROSS JOIN (SELECT ?::text[] AS names) AS schemas
                 WHERE n.nspname !~ '^pg_'
                   AND n.nspname <> 'information_schema'
                   AND (schemas.names = '{}' OR n.nspname = ANY (schemas.names))
                   AND has_schema_privilege(o.oid, n.oid, 'USAGE')
                   AND NOT has_schema_privilege(o.oid, n.oid, 'USAGE WITH GRANT OPTION')
                   AND NOT EXISTS (
                         SELECT FROM aclexplode(n.nspacl) a
                          WHERE a.grantee = 0 AND a.privilege_type = 'USAGE')
                 ORDER BY n.nspname
                """, row -> row.getString(1), input.owner(), input.schemas().toArray(String[]::new));
    }
}
