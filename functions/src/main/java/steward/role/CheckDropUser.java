package steward.role;

import java.util.List;
import java.util.Optional;
import steward.Access;
import steward.Instance;
import steward.Mark;
import steward.Names;
import steward.error.DependentObjects;
import steward.error.NotOurs;
import steward.error.NotPermitted;
import steward.error.ObjectMissing;
import steward.postgres.Session;
import steward.secret.SecretName;

/** Checks whether a user can be dropped, and finds the databases in which its read-only grants are to be taken back. */
public final class CheckDropUser {
    /** Each is a turn of the workflow, and a workflow's history is limited. */
    private static final int MOST_DATABASES = 100;

    private CheckDropUser() {}

    /** Whom to drop. */
    public record Input(Instance instance, String user) {}

    /**
     * What there is.
     *
     * @param readable where the user has read-only grants of ours
     */
    public record Output(List<Readership> readable) {}

    /** A database that the user may read, and its owner, who can take that back. */
    public record Readership(String project, String database, String owner) {}

    /** Runs the step. */
    public static Output run(Input input, Access access) {
        Names.requireOwn("user", input.user(), true);
        String doing = "checking whether user \"%s\" can be dropped".formatted(input.user());
        return access.asMaster(
                input.instance(), Access.MAINTENANCE_DATABASE, doing, session -> check(input, access, session));
    }

    private static Output check(Input input, Access access, Session session) {
        Optional<Role> found = Role.find(session, input.user());
        if (found.isEmpty()) {
            return new Output(List.of());
        }
        try {
            return check(input, access, session, found.get());
        } catch (ObjectMissing e) {
            if (Role.find(session, input.user()).isPresent()) {
                throw e;
            }
            // Another run was faster.
            return new Output(List.of());
        }
    }

    private static Output check(Input input, Access access, Session session, Role role) {
        access.secrets().requireOursOrMissing(requireDroppable(input.instance(), session, role));
        // Before anything is revoked for a role that cannot be dropped.
        AdminOption.ensure(session, role.name());
        // Whatever comes of this run, an earlier one that was cut off is undone.
        ClosedRole.open(session, role);
        UserDependents dependents = UserDependents.of(access, input.instance(), session, role);
        dependents.refuse(role.name());
        if (dependents.readable().size() > MOST_DATABASES) {
            throw new DependentObjects(
                    "user \"%s\": may read %d databases; revoke-read-only in all but %d of them first"
                            .formatted(role.name(), dependents.readable().size(), MOST_DATABASES));
        }
        return new Output(dependents.readable());
    }

    /**
     * Refuses users that are not a project's.
     *
     * @return the name of its secret
     * @throws NotOurs if it has no mark
     * @throws NotPermitted if it may do more than a project's user
     */
    static SecretName requireDroppable(Instance instance, Session session, Role role) {
        Mark mark = role.mark()
                .orElseThrow(() -> new NotOurs("role \"%s\": exists without Steward's mark".formatted(role.name())));
        if (isPowerful(session, role.name())) {
            throw new NotPermitted(
                    "role \"%s\": has an attribute or a membership in rds_superuser that no project's user has"
                            .formatted(role.name()));
        }
        return new SecretName(mark.project(), instance.identifier(), role.name());
    }

    private static boolean isPowerful(Session session, String user) {
        return session.isTrue("""
                SELECT r.rolsuper OR r.rolcreaterole OR r.rolcreatedb OR r.rolreplication OR r.rolbypassrls
                         OR r.rolname = current_user
                         OR EXISTS (
                              SELECT FROM pg_roles s
                               WHERE s.rolname = 'rds_superuser'
                                 AND pg_has_role(r.oid, s.oid, 'MEMBER'))
                  FROM pg_roles r
                 WHERE r.rolname = ?
                """, user);
    }
}
