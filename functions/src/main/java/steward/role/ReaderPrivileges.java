package steward.role;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import steward.error.VerificationFailed;
import steward.postgres.Session;

/**
 * Looks up what a reader may do that it must not, by itself or as everybody may. Asked before anything is tried, so
 * that an attempt which would succeed is never made, and nothing of a tenant's can answer for the server.
 */
final class ReaderPrivileges {
    private static final Map<String, String> CHECKS = Map.of(
            "REFERENCES", "cannot refer to a table by a foreign key",
            "TRIGGER", "cannot make a trigger",
            "USAGE", "cannot advance a sequence",
            "TEMPORARY", "cannot create a temporary table",
            "MEMBER", "cannot become another role",
            "ATTRIBUTE", "cannot do more than log in");

    private ReaderPrivileges() {}

    private record Held(String privilege, String what) {
        String check() {
            return Optional.ofNullable(CHECKS.get(privilege)).orElse("cannot " + privilege.toLowerCase(Locale.ROOT));
        }
    }

    /**
     * Refuses a reader that holds any of it. What PUBLIC may create in a schema of somebody else's, where the
     * database's owner cannot take it away, is left to be reported.
     *
     * @throws VerificationFailed naming the check and the privilege
     */
    static void requireReadOnly(Session session, String user, String owner) {
        List<Held> held = held(session, owner);
        if (!held.isEmpty()) {
            Held first = held.getFirst();
            throw new VerificationFailed("%s: user \"%s\" has %s %s%s"
                    .formatted(
                            first.check(),
                            user,
                            first.privilege(),
                            first.what(),
                            held.size() == 1 ? "" : ", and %d more privileges".formatted(held.size() - 1)));
        }
    }

    private static List<Held> held(Session session, String owner) {
        return session.query("""
                WITH me AS (
                    SELECT * FROM pg_roles WHERE rolname = current_user),
                owner AS (
                    SELECT oid FROM pg_roles WHERE rolname = ?),
                schema AS (
                    SELECT * FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'),
                item AS (
                    SELECT a.privilege_type, format('on %I.%I', s.nspname, c.relname) AS what, a.grantee
                      FROM pg_class c
                      JOIN schema s ON s.oid = c.relnamespace
                     CROSS JOIN me
                     CROSS JOIN aclexplode(c.relacl) a
                     WHERE a.privilege_type <> 'SELECT' AND c.relowner <> me.oid
                    UNION ALL
                    SELECT a.privilege_type, format('on %I.%I (%I)', s.nspname, c.relname, t.attname), a.grantee
                      FROM pg_attribute t
                      JOIN pg_class c ON c.oid = t.attrelid
                      JOIN schema s ON s.oid = c.relnamespace
                     CROSS JOIN me
                     CROSS JOIN aclexplode(t.attacl) a
                     WHERE a.privilege_type <> 'SELECT' AND c.relowner <> me.oid
                    UNION ALL
                    SELECT a.privilege_type, format('on schema %I', s.nspname), a.grantee
                      FROM owner, schema s, aclexplode(s.nspacl) a
                     WHERE a.privilege_type = 'CREATE'
                       AND (a.grantee <> 0 OR pg_has_role(owner.oid, s.nspowner, 'USAGE'))
                    UNION ALL
                    SELECT a.privilege_type, format('on database %I', d.datname), a.grantee
                      FROM pg_database d, aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) a
                     WHERE d.datname = current_database() AND a.privilege_type <> 'CONNECT'
                    UNION ALL
                    SELECT a.privilege_type, format('on what %I makes later', pg_get_userbyid(p.defaclrole)), a.grantee
                      FROM me, pg_default_acl p, aclexplode(p.defaclacl) a
                     WHERE p.defaclrole <> me.oid
                       AND (p.defaclobjtype IN ('r', 'S') AND a.privilege_type <> 'SELECT'
                            OR p.defaclobjtype = 'n' AND a.privilege_type = 'CREATE'))
                SELECT i.privilege_type, i.what || CASE i.grantee WHEN 0 THEN ', as everybody has' ELSE '' END
                  FROM item i, me
                 WHERE i.grantee IN (0, me.oid)
                UNION ALL
                SELECT 'MEMBER', format('rights in role %I', pg_get_userbyid(m.roleid))
                  FROM me, pg_auth_members m
                 WHERE m.member = me.oid
                UNION ALL
                SELECT 'ATTRIBUTE', 'SUPERUSER, CREATEROLE, CREATEDB, REPLICATION or BYPASSRLS'
                  FROM me
                 WHERE rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls
                 ORDER BY 1, 2
                """, row -> new Held(row.getString(1), row.getString(2)), owner);
    }
}
