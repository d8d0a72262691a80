package steward.postgres;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Properties;
import java.util.function.Function;

/**
 * Opens sessions; nothing else does. Always over TLS, with the server's certificate and host name verified against the
 * root certificates given, and without falling back to anything less.
 */
public final class Postgres implements AutoCloseable {
    private static final String OLDEST_SERVER = "13.0";
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

    private final Path rootCertificates;
    private final Timeouts timeouts;
    private final KeptConnection kept;

    /**
     * Where sessions find the certificates to trust.
     *
     * @param rootCertificates PEM file
     */
    public Postgres(Path rootCertificates) {
        this(rootCertificates, Timeouts.OF_FUNCTIONS);
    }

    /** Sessions with timeouts of their own. */
    public Postgres(Path rootCertificates, Timeouts timeouts) {
        this(rootCertificates, timeouts, new KeptConnection(InstantSource.system(), KeptConnection.ON_THE_SERVER));
    }

    Postgres(Path rootCertificates, Timeouts timeouts, KeptConnection kept) {
        this.rootCertificates = rootCertificates;
        this.timeouts = timeouts;
        this.kept = kept;
    }

    /**
     * Opens a session, hands it over and closes it.
     *
     * @param doing what is being done, for messages: {@code creating database "site"}
     * @throws steward.error.StewardException for the failures that {@link SqlErrors} knows
     */
    public <T> T withSession(Login login, String database, String doing, Function<Session, T> work) {
        return withSession(login, database, doing, SearchPath.OURS, work);
    }

    /**
     * Works in a session that stays for a moment afterwards, for the next work of this kind: nobody else's code must run in
     * it. It is reset before it is used again.
     *
     * @param doing as in {@link #withSession(Login, String, String, Function)}
     * @throws steward.error.StewardException for the failures that {@link SqlErrors} knows
     */
    public <T> T withKeptSession(Login login, String database, String doing, Function<Session, T> work) {
        Connection connection = kept.take(login, database).orElseGet(() -> open(login, database, doing));
        boolean worked = false;
        try {
            T result = work.apply(new Session(connection, doing));
            worked = true;
            return result;
        } finally {
            // After a failure nobody knows in which state it is.
            if (worked) {
                kept.keep(connection, login, database);
            } else {
                KeptConnection.close(connection);
            }
        }
    }

    private Connection open(Login login, String database, String doing) {
        try {
            return connect(login, database, SearchPath.OURS);
        } catch (SQLException e) {
            throw SqlErrors.translate(doing, e);
        }
    }

    /** Closes what was kept. */
    @Override
    public void close() {
        kept.close();
    }

    /**
     * Opens a session for {@code CREATE EXTENSION}. The scripts of postgis_tiger_geocoder and postgis_topology take the
     * search path that the session began with, add a schema to it, and keep it as the database's own: ours must not end
     * up there. Such scripts also leave it set; see {@link Session#lookUpInCatalogOnly()}.
     *
     * @param doing as in {@link #withSession(Login, String, String, Function)}
     * @throws steward.error.StewardException for the failures that {@link SqlErrors} knows
     */
    public <T> T withSessionForExtensions(Login login, String database, String doing, Function<Session, T> work) {
        return withSession(login, database, doing, SearchPath.SERVERS, session -> {
            session.lookUpInCatalogOnly();
            return work.apply(session);
        });
    }

    private <T> T withSession(
            Login login, String database, String doing, SearchPath searchPath, Function<Session, T> work) {
        try (Connection connection = connect(login, database, searchPath)) {
            return work.apply(new Session(connection, doing));
        } catch (SQLException e) {
            throw SqlErrors.translate(doing, e);
        }
    }

    /**
     * Whether the server accepts a user's password. A user who may not connect to the database, or has as many connections
     * as it may have, has proved its password all the same: Postgres asks for it first.
     */
    public boolean accepts(Login login, String database, String doing) {
        try (Connection connection = connect(login, database, SearchPath.OURS)) {
            return connection.isValid(0);
        } catch (SQLException e) {
            String state = String.valueOf(e.getSQLState());
            boolean isFull =
                    state.equals("53300") && String.valueOf(e.getMessage()).contains("too many connections for role");
            if (isFull || state.equals("42501")) {
                return true;
            }
            if (state.equals("28P01")) {
                return false;
            }
            throw SqlErrors.translate(doing, e);
        }
    }

    private Connection connect(Login login, String database, SearchPath searchPath) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", login.user());
        properties.setProperty("password", login.password());
        properties.setProperty("ApplicationName", "steward");
        // So that the start-up packet has that name, too: no statement to set it, and no way to lose it.
        properties.setProperty("assumeMinServerVersion", OLDEST_SERVER);
        properties.setProperty("sslmode", "verify-full");
        properties.setProperty("sslrootcert", rootCertificates.toString());
        properties.setProperty("gssEncMode", "disable");
        properties.setProperty("connectTimeout", seconds(CONNECT_TIMEOUT));
        properties.setProperty("loginTimeout", seconds(CONNECT_TIMEOUT.multipliedBy(2)));
        properties.setProperty("socketTimeout", seconds(timeouts.socket()));
        properties.setProperty("tcpKeepAlive", "true");
        properties.setProperty("options", StartupOptions.of(login.major(), timeouts, searchPath));
        // Not formatted: to write a number that way, a cold function loads the locale's symbols.
        String url = "jdbc:postgresql://" + login.host() + ":" + login.port() + "/"
                + URLEncoder.encode(database, StandardCharsets.UTF_8);
        return DriverManager.getConnection(url, properties);
    }

    private static String seconds(Duration duration) {
        return Long.toString(duration.toSeconds());
    }
}
