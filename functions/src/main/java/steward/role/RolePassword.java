package steward.role;

import java.sql.SQLException;
import java.util.function.Supplier;
import org.postgresql.util.PasswordUtil;
import steward.Access;
import steward.Instance;
import steward.error.VerificationFailed;
import steward.postgres.Session;
import steward.secret.Credentials;
import steward.secret.SecretVersions;
import steward.secret.UserSecret;

/**
 * The password of a project's user: in its secret and, as a verifier, in the server. Postgres keeps one password for a
 * role, so there is no moment at which two of them work.
 */
final class RolePassword {
    private RolePassword() {}

    /**
     * Does something about a role's password while nobody else of Steward's does. COMMENT locks the role against another
     * COMMENT, ALTER ROLE does not ask for that lock, and neither does anything that a tenant may do; advisory locks
     * anybody could hold. The work changes the role in sessions of its own, and the comment is never written.
     *
     * @throws steward.error.NotPermitted if the master lacks ADMIN OPTION; see {@link AdminOption}
     */
    static <T> T exclusively(Session session, Role role, Supplier<T> work) {
        AdminOption.ensure(session, role.name());
        return session.rollingBack(() -> {
            session.execute("COMMENT ON ROLE %I IS %L", role.name(), String.valueOf(role.comment()));
            return work.get();
        });
    }

    /**
     * Sets a password and proves it by a login. If that fails, for whatever reason, the old one is set again.
     *
     * @throws VerificationFailed when the server does not accept it
     */
    static void set(Access access, Instance instance, UserSecret old, UserSecret next) {
        store(access, instance, next.credentials(), "ALTER ROLE %I PASSWORD %L");
        prove(access, instance, old, next);
    }

    /**
     * Proves a password by a login. If that fails, for whatever reason, the old one is set again.
     *
     * @throws VerificationFailed when the server does not accept it
     */
    static void prove(Access access, Instance instance, UserSecret old, UserSecret next) {
        try {
            if (!access.accepts(instance, next.credentials())) {
                throw new VerificationFailed(
                        "user \"%s\": the server does not accept the new password, so the old one was set again; the new one stays AWSPENDING"
                                .formatted(next.username()));
            }
        } catch (RuntimeException failure) {
            restore(access, instance, old, failure);
            throw failure;
        }
    }

    /**
     * Makes the version current whose password the server has. If Secrets Manager refuses, the old one is set again:
     * otherwise nobody could connect with what the secret says.
     */
    static void makeCurrent(Access access, Instance instance, SecretVersions versions, UserSecret old, String version) {
        try {
            versions.makeCurrent(version);
        } catch (RuntimeException failure) {
            // Only an answer may have been lost. If nobody can say, the pending version is there for the next attempt.
            if (!access.secrets().versions(versions.arn()).isCurrent(version)) {
                restore(access, instance, old, failure);
            }
            throw failure;
        }
    }

    private static void restore(Access access, Instance instance, UserSecret old, RuntimeException failure) {
        try {
            store(access, instance, old.credentials(), "ALTER ROLE %I PASSWORD %L");
        } catch (RuntimeException e) {
            failure.addSuppressed(e);
        }
    }

    /**
     * Brings server and secret together again after something was cut off: the server gets the current password, unless
     * it has the pending one already.
     */
    static void repair(Access access, Instance instance, SecretVersions versions) {
        UserSecret current = versions.currentValue();
        if (access.accepts(instance, current.credentials())) {
            return;
        }
        if (versions.pending().isPresent() && acceptsPending(access, instance, versions)) {
            versions.makeCurrent(versions.pending().get());
            return;
        }
        // No LOGIN: who has locked a user has had a reason.
        store(access, instance, current.credentials(), "ALTER ROLE %I PASSWORD %L");
        if (!access.accepts(instance, current.credentials())) {
            throw new VerificationFailed("user \"%s\": the server does not accept the password of secret %s"
                    .formatted(current.username(), versions.name()));
        }
    }

    private static boolean acceptsPending(Access access, Instance instance, SecretVersions versions) {
        return versions.pending()
                .flatMap(versions::value)
                .filter(value -> value.username().equals(versions.name().user()))
                .filter(value -> access.accepts(instance, value.credentials()))
                .isPresent();
    }

    private static void store(Access access, Instance instance, Credentials credentials, String statement) {
        String doing = "setting the password of \"%s\"".formatted(credentials.username());
        access.asMaster(instance, Access.MAINTENANCE_DATABASE, doing, session -> {
            session.execute(statement, credentials.username(), verifier(credentials));
            return credentials.username();
        });
    }

    /** The server could log a statement that fails, password and all; a verifier opens nothing. */
    static String verifier(Credentials credentials) {
        try {
            return PasswordUtil.encodePassword(
                    credentials.username(), credentials.password().toCharArray(), "scram-sha-256");
        } catch (SQLException e) {
            throw new IllegalStateException("scram-sha-256 is not supported by the driver", e);
        }
    }
}
