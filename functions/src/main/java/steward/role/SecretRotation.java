package steward.role;

import java.util.function.Consumer;
import steward.Access;
import steward.Instance;
import steward.Instances;
import steward.error.InvalidInput;
import steward.error.NotPermitted;
import steward.error.VerificationFailed;
import steward.postgres.Session;
import steward.secret.SecretVersions;
import steward.secret.UserSecret;

/**
 * The four steps in which Secrets Manager has a password rotated
 * (<a href="https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda-functions.html">AWS</a>).
 * Each may come any number of times. They do what {@link PreparePassword} and {@link RotatePassword} do.
 */
public final class SecretRotation {
    private SecretRotation() {}

    /** The steps, called as Secrets Manager calls them. */
    public enum Step {
        /** Stores a new password as the pending version. */
        CREATE_SECRET,
        /** Gives it to the server and proves it, or sets the old one again. */
        SET_SECRET,
        /** Proves it once more. */
        TEST_SECRET,
        /** Makes it the current one. */
        FINISH_SECRET
    }

    /**
     * Runs one step.
     *
     * @param id name or ARN of the secret
     * @param token id of the version that Secrets Manager staged
     * @throws NotPermitted if the secret is not enabled for rotation
     * @throws InvalidInput if the version is neither pending nor current
     */
    public static void run(Step step, String id, String token, Access access, Instances instances) {
        SecretVersions staged = access.secrets().versions(id);
        if (!staged.rotationEnabled()) {
            throw new NotPermitted("secret %s: is not enabled for rotation".formatted(staged.name()));
        }
        if (staged.isCurrent(token)) {
            return;
        }
        Instance instance = instances.named(staged.name().instance());
        exclusively(staged, access, instance, versions -> {
            if (versions.isCurrent(token)) {
                return;
            }
            if (!versions.isPending(token)) {
                throw new InvalidInput(
                        "secret %s: version %s is not staged AWSPENDING".formatted(versions.name(), token));
            }
            run(step, versions, token, access, instance);
        });
    }

    private static void exclusively(
            SecretVersions staged, Access access, Instance instance, Consumer<SecretVersions> work) {
        String user = staged.name().user();
        String doing = "rotating the password of \"%s\"".formatted(user);
        access.asMaster(instance, Access.MAINTENANCE_DATABASE, doing, session -> {
            Role role = requireOurs(session, staged);
            return RolePassword.exclusively(session, role, () -> {
                work.accept(access.secrets().versions(staged.arn()));
                return role;
            });
        });
    }

    private static Role requireOurs(Session session, SecretVersions staged) {
        Role role = Role.findOurs(session, staged.name().user());
        role.requireOurs(staged.name().project(), false);
        return role;
    }

    private static void run(Step step, SecretVersions versions, String token, Access access, Instance instance) {
        UserSecret current = versions.currentValue();
        switch (step) {
            case CREATE_SECRET -> PreparePassword.ensure(instance, versions, token);
            case SET_SECRET ->
                RolePassword.set(access, instance, current, RotatePassword.pendingValue(versions, token));
            case TEST_SECRET -> test(versions, token, access, instance, current);
            case FINISH_SECRET -> finish(versions, token, access, instance, current);
        }
    }

    /** Only this step runs when a rotation is configured but not yet due; the version then has no new password. */
    private static void test(
            SecretVersions versions, String token, Access access, Instance instance, UserSecret current) {
        UserSecret pending = versions.value(token).isPresent() ? RotatePassword.pendingValue(versions, token) : current;
        RolePassword.prove(access, instance, current, pending);
    }

    /** Whatever happened since the test, a password that the server refuses never becomes current. */
    private static void finish(
            SecretVersions versions, String token, Access access, Instance instance, UserSecret current) {
        if (!access.accepts(
                instance, RotatePassword.pendingValue(versions, token).credentials())) {
            throw new VerificationFailed("secret %s: the server does not accept the password of version %s"
                    .formatted(versions.name(), token));
        }
        RolePassword.makeCurrent(access, instance, versions, current, token);
    }
}
