package steward.database;

import java.util.List;
import java.util.stream.Collectors;
import steward.error.DependentObjects;
import steward.postgres.Session;
import steward.postgres.Sql;

/**
 * Who works in a database and can connect to it only because everybody can: Postgres grants CONNECT to PUBLIC, and Steward
 * takes it away.
 */
final class PublicConnections {
    /** Step Functions cuts causes that are too long, and what is cut is no JSON any more. */
    private static final int MOST_TO_NAME = 50;

    private PublicConnections() {}

    /**
     * Refuses to adopt a database if that locked somebody out who works there: a running application may well log in as
     * another role than the owner.
     *
     * @param user who is to own it
     * @throws DependentObjects naming them, and the grant that keeps them in
     */
    static void refuse(Session session, Database database, String user) {
        List<String> lockedOut = of(session, database.name(), user);
        if (lockedOut.isEmpty()) {
            return;
        }
        String roles = lockedOut.stream()
                .limit(MOST_TO_NAME)
                .map(role -> Sql.format("%I", role))
                .collect(Collectors.joining(", "));
        if (lockedOut.size() > MOST_TO_NAME) {
            roles += " and %d more".formatted(lockedOut.size() - MOST_TO_NAME);
        }
        throw new DependentObjects(
                "database \"%s\": nothing was changed, because %s can connect to it only through PUBLIC, from which CONNECT is taken; whoever is to stay needs GRANT CONNECT ON DATABASE %s TO %s, and of whoever is not, what it owns and was granted there has to go, and its sessions"
                        .formatted(database.name(), roles, Sql.format("%I", database.name()), roles));
    }

    /**
     * A role works there if it, or one that it is a member of, owns something in the database or has been granted something
     * in it, or if it is connected. What extensions grant to RDS's own roles says nothing of those who have them.
     */
    private static List<String> of(Session session, String database, String user) {
        return session.query("""
                SELECT r.rolname
                  FROM pg_database d
                  JOIN pg_roles r ON r.rolcanlogin AND NOT r.rolsuper AND has_database_privilege(r.oid, d.oid, 'CONNECT')
                 WHERE d.datname = ?
                   AND (EXISTS (
                          SELECT FROM pg_shdepend s
                            JOIN pg_roles w ON w.oid = s.refobjid
                           WHERE s.dbid = d.oid
                             AND s.refclassid = 'pg_authid'::regclass
                             AND w.rolname <> current_user
                             AND w.rolname !~ '^(rds|pg_)'
                             AND pg_has_role(r.oid, w.oid, 'MEMBER'))
                        OR EXISTS (SELECT FROM pg_stat_activity a WHERE a.datid = d.oid AND a.usesysid = r.oid))
                   AND NOT EXISTS (
                         SELECT FROM aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) a
                          WHERE a.privilege_type = 'CONNECT'
                            AND a.grantee <> 0
                            AND pg_has_role(r.oid, a.grantee, 'USAGE'))
                   AND NOT EXISTS (
                         SELECT FROM pg_roles o
                          WHERE o.rolname IN (?, current_user) AND pg_has_role(r.oid, o.oid, 'USAGE'))
                 ORDER BY 1
                """, row -> row.getString(1), database, user);
    }
}
