package steward;

import java.sql.SQLException;
import java.util.function.Function;
import java.util.function.Supplier;
import steward.error.NotPermitted;
import steward.postgres.Login;
import steward.postgres.Postgres;
import steward.postgres.Session;
import steward.secret.Credentials;
import steward.secret.SecretName;
import steward.secret.Secrets;

/** What an operation works with: sessions to an instance, and the secrets to open them with. */
public record Access(Postgres postgres, Secrets secrets) implements AutoCloseable {
    /** Where nothing of a tenant's is: the master works here whenever it can. */
    public static final String MAINTENANCE_DATABASE = "postgres";

    /** Works as the instance's master user. */
    public <T> T asMaster(Instance instance, String database, String doing, Function<Session, T> work) {
        // No tenant's code runs there, and no tenant's work is in the way of a session that stays.
        boolean keeps = database.equals(MAINTENANCE_DATABASE);
        return with(() -> secrets.read(instance.masterSecretArn()), credentials -> {
            Login login = login(instance, credentials);
            return keeps
                    ? postgres.withKeptSession(login, database, doing, work)
                    : postgres.withSession(login, database, doing, work);
        });
    }

    /** Works as the instance's master user in a session for {@code CREATE EXTENSION}. */
    public <T> T asMasterForExtensions(Instance instance, String database, String doing, Function<Session, T> work) {
        return with(
                () -> secrets.read(instance.masterSecretArn()),
                credentials -> postgres.withSessionForExtensions(login(instance, credentials), database, doing, work));
    }

    /** Works logged in as a project's user. */
    public <T> T asUser(
            Instance instance, SecretName secret, String database, String doing, Function<Session, T> work) {
        return asUser(instance, secret.text(), database, doing, work);
    }

    /** The same with the secret's name or ARN. */
    public <T> T asUser(Instance instance, String secret, String database, String doing, Function<Session, T> work) {
        return with(instance, () -> secrets.read(secret), database, doing, work);
    }

    /** Whether the instance accepts a user's password. */
    public boolean accepts(Instance instance, Credentials credentials) {
        String doing = "logging in as \"%s\" to prove the password".formatted(credentials.username());
        return postgres.accepts(login(instance, credentials), MAINTENANCE_DATABASE, doing);
    }

    /** Closes what is kept between operations. */
    @Override
    public void close() {
        postgres.close();
        secrets.close();
    }

    private <T> T with(
            Instance instance, Supplier<Credentials> secret, String database, String doing, Function<Session, T> work) {
        return with(secret, credentials -> postgres.withSession(login(instance, credentials), database, doing, work));
    }

    /** A password may be rotated between reading and using it: a refused one is read once more. */
    private static <T> T with(Supplier<Credentials> secret, Function<Credentials, T> work) {
        Credentials credentials = secret.get();
        try {
            return work.apply(credentials);
        } catch (NotPermitted e) {
            Credentials again = isRefusedPassword(e) ? secret.get() : credentials;
            if (again.equals(credentials)) {
                throw e;
            }
            return work.apply(again);
        }
    }

    private static boolean isRefusedPassword(NotPermitted failure) {
        return failure.getCause() instanceof SQLException e && "28P01".equals(e.getSQLState());
    }

    private static Login login(Instance instance, Credentials credentials) {
        return new Login(
                instance.host(), instance.port(), instance.major(), credentials.username(), credentials.password());
    }
}
