package steward.role;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import steward.postgres.Session;

/**
 * All that binds a role to the session's database, apart from what everybody has: what grant-read-only gives, and
 * everything else. Asks the catalogue only, so any user may ask.
 *
 * @param ours what grant-read-only gives, in the order in which to take it back: CONNECT first
 * @param others other privileges, ownership, policies, one description each
 */
public record ReadOnlyGrants(List<Grant> ours, List<String> others) {
    /**
     * One grant.
     *
     * @param what for people
     * @param revoke the statement that takes it back, as the database's owner; its last {@code %I} is the role
     * @param names what the other {@code %I} stand for
     */
    public record Grant(String what, String revoke, List<String> names) {}

    private record Row(String what, boolean ours, @Nullable String revoke, List<String> names) {}

    /** Looks them up. A role that does not exist has none. */
    public static ReadOnlyGrants of(Session session, String role) {
        List<Grant> ours = new ArrayList<>();
        List<String> others = new ArrayList<>();
        for (Row row : rows(session, role)) {
            if (row.ours() && row.revoke() != null) {
                ours.add(new Grant(row.what(), row.revoke(), row.names()));
                continue;
            }
            others.add(row.what());
        }
        return new ReadOnlyGrants(List.copyOf(ours), List.copyOf(others));
    }

    /** Whether nothing but read-only grants of ours binds the role to the database. */
    public boolean nothingElse() {
        return others.isEmpty();
    }

    /**
     * Access lists hold database, schemas, relations and default privileges; pg_shdepend tells of everything else
     * (<a href="https://www.postgresql.org/docs/current/catalog-pg-shdepend.html">pg_shdepend</a>).
     */
    private static List<Row> rows(Session session, String role) {
        return session.query(
                """
                WITH role AS (
                    SELECT oid FROM pg_roles WHERE rolname = ?),
                database AS (
                    SELECT * FROM pg_database WHERE datname = current_database()),
                item AS (
                    SELECT 1 AS step, format('database %I', d.datname) AS what,
                           a.grantor, a.grantee, a.privilege_type,
                           a.privilege_type = 'CONNECT' AND a.grantor = d.datdba AS ours,
                           'REVOKE CONNECT ON DATABASE %I FROM %I' AS revoke,
                           ARRAY[d.datname::text] AS names
                      FROM database d, aclexplode(d.datacl) a
                    UNION ALL
                    SELECT 2, format('what %I makes later', pg_get_userbyid(p.defaclrole))
                             || coalesce(' in schema ' || quote_ident(n.nspname), ''), a.grantor, a.grantee, a.privilege_type,
                           p.defaclrole = d.datdba
                             AND a.privilege_type = CASE WHEN p.defaclobjtype = 'n' THEN 'USAGE'
                                                         WHEN p.defaclobjtype IN ('r', 'S') THEN 'SELECT' END,
                           'ALTER DEFAULT PRIVILEGES ' || CASE WHEN n.oid IS NULL THEN '' ELSE 'IN SCHEMA %I ' END
                             || CASE p.defaclobjtype WHEN 'n' THEN 'REVOKE USAGE ON SCHEMAS FROM %I'
                                                     WHEN 'r' THEN 'REVOKE SELECT ON TABLES FROM %I'
                                                     WHEN 'S' THEN 'REVOKE SELECT ON SEQUENCES FROM %I' END,
                           array_remove(ARRAY[n.nspname::text], NULL)
                      FROM database d
                     CROSS JOIN pg_default_acl p
                      LEFT JOIN pg_namespace n ON n.oid = p.defaclnamespace
                     CROSS JOIN aclexplode(p.defaclacl) a
                    UNION ALL
                    SELECT 3, format('%I.%I', n.nspname, c.relname), a.grantor, a.grantee, a.privilege_type,
                           c.relowner = d.datdba AND a.grantor = d.datdba AND a.privilege_type = 'SELECT',
                           CASE c.relkind WHEN 'S' THEN 'REVOKE SELECT ON SEQUENCE %I.%I FROM %I'
                                          ELSE 'REVOKE SELECT ON TABLE %I.%I FROM %I' END,
                           ARRAY[n.nspname::text, c.relname::text]
                      FROM database d
                     CROSS JOIN pg_class c
                      JOIN pg_namespace n ON n.oid = c.relnamespace
                     CROSS JOIN aclexplode(c.relacl) a
                    UNION ALL
                    SELECT 3, format('%I.%I (%I)', n.nspname, c.relname, t.attname),
                           a.grantor, a.grantee, a.privilege_type, false, NULL, '{}'
                      FROM pg_attribute t
                      JOIN pg_class c ON c.oid = t.attrelid
                      JOIN pg_namespace n ON n.oid = c.relnamespace
                     CROSS JOIN aclexplode(t.attacl) a
                    UNION ALL
                    -- From 15 on schema public belongs to a role whose only member is the database's owner.
                    SELECT 4, format('schema %I', n.nspname), a.grantor, a.grantee, a.privilege_type,
                           pg_get_userbyid(a.grantor) IN (pg_get_userbyid(d.datdba), 'pg_database_owner')
                             AND a.privilege_type = 'USAGE',
                           'REVOKE USAGE ON SCHEMA %I FROM %I',
                           ARRAY[n.nspname::text]
                      FROM database d, pg_namespace n, aclexplode(n.nspacl) a)
                SELECT i.step,
                       i.privilege_type || ' on ' || i.what AS what,
                       coalesce(i.ours AND i.grantee = role.oid, false),
                       i.revoke,
                       i.names
                  FROM item i, role
                 WHERE role.oid IN (i.grantee, i.grantor)
                UNION ALL
                SELECT 5,
                       CASE s.deptype WHEN 'o' THEN 'owns '
                                      WHEN 'a' THEN 'has privileges on '
                                      WHEN 'r' THEN 'is named by '
                                      ELSE 'stands in ' END
                         || coalesce(pg_describe_object(s.classid, s.objid, s.objsubid), 'what is gone by now'),
                       false, NULL, '{}'
                  FROM pg_shdepend s, role, database d
                 WHERE s.refclassid = 'pg_authid'::regclass
                   AND s.refobjid = role.oid
                   AND (s.dbid = d.oid OR s.dbid = 0 AND s.classid = 'pg_database'::regclass AND s.objid = d.oid)
                   AND NOT (s.deptype = 'a'
                            AND s.classid IN ('pg_database'::regclass, 'pg_default_acl'::regclass,
                                              'pg_class'::regclass, 'pg_namespace'::regclass))
                 ORDER BY 1, 2
                """,
                row -> new Row(row.getString(2), row.getBoolean(3), row.getString(4), List.of((String[])
                        row.getArray(5).getArray())),
                role);
    }
}
