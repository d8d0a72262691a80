package steward.role;

import steward.Access;
import steward.Instance;
import steward.error.ObjectMissing;
import steward.error.VerificationFailed;
import steward.postgres.Session;
import steward.secret.SecretName;
import steward.secret.SecretVersions;
import steward.secret.UserSecret;

/**
 * Gives the server the pending password of a project's user, proves it by a login, and makes it the current one. The old
 * password is AWSPREVIOUS from then on. Connections that are open stay open.
 *
 * <p>Postgres keeps one password for a role. From the moment the new one is set until the secret says so (a login and one
 * call to Secrets Manager later) whoever connects with the old one is refused, and has to read the secret again; when
 * the login fails, the old password is set again and the new one stays pending.
 */
public final class RotatePassword {
    private static final String NOTE =
            "open connections stay up; connection pools must read the secret again for new ones";

    private RotatePassword() {}

    /**
     * Whose password.
     *
     * @param versionId the version that was prepared
     */
    public record Input(Instance instance, String user, String versionId) {}

    /**
     * What there is now.
     *
     * @param versionId the current version
     * @param note what the administrator should know
     */
    public record Output(String user, String secretArn, String versionId, String note) {}

    /** Runs the step. */
    public static Output run(Input input, Access access) {
        String doing = "rotating the password of \"%s\"".formatted(input.user());
        return access.asMaster(
                input.instance(), Access.MAINTENANCE_DATABASE, doing, session -> rotate(input, access, session));
    }

    private static Output rotate(Input input, Access access, Session session) {
        Role role = Role.findOurs(session, input.user());
        SecretName name = new SecretName(role.project(), input.instance().identifier(), role.name());
        return RolePassword.exclusively(session, role, () -> {
            SecretVersions versions = access.secrets().versions(name.text());
            String version =
                    versions.isCurrent(input.versionId()) ? input.versionId() : advance(input, access, versions);
            return new Output(role.name(), versions.arn(), version, NOTE);
        });
    }

    /** Whichever is pending: somebody else's rotation may have come between, and two passwords would be one too many. */
    private static String advance(Input input, Access access, SecretVersions versions) {
        if (versions.pending().isEmpty()) {
            return versions.current();
        }
        String version = versions.pending().get();
        UserSecret old = versions.currentValue();
        RolePassword.set(access, input.instance(), old, pendingValue(versions, version));
        RolePassword.makeCurrent(access, input.instance(), versions, old, version);
        return version;
    }

    /**
     * The value of a pending version.
     *
     * @throws VerificationFailed if it is for another user
     */
    static UserSecret pendingValue(SecretVersions versions, String version) {
        UserSecret value = versions.value(version)
                .orElseThrow(() -> new ObjectMissing(
                        "secret %s: its version %s has no value".formatted(versions.name(), version)));
        if (!value.username().equals(versions.name().user())) {
            throw new VerificationFailed(
                    "secret %s: its version %s is for another user".formatted(versions.name(), version));
        }
        return value;
    }
}
