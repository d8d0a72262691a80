package steward.role;

import steward.Access;
import steward.Instance;
import steward.Names;
import steward.error.VerificationFailed;
import steward.secret.Credentials;
import steward.secret.Password;
import steward.secret.StoredSecret;
import steward.secret.TemporarySecret;
import steward.secret.UserSecret;

/**
 * Gives a database's owner a fresh password on a temporary instance: the one of the snapshot's day nobody has any more.
 */
public final class SetTemporaryPassword {
    private SetTemporaryPassword() {}

    /**
     * Whose.
     *
     * @param instance a temporary one: nobody else works there
     * @param database what the owner is to log in to
     * @param execution ARN of the one that it is for
     */
    public record Input(Instance instance, String database, String user, String execution) {}

    /** Where the password is. */
    public record Output(String secretArn) {}

    /** Runs the step. */
    public static Output run(Input input, Access access) {
        Names.requireExisting("user", input.user());
        Instance instance = input.instance();
        UserSecret fresh =
                new UserSecret(instance.host(), instance.port(), input.user(), Password.generate(), input.database());
        StoredSecret secret = access.secrets().ensure(new TemporarySecret(input.execution(), input.user()), fresh);
        Credentials credentials = secret.credentials();
        String doing = "setting a temporary password of \"%s\"".formatted(input.user());
        access.asMaster(instance, Access.MAINTENANCE_DATABASE, doing, session -> {
            AdminOption.ensure(session, input.user());
            // It may have been locked, expired or limited on that day, which is no reason not to read its database.
            session.execute(
                    "ALTER ROLE %I LOGIN CONNECTION LIMIT -1 VALID UNTIL 'infinity' PASSWORD %L",
                    input.user(), RolePassword.verifier(credentials));
            return credentials.username();
        });
        if (!access.accepts(instance, credentials)) {
            throw new VerificationFailed(
                    "user \"%s\": the temporary instance does not accept its new password".formatted(input.user()));
        }
        return new Output(secret.arn());
    }
}
