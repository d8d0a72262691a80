package steward.role;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import steward.Access;
import steward.Instance;
import steward.Mark;
import steward.Names;
import steward.error.ObjectExists;
import steward.postgres.Session;
import steward.secret.Password;
import steward.secret.SecretName;
import steward.secret.SecretVersions;
import steward.secret.StoredSecret;
import steward.secret.StoredSecret.Origin;
import steward.secret.UserSecret;

/**
 * Makes a project's user: a role that can log in and nothing else, its secret, and the proof that the one opens the
 * other. The password is stored first, reaches the server only as a SCRAM verifier, and is never replaced once it works.
 *
 * <p>A user that is made has a new password, whatever is in a secret of its name: an earlier user's can be restored for 30
 * days, and whoever had it then may know its password. It is stored while the role is not yet committed. So the role never
 * has another password than the secret says, whatever is cut off; two runs cannot store one each, since CREATE ROLE waits
 * for the other's; and a run after this one finds the role and leaves its password alone.
 */
public final class CreateUser {
    private CreateUser() {}

    /**
     * What to make.
     *
     * @param database the database that the secret names; none yet: the maintenance database
     * @param adopt whether a role that exists without Steward's mark may be taken over
     */
    public record Input(
            Instance instance,
            String project,
            String user,
            @Nullable String database,
            boolean adopt) {}

    /**
     * What there is now.
     *
     * @param created whether the role was made by this call
     */
    public record Output(String user, String secretArn, boolean created) {}

    /** Runs the step. */
    public static Output run(Input input, Access access) {
        Names.requireProject("project", input.project());
        Names.requireOwn("user", input.user(), input.adopt());
        SecretName name = new SecretName(input.project(), input.instance().identifier(), input.user());
        String doing = "creating user \"%s\"".formatted(input.user());
        return access.asMaster(
                input.instance(), Access.MAINTENANCE_DATABASE, doing, session -> ensure(input, name, access, session));
    }

    private static Output ensure(Input input, SecretName name, Access access, Session session) {
        Optional<Role> found = Role.find(session, input.user());
        found.ifPresentOrElse(
                role -> role.requireOurs(input.project(), input.adopt()),
                () -> Names.requireCreatable("user", input.user()));
        StoredSecret secret = access.secrets().ensure(name, newSecret(input));
        Optional<StoredSecret> created =
                found.isEmpty() ? create(input, access, session, name, secret) : Optional.empty();
        StoredSecret given = found.filter(role -> role.mark().isEmpty()).isPresent()
                ? adopt(input, access, session, name, secret)
                : created.orElse(secret);
        bringUpToDate(input, access, session, name, prove(input, access, session, name, given));
        return new Output(input.user(), secret.arn(), created.isPresent());
    }

    private static UserSecret newSecret(Input input) {
        Instance instance = input.instance();
        return new UserSecret(instance.host(), instance.port(), input.user(), Password.generate(), databaseOf(input));
    }

    private static String databaseOf(Input input) {
        return Optional.ofNullable(input.database()).orElse(Access.MAINTENANCE_DATABASE);
    }

    /** In one transaction, so that there is never a role of ours without a mark or a password. */
    private static Optional<StoredSecret> create(
            Input input, Access access, Session session, SecretName name, StoredSecret found) {
        StoredSecret secret = found.origin() == Origin.MADE ? found : anew(input, found);
        try {
            session.inTransaction(() -> {
                session.execute("""
                        CREATE ROLE %I
                          LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS
                          PASSWORD %L
                        """, input.user(), RolePassword.verifier(secret.credentials()));
                mark(session, input);
                store(access, name, secret);
            });
            return Optional.of(secret);
        } catch (ObjectExists e) {
            // Another execution was faster. It is not ours to reuse unless its mark says so.
            Role.find(session, input.user()).orElseThrow(() -> e).requireOurs(input.project(), false);
            return Optional.empty();
        }
    }

    private static StoredSecret adopt(
            Input input, Access access, Session session, SecretName name, StoredSecret found) {
        StoredSecret secret = found.origin() == Origin.RESTORED ? anew(input, found) : found;
        secret.value().requireOf(name);
        session.inTransaction(() -> {
            AdminOption.ensure(session, input.user());
            // Somebody else's date would refuse the new password, now or one day.
            session.execute(
                    "ALTER ROLE %I LOGIN PASSWORD %L VALID UNTIL 'infinity'",
                    input.user(), RolePassword.verifier(secret.credentials()));
            mark(session, input);
            store(access, name, secret);
        });
        return secret;
    }

    private static StoredSecret anew(Input input, StoredSecret found) {
        return new StoredSecret(found.arn(), newSecret(input), false, Origin.MADE);
    }

    /** Looks whether it is there, also when this call has made it: another run, which failed, may have stored another. */
    private static void store(Access access, SecretName name, StoredSecret secret) {
        if (!access.secrets().readPastCaches(name.text()).equals(secret.credentials())) {
            access.secrets().versions(name.text()).startAnew(secret.value());
        }
    }

    private static void mark(Session session, Input input) {
        session.execute("COMMENT ON ROLE %I IS %L", input.user(), new Mark(input.project()).text());
    }

    /** The secret that opens the role. */
    private static StoredSecret prove(
            Input input, Access access, Session session, SecretName name, StoredSecret secret) {
        secret.value().requireOf(name);
        if (access.accepts(input.instance(), secret.credentials())) {
            return secret;
        }
        // Cut off between secret and server, or a rotation is under way: looked at again once nobody else does.
        Role role = Role.findOurs(session, input.user());
        RolePassword.exclusively(session, role, () -> {
            RolePassword.repair(access, input.instance(), access.secrets().versions(name.text()));
            return role;
        });
        return access.secrets().ensure(name, newSecret(input));
    }

    /** Address and database change when an instance is renamed or the user gets its first database. */
    private static void bringUpToDate(
            Input input, Access access, Session session, SecretName name, StoredSecret found) {
        Role role = Role.findOurs(session, input.user());
        if (found.rotating() || upToDate(input, found.value()).equals(found.value())) {
            return;
        }
        RolePassword.exclusively(session, role, () -> {
            SecretVersions versions = access.secrets().versions(name.text());
            versions.replaceCurrent(upToDate(input, versions.currentValue()));
            return versions;
        });
    }

    private static UserSecret upToDate(Input input, UserSecret stored) {
        boolean first = stored.dbname().equals(Access.MAINTENANCE_DATABASE);
        return new UserSecret(
                input.instance().host(),
                input.instance().port(),
                stored.username(),
                stored.password(),
                first ? databaseOf(input) : stored.dbname());
    }
}
