package steward.database;

import steward.postgres.Session;
import steward.role.AdminOption;

/**
 * Acting for an owner. The master is no superuser: what belongs to a role it can change only as a member of that role.
 * Membership is granted and revoked in the transaction that needs it, so nobody ever sees it, and a crash leaves none.
 */
public final class Ownership {
    private Ownership() {}

    /** Runs statements with the rights of a database's owner; in a transaction of the caller. */
    public static void borrowing(Session session, Database database, Runnable statements) {
        if (database.masterIsOwner()) {
            statements.run();
            return;
        }
        borrowing(session, database.owner(), statements);
    }

    /**
     * Runs statements with the rights of a role; in a transaction of the caller. From 16 on the creator of a role holds
     * only ADMIN on it; a plain GRANT adds what is needed, and its REVOKE leaves the ADMIN
     * (<a href="https://www.postgresql.org/docs/current/role-membership.html">Role Membership</a>). A membership that is
     * older than an upgrade to 16 serves as well, and is not ours to revoke.
     *
     * @throws steward.error.NotPermitted if the master lacks ADMIN OPTION; see {@link AdminOption}
     */
    public static void borrowing(Session session, String role, Runnable statements) {
        if (AdminOption.ensureUnlessMember(session, role)) {
            statements.run();
            return;
        }
        session.execute("GRANT %I TO CURRENT_USER", role);
        statements.run();
        session.execute("REVOKE %I FROM CURRENT_USER", role);
    }
}
