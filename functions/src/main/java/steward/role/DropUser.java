package steward.role;

import java.util.List;
import java.util.Optional;
import steward.Access;
import steward.Instance;
import steward.Names;
import steward.error.DependentObjects;
import steward.error.ObjectMissing;
import steward.postgres.OpenSessions;
import steward.postgres.Session;
import steward.secret.SecretName;

/**
 * Drops a user that nothing depends on any more. The sessions of a dropped role would live on, so it first loses LOGIN
 * and its sessions; when it cannot be dropped after all, it gets LOGIN back. Its secret goes last and can be restored.
 */
public final class DropUser {
    private DropUser() {}

    /** Whom to drop. */
    public record Input(Instance instance, String user) {}

    /**
     * What was done.
     *
     * @param dropped whether the role was dropped by this call
     */
    public record Output(String user, boolean dropped) {}

    /** Runs the step. */
    public static Output run(Input input, Access access) {
        Names.requireOwn("user", input.user(), true);
        String doing = "dropping user \"%s\"".formatted(input.user());
        boolean dropped = access.asMaster(
                input.instance(), Access.MAINTENANCE_DATABASE, doing, session -> ensure(input, access, session));
        return new Output(input.user(), dropped);
    }

    private static boolean ensure(Input input, Access access, Session session) {
        Optional<Role> found = Role.find(session, input.user());
        if (found.isEmpty()) {
            // Only the role's mark would tell the project.
            deleteAll(access, access.secrets().of(input.instance().identifier(), input.user()));
            return false;
        }
        Role role = found.get();
        SecretName secret = CheckDropUser.requireDroppable(input.instance(), session, role);
        access.secrets().requireOursOrMissing(secret);
        boolean dropped = drop(input, access, session, role);
        deleteAll(access, List.of(secret));
        return dropped;
    }

    private static void deleteAll(Access access, List<SecretName> secrets) {
        secrets.forEach(secret -> access.secrets().delete(secret));
    }

    private static boolean drop(Input input, Access access, Session session, Role role) {
        try {
            refuseDependents(input, access, session, role);
            AdminOption.ensure(session, role.name());
            ClosedRole.close(session, role);
            OpenSessions.end(
                    session,
                    "user \"%s\"".formatted(role.name()),
                    "usesysid = (SELECT oid FROM pg_roles WHERE rolname = ?)",
                    role.name());
            session.execute("DROP ROLE %I", role.name());
            return true;
        } catch (ObjectMissing e) {
            if (Role.find(session, role.name()).isPresent()) {
                throw e;
            }
            // Another run was faster.
            return false;
        } catch (RuntimeException failure) {
            openAgain(session, role, failure);
            throw failure;
        }
    }

    /** Read-only grants have been taken back by now: one that is here is new. */
    private static void refuseDependents(Input input, Access access, Session session, Role role) {
        UserDependents dependents = UserDependents.of(access, input.instance(), session, role);
        dependents.refuse(role.name());
        if (!dependents.readable().isEmpty()) {
            throw new DependentObjects("user \"%s\": may still read database \"%s\""
                    .formatted(role.name(), dependents.readable().getFirst().database()));
        }
    }

    private static void openAgain(Session session, Role role, RuntimeException failure) {
        try {
            ClosedRole.open(session, role);
        } catch (RuntimeException e) {
            failure.addSuppressed(e);
        }
    }
}
