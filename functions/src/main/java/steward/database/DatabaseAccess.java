package steward.database;

import java.util.ArrayList;
import java.util.List;
import steward.postgres.Session;

/** What is wrong with the access to a database, compared with how Steward leaves it. */
final class DatabaseAccess {
    private DatabaseAccess() {}

    /** One line for each difference; none when all is well. */
    static List<String> differences(Session session, Database database) {
        List<String> differences = new ArrayList<>();
        if (publicHasPrivileges(session, database)) {
            differences.add("PUBLIC has privileges on it");
        }
        if (!masterHasItsOwn(session, database)) {
            differences.add("the master lacks CONNECT or TEMPORARY granted by the owner");
        }
        if (masterIsMember(session, database)) {
            differences.add("the master is still a member of \"%s\"".formatted(database.owner()));
        }
        if (!database.allowsConnections()) {
            differences.add("it allows no connections");
        }
        return differences;
    }

    private static boolean publicHasPrivileges(Session session, Database database) {
        return session.isTrue("""
                SELECT EXISTS (
                    SELECT FROM pg_database d, aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) a
                     WHERE d.datname = ?
                       AND a.grantee = 0)
                """, database.name());
    }

    private static boolean masterHasItsOwn(Session session, Database database) {
        return session.isTrue("""
                SELECT count(*) = 2
                  FROM pg_database d, aclexplode(d.datacl) a
                 WHERE d.datname = ?
                   AND a.grantor = d.datdba
                   AND pg_get_userbyid(a.grantee) = current_user
                   AND a.privilege_type IN ('CONNECT', 'TEMPORARY')
                """, database.name());
    }

    /**
     * Before 16 a membership has no options: it is all of them, and whoever granted it, the master can revoke it. From 16 on
     * it can revoke its own grants only, and only those can be what a run of ours has left.
     */
    private static boolean masterIsMember(Session session, Database database) {
        return session.isTrue("""
                SELECT EXISTS (
                    SELECT FROM pg_auth_members m
                     WHERE pg_get_userbyid(m.member) = current_user
                       AND pg_get_userbyid(m.roleid) = ?
                       AND (pg_get_userbyid(m.grantor) = current_user
                            OR current_setting('server_version_num')::integer < 160000)
                       AND (coalesce((to_jsonb(m) ->> 'inherit_option')::boolean, true)
                            OR coalesce((to_jsonb(m) ->> 'set_option')::boolean, true)))
                """, database.owner());
    }
}
