package steward;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import steward.error.NotPermitted;
import steward.error.ServerUnavailable;
import steward.postgres.Login;
import steward.postgres.Postgres;
import steward.postgres.Session;
import steward.secret.Credentials;
import steward.secret.SecretName;
import steward.secret.Secrets;

/** What an operation works with: sessions to an instance, and the secrets to open them with. */
public final class Access implements AutoCloseable {
    /** Where nothing of a tenant's is: the master works here whenever it can. */
    public static final String MAINTENANCE_DATABASE = "postgres";

    /** A password may be rotated between reading and using it: a refused one is read once more. */
    private static final List<Duration> ONCE = List.of(Duration.ZERO);

    /**
     * RDS rotates the master's password by itself, mostly within a minute, in which the secret may have another one than the
     * server (<a href="https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_managed.html">Managed
     * rotation</a>). Together with the retries of a workflow this lasts as long.
     */
    private static final List<Duration> WHILE_RDS_ROTATES =
            List.of(Duration.ZERO, Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(4));

    private final Postgres postgres;
    private final Secrets secrets;
    private final CredentialsReader masters;

    /** Where credentials come from: as long as nothing says otherwise, from Secrets Manager, each time. */
    private interface CredentialsReader {
        Credentials read(String secret);

        /** For when the server has refused what was read. */
        Credentials readAgain(String secret);
    }

    /** A way to a session. */
    @FunctionalInterface
    private interface Opener<T> {
        T open(Login login, Function<Session, T> work);
    }

    public Access(Postgres postgres, Secrets secrets) {
        this(postgres, secrets, everyTime(secrets));
    }

    private Access(Postgres postgres, Secrets secrets, CredentialsReader masters) {
        this.postgres = postgres;
        this.secrets = secrets;
        this.masters = masters;
    }

    private static CredentialsReader everyTime(Secrets secrets) {
        return new CredentialsReader() {
            @Override
            public Credentials read(String secret) {
                return secrets.read(secret);
            }

            @Override
            public Credentials readAgain(String secret) {
                return secrets.readPastCaches(secret);
            }
        };
    }

    /**
     * The same for one step, which works in several databases one after the other: the master's secret is read once, and
     * again when the server refuses what was in it. To be forgotten with the step.
     */
    public Access forOneStep() {
        Map<String, Credentials> found = new ConcurrentHashMap<>();
        return new Access(postgres, secrets, new CredentialsReader() {
            @Override
            public Credentials read(String secret) {
                return found.computeIfAbsent(secret, secrets::read);
            }

            @Override
            public Credentials readAgain(String secret) {
                Credentials read = secrets.readPastCaches(secret);
                found.put(secret, read);
                return read;
            }
        });
    }

    public Postgres postgres() {
        return postgres;
    }

    public Secrets secrets() {
        return secrets;
    }

    /**
     * Works as the instance's master user.
     *
     * @throws ServerUnavailable when the server refuses the password in its secret, also after some seconds
     */
    public <T> T asMaster(Instance instance, String database, String doing, Function<Session, T> work) {
        // No tenant's code runs there, and no tenant's work is in the way of a session that stays.
        boolean keeps = database.equals(MAINTENANCE_DATABASE);
        return asMaster(
                instance,
                doing,
                work,
                (login, noted) -> keeps
                        ? postgres.withKeptSession(login, database, doing, noted)
                        : postgres.withSession(login, database, doing, noted));
    }

    /** Works as the instance's master user in a session for {@code CREATE EXTENSION}. */
    public <T> T asMasterForExtensions(Instance instance, String database, String doing, Function<Session, T> work) {
        return asMaster(
                instance,
                doing,
                work,
                (login, noted) -> postgres.withSessionForExtensions(login, database, doing, noted));
    }

    private <T> T asMaster(Instance instance, String doing, Function<Session, T> work, Opener<T> opener) {
        return with(
                instance,
                masters,
                instance.masterSecretArn(),
                WHILE_RDS_ROTATES,
                refused -> new ServerUnavailable(
                        "%s: the server refuses the master's password in secret %s: RDS is rotating it, or somebody has changed one of the two"
                                .formatted(doing, instance.masterSecretArn()),
                        refused),
                work,
                opener);
    }

    /** Works logged in as a project's user. */
    public <T> T asUser(
            Instance instance, SecretName secret, String database, String doing, Function<Session, T> work) {
        return asUser(instance, secret.text(), database, doing, work);
    }

    /** The same with the secret's name or ARN. */
    public <T> T asUser(Instance instance, String secret, String database, String doing, Function<Session, T> work) {
        return with(
                instance,
                everyTime(secrets),
                secret,
                ONCE,
                refused -> refused,
                work,
                (login, noted) -> postgres.withSession(login, database, doing, noted));
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

    /** Works once: what the work itself is refused in a session of another user is no refused login of this one. */
    private <T> T with(
            Instance instance,
            CredentialsReader reader,
            String secret,
            List<Duration> pauses,
            Function<NotPermitted, RuntimeException> refused,
            Function<Session, T> work,
            Opener<T> opener) {
        AtomicBoolean begun = new AtomicBoolean();
        Iterator<Duration> remaining = pauses.iterator();
        Credentials credentials = reader.read(secret);
        while (true) {
            try {
                return opener.open(login(instance, credentials), session -> {
                    begun.set(true);
                    return work.apply(session);
                });
            } catch (NotPermitted e) {
                if (begun.get() || !isRefusedPassword(e)) {
                    throw e;
                }
                if (!remaining.hasNext()) {
                    throw refused.apply(e);
                }
                pause(remaining.next());
                credentials = reader.readAgain(secret);
            }
        }
    }

    private static void pause(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while a password is rotated", e);
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
