package steward.role;

import java.util.List;
import java.util.Optional;
import steward.error.NotPermitted;
import steward.postgres.Session;
import steward.postgres.Sql;

/**
 * The right to change, drop and grant a role. Up to Postgres 15 CREATEROLE is enough for that; from 16 on ADMIN OPTION on
 * the role is needed, too (<a href="https://www.postgresql.org/docs/16/role-attributes.html">Role Attributes</a>). Whoever
 * makes a role gets it, but pg_upgrade gives it to nobody: on roles that are older than the upgrade the master lacks it.
 *
 * <p>Postgres lets nobody take it who lacks it. RDS is reported to let members of rds_superuser grant any role all the same
 * (<a href="https://github.com/gravitational/teleport/pull/48897">one report</a>; not tried here), so it is tried.
 */
public final class AdminOption {
    private static final String OPTIONS = " WITH ADMIN TRUE, INHERIT FALSE, SET FALSE";

    private AdminOption() {}

    /**
     * What the user who asks lacks.
     *
     * @param user who asks
     * @param holders the roles that could grant it; superusers can, too
     * @param member whether it has the role's rights all the same, and may hand objects to it: an old membership
     */
    private record Lack(String user, List<String> holders, boolean member) {}

    /**
     * Sees to it that the master has ADMIN OPTION on a role that is ours, with nothing else: what the creator of a role has.
     *
     * @throws NotPermitted if it lacks it and may not take it, with the statement that gives it
     */
    public static void ensure(Session session, String role) {
        find(session, role).ifPresent(lack -> take(session, role, lack));
    }

    /**
     * The same, unless the master is the role's member with all that acting for an owner needs.
     *
     * @return whether it is that member, and lacks ADMIN OPTION
     * @throws NotPermitted if it is neither and may not take ADMIN OPTION, with the statement that gives it
     */
    public static boolean ensureUnlessMember(Session session, String role) {
        Optional<Lack> lack = find(session, role);
        boolean member = lack.filter(Lack::member).isPresent();
        if (!member) {
            lack.ifPresent(found -> take(session, role, found));
        }
        return member;
    }

    private static void take(Session session, String role, Lack lack) {
        try {
            session.execute("GRANT %I TO CURRENT_USER" + OPTIONS, role);
        } catch (NotPermitted e) {
            throw new NotPermitted(
                    "%s; the master lacks ADMIN OPTION on role \"%s\", as after an upgrade from Postgres 15 or older, and cannot take it; to be run by %s: %s"
                            .formatted(
                                    e.getMessage(),
                                    role,
                                    holders(lack),
                                    Sql.format("GRANT %I TO %I" + OPTIONS, role, lack.user())),
                    e);
        }
    }

    private static String holders(Lack lack) {
        String superuser = "a superuser (on RDS rdsadmin, whom AWS's support can ask)";
        return lack.holders().isEmpty() ? superuser : "one of %s or %s".formatted(lack.holders(), superuser);
    }

    /** Before 16 there is nothing to lack, and no privilege SET to ask for. A role has no ADMIN OPTION on itself. */
    private static Optional<Lack> find(Session session, String role) {
        return session.first(
                """
                SELECT current_user,
                       ARRAY(
                         SELECT pg_get_userbyid(m.member)::text
                           FROM pg_auth_members m
                          WHERE m.roleid = r.oid AND m.admin_option
                          ORDER BY 1),
                       CASE
                         WHEN current_setting('server_version_num')::integer >= 160000
                         THEN pg_has_role(r.oid, 'USAGE') AND pg_has_role(r.oid, 'SET')
                       END
                  FROM pg_roles r
                 WHERE r.rolname = ?
                   AND current_setting('server_version_num')::integer >= 160000
                   AND r.rolname <> current_user
                   AND NOT pg_has_role(r.oid, 'MEMBER WITH ADMIN OPTION')
                """,
                row -> new Lack(
                        row.getString(1), List.of((String[]) row.getArray(2).getArray()), row.getBoolean(3)),
                role);
    }
}
