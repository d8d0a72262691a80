package steward.postgres;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * At most one connection that nobody uses, kept for whoever next logs in as the same user with the same password: the
 * steps of a workflow follow each other within milliseconds, and TLS with SCRAM takes longer than most of them. It is
 * used again within seconds only, and the server ends it soon: what Lambda has frozen cannot close anything, and is not
 * asked again for minutes.
 */
final class KeptConnection implements AutoCloseable {
    /** Between the steps of a workflow there is less, between workflows more. */
    private static final Duration LONGEST = Duration.ofSeconds(20);

    /** The same on the server, which a frozen function cannot tell that it is done. */
    static final Duration ON_THE_SERVER = Duration.ofSeconds(60);

    /** A server that is there answers at once; one that was replaced never does. */
    private static final Duration ANSWER = Duration.ofSeconds(2);

    private final InstantSource clock;
    private final Duration onTheServer;
    private final AtomicReference<@Nullable Kept> kept = new AtomicReference<>();

    private record Kept(Connection connection, String login, Instant since) {}

    KeptConnection(InstantSource clock, Duration onTheServer) {
        this.clock = clock;
        this.onTheServer = onTheServer;
    }

    /** The connection, if it is one of this login's and works; as it was when it was new. */
    Optional<Connection> take(Login login, String database) {
        Kept found = kept.getAndSet(null);
        if (found == null) {
            return Optional.empty();
        }
        Duration idle = Duration.between(found.since, clock.instant());
        if (idle.isNegative()
                || idle.compareTo(LONGEST) > 0
                || !found.login.equals(text(login, database))
                || !reset(found.connection)) {
            close(found.connection);
            return Optional.empty();
        }
        return Optional.of(found.connection);
    }

    /**
     * Everything that a session can have set or left is gone (<a
     * href="https://www.postgresql.org/docs/current/sql-discard.html">DISCARD</a>); what its start-up packet brought along
     * applies again.
     *
     * @return false if it is broken, or in the middle of something: then a new one is opened
     */
    private static boolean reset(Connection connection) {
        try (Statement statement = connection.createStatement()) {
            int timeout = connection.getNetworkTimeout();
            connection.setNetworkTimeout(Runnable::run, Math.toIntExact(ANSWER.toMillis()));
            statement.execute("DISCARD ALL");
            connection.setNetworkTimeout(Runnable::run, timeout);
            return true;
        } catch (SQLException e) {
            return false;
        }
    }

    /** Keeps a connection after work that has succeeded, or closes it if there is one already. */
    void keep(Connection connection, Login login, String database) {
        boolean keeps = login.major() < 14 || endsByItself(connection);
        if (!keeps || !kept.compareAndSet(null, new Kept(connection, text(login, database), clock.instant()))) {
            close(connection);
        }
    }

    /** The server ends it even when we are never woken again. Before 14 it asks by its keepalives: two minutes. */
    private boolean endsByItself(Connection connection) {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET idle_session_timeout = " + onTheServer.toMillis());
            return true;
        } catch (SQLException e) {
            return false;
        }
    }

    /** Tells one login from another, without a password to keep. */
    private static String text(Login login, String database) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            byte[] password = sha256.digest(login.password().getBytes(StandardCharsets.UTF_8));
            return String.join("\n", login.toString(), database, HexFormat.of().formatHex(password));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    @Override
    public void close() {
        Kept found = kept.getAndSet(null);
        if (found != null) {
            close(found.connection);
        }
    }

    static void close(Connection connection) {
        try {
            connection.close();
        } catch (SQLException e) {
            // It is gone already: nothing was to be done with it any more.
            return;
        }
    }
}
