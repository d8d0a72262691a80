package steward.role;

import java.util.List;
import steward.Access;
import steward.Instance;
import steward.postgres.Session;

/**
 * Lets a user read what a database's owner has and will have: logged in as that owner, since only its own default
 * privileges cover what it makes later. Only what is missing is granted; CONNECT comes last, so that a run that is cut
 * off has let nobody in.
 */
public final class GrantReadOnly {
    private GrantReadOnly() {}

    /** Who is to read which schemas of whose database; no schemas mean all, and those made later. */
    public record Input(
            Instance instance, String project, String database, String owner, String user, List<String> schemas) {}

    /**
     * What was done.
     *
     * @param granted how many grants were missing
     */
    public record Output(int granted) {}

    /** Runs the step. */
    public static Output run(Input input, Access access) {
        Reader reader = new Reader(input.instance(), input.project(), input.database(), input.owner(), input.user());
        String doing = "letting \"%s\" read database \"%s\"".formatted(input.user(), input.database());
        return reader.asOwner(access, doing, session -> grant(input, session));
    }

    private static Output grant(Input input, Session session) {
        Reader.requireRole(session, input.user(), input.project());
        CheckSchemas.require(session, input.user(), input.schemas());
        long granted = missing(input, session).stream()
                .filter(grant -> grant.execute(session, input.user()))
                .count();
        return new Output((int) granted);
    }

    /**
     * From the catalogue, table by table: GRANT ON ALL TABLES fails at the first one of another role
     * (<a href="https://www.postgresql.org/docs/current/sql-alterdefaultprivileges.html">ALTER DEFAULT PRIVILEGES</a>).
     */
    private static List<NamedStatement> missing(Input input, Session session) {
        return session.query(
                """
                WITH reader AS (
                    SELECT oid FROM pg_roles WHERE rolname = ?),
                named AS (
                    SELECT ?::text[] AS schemas),
                owner AS (
                    SELECT oid FROM pg_roles WHERE rolname = current_user),
                schema AS (
                    SELECT n.*
                      FROM pg_namespace n, named
                     WHERE n.nspname !~ '^(pg|steward_proof)_'
                       AND n.nspname <> 'information_schema'
                       AND (named.schemas = '{}' OR n.nspname = ANY (named.schemas))),
                later AS (
                    SELECT 0::oid AS schema, kind, sql, '{}'::text[] AS names
                      FROM named, (VALUES
                             ('r', 'ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO %I'),
                             ('S', 'ALTER DEFAULT PRIVILEGES GRANT SELECT ON SEQUENCES TO %I'),
                             ('n', 'ALTER DEFAULT PRIVILEGES GRANT USAGE ON SCHEMAS TO %I')) AS all_schemas (kind, sql)
                     WHERE named.schemas = '{}'
                    UNION ALL
                    SELECT s.oid, kind, sql, ARRAY[s.nspname::text]
                      FROM named, schema s, (VALUES
                             ('r', 'ALTER DEFAULT PRIVILEGES IN SCHEMA %I GRANT SELECT ON TABLES TO %I'),
                             ('S', 'ALTER DEFAULT PRIVILEGES IN SCHEMA %I GRANT SELECT ON SEQUENCES TO %I'))
                             AS one_schema (kind, sql)
                     WHERE named.schemas <> '{}')
                -- Later tables before existing ones: none is made unseen in between.
                SELECT 1 AS step, l.sql, l.names
                  FROM later l
                 WHERE NOT EXISTS (
                         SELECT FROM reader, owner, pg_default_acl p, aclexplode(p.defaclacl) a
                          WHERE p.defaclrole = owner.oid
                            AND p.defaclnamespace = l.schema
                            AND p.defaclobjtype::text = l.kind
                            AND a.grantee = reader.oid
                            AND a.privilege_type = CASE l.kind WHEN 'n' THEN 'USAGE' ELSE 'SELECT' END)
                UNION ALL
                SELECT 2, 'GRANT USAGE ON SCHEMA %I TO %I', ARRAY[s.nspname::text]
                  FROM schema s
                 WHERE has_schema_privilege(s.oid, 'USAGE WITH GRANT OPTION')
                   AND NOT EXISTS (
                         SELECT FROM reader, aclexplode(s.nspacl) a
                          WHERE a.grantee = reader.oid AND a.privilege_type = 'USAGE')
                UNION ALL
                SELECT 3,
                       CASE c.relkind WHEN 'S' THEN 'GRANT SELECT ON SEQUENCE %I.%I TO %I'
                                      ELSE 'GRANT SELECT ON TABLE %I.%I TO %I' END,
                       ARRAY[s.nspname::text, c.relname::text]
                  FROM pg_class c
                  JOIN schema s ON s.oid = c.relnamespace
                  JOIN owner ON owner.oid = c.relowner
                 WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
                   AND c.relname !~ '^steward_proof_'
                   -- Where the owner may not go, not even its own tables can be named.
                   AND has_schema_privilege(s.oid, 'USAGE')
                   AND NOT EXISTS (
                         SELECT FROM reader, aclexplode(c.relacl) a
                          WHERE a.grantee = reader.oid
                            AND a.grantor = owner.oid
                            AND a.privilege_type = 'SELECT')
                UNION ALL
                SELECT 4, 'GRANT CONNECT ON DATABASE %I TO %I', ARRAY[d.datname::text]
                  FROM pg_database d
                 WHERE d.datname = current_database()
                   AND NOT EXISTS (
                         SELECT FROM reader, aclexplode(d.datacl) a
                          WHERE a.grantee = reader.oid AND a.grantor = d.datdba AND a.privilege_type = 'CONNECT')
                 ORDER BY 1, 3
                """,
                row -> new NamedStatement(
                        row.getString(2), List.of((String[]) row.getArray(3).getArray())),
                input.user(),
                input.schemas().toArray(String[]::new));
    }
}
