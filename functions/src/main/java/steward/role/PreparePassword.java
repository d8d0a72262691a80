package steward.role;

import steward.Access;
import steward.Instance;
import steward.postgres.Session;
import steward.secret.Password;
import steward.secret.SecretName;
import steward.secret.SecretVersions;

/**
 * Stores a new password for a project's user as the secret's pending version. One that waits there already, left by a
 * rotation that was cut off or failed, is used again.
 */
public final class PreparePassword {
    private PreparePassword() {}

    /**
     * Whose password.
     *
     * @param token 32 to 64 characters, the same whenever this execution asks; a new version's id
     */
    public record Input(Instance instance, String user, String token) {}

    /** The version that waits to become current. */
    public record Output(String user, String versionId) {}

    /** Runs the step. */
    public static Output run(Input input, Access access) {
        String doing = "preparing a new password for \"%s\"".formatted(input.user());
        return access.asMaster(
                input.instance(), Access.MAINTENANCE_DATABASE, doing, session -> prepare(input, access, session));
    }

    private static Output prepare(Input input, Access access, Session session) {
        Role role = Role.findOurs(session, input.user());
        SecretName name = new SecretName(role.project(), input.instance().identifier(), role.name());
        return RolePassword.exclusively(session, role, () -> {
            SecretVersions versions = access.secrets().versions(name.text());
            if (versions.isCurrent(input.token())) {
                return new Output(role.name(), input.token());
            }
            String version = versions.pending().orElse(input.token());
            ensure(input.instance(), versions, version);
            return new Output(role.name(), version);
        });
    }

    /** Gives a pending version its value, unless it has one. */
    static void ensure(Instance instance, SecretVersions versions, String version) {
        if (versions.isPending(version) && versions.value(version).isPresent()) {
            return;
        }
        versions.putPending(
                version,
                versions.currentValue().at(instance.host(), instance.port()).withPassword(Password.generate()));
    }
}
