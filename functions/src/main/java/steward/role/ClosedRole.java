package steward.role;

import java.util.Optional;
import steward.Mark;
import steward.postgres.Session;

/**
 * A role that may not log in, because it is being dropped. Its comment says so, lest another run take it for one that
 * somebody has locked, and not give LOGIN back.
 */
final class ClosedRole {
    private ClosedRole() {}

    /** Takes LOGIN away; nothing when it has none. */
    static void close(Session session, Role role) {
        if (!role.canLogin()) {
            return;
        }
        String comment = role.mark().orElseThrow().textWhileDropping("LOGIN");
        session.inTransaction(() -> {
            session.execute("ALTER ROLE %I NOLOGIN", role.name());
            session.execute("COMMENT ON ROLE %I IS %L", role.name(), comment);
        });
    }

    /** Gives LOGIN back to a role that this or an earlier run has closed; nothing to any other. */
    static void open(Session session, Role role) {
        Optional<Role> closed = Role.find(session, role.name())
                .filter(found -> Mark.beforeDropping(found.comment()).isPresent());
        closed.ifPresent(found -> session.inTransaction(() -> {
            session.execute("ALTER ROLE %I LOGIN", found.name());
            session.execute(
                    "COMMENT ON ROLE %I IS %L",
                    found.name(), found.mark().orElseThrow().text());
        }));
    }
}
