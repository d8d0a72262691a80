package steward.local.postgres;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/**
 * One Postgres server on this machine, set up like an RDS instance: the superuser is rdsadmin, the master is none, there is no
 * connection without TLS. It ends with {@link #close()}, and in any case with this JVM, and so does its data.
 */
public final class PostgresServer implements AutoCloseable {
    private static final String HOST = "127.0.0.1";
    private static final String MASTER = "master";
    private static final String SUPERUSER = "rdsadmin";
    private static final int PORTS_TO_TRY = 20;

    /** No name of a tenant's is found, and no verifier of a password gets into the log or the statistics. */
    private static final String SUPERUSER_OPTIONS =
            "-c search_path=pg_catalog,pg_temp -c log_statement=none -c pg_stat_statements.track=none";

    private final PostgresInstallation installation;
    private final Path folder;
    private final int port;
    private final Configuration configuration;
    private volatile Passwords passwords;
    private @Nullable ServerProcess process;

    private PostgresServer(
            PostgresInstallation installation,
            Path folder,
            int port,
            Configuration configuration,
            Passwords passwords,
            ServerProcess process) {
        this.installation = installation;
        this.folder = folder;
        this.port = port;
        this.configuration = configuration;
        this.passwords = passwords;
        this.process = process;
    }

    /**
     * Starts a new server of this major.
     *
     * @param major one of {@link Majors#supported()}
     */
    public static PostgresServer start(int major) {
        return start(major, Map.of());
    }

    /**
     * Starts a new server of this major.
     *
     * @param settings more server settings, for instance {@code log_statement} = {@code all}
     */
    public static PostgresServer start(int major, Map<String, String> settings) {
        return start(PostgresInstallation.of(major), settings);
    }

    /** Starts a new server of this installation, with passwords of its own. */
    public static PostgresServer start(PostgresInstallation installation, Map<String, String> settings) {
        PostgresServer server = start(installation, settings, Template.of(installation));
        try {
            server.replacePasswords(Passwords.random());
            return server;
        } catch (SQLException failure) {
            server.close();
            throw new ServerFailed("setting the passwords of a new server", failure);
        }
    }

    /**
     * Starts a server on a copy of the snapshot's data, with the passwords of that day.
     *
     * @param installation of the same major as the server that the snapshot was made of
     */
    public static PostgresServer start(
            PostgresInstallation installation, Map<String, String> settings, Snapshot snapshot) {
        Configuration configuration = new Configuration(settings);
        try {
            Path folder = JvmFolder.get().newServerFolder(installation.major() + "-");
            try {
                snapshot.data().copyTo(folder.resolve("data"));
                return in(folder, installation, configuration, snapshot.passwords());
            } catch (IOException | RuntimeException failure) {
                Folders.delete(folder);
                throw failure;
            }
        } catch (IOException failure) {
            throw new ServerFailed("copying the data of " + snapshot.folder(), failure);
        }
    }

    /** Starts a server on the data that is in the folder. */
    static PostgresServer in(
            Path folder, PostgresInstallation installation, Configuration configuration, Passwords passwords)
            throws IOException {
        Path data = folder.resolve("data");
        for (int attempt = 0; attempt < PORTS_TO_TRY; attempt++) {
            int port = freePort();
            configuration.write(data, port, JvmFolder.get().certificates());
            Optional<ServerProcess> process = ServerProcess.start(installation, data, log(folder));
            if (process.isEmpty()) continue;
            PostgresServer server =
                    new PostgresServer(installation, folder, port, configuration, passwords, process.get());
            JvmFolder.get().started(server);
            return server;
        }
        throw new ServerFailed("found no free port on " + HOST);
    }

    /** Somebody else may take it before our server does. */
    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    public String host() {
        return HOST;
    }

    public int port() {
        return port;
    }

    public int major() {
        return installation.major();
    }

    /** Those that it was started with. */
    public Map<String, String> settings() {
        return configuration.settings();
    }

    /** The engine version as RDS reports it, for instance {@code 17.11}. */
    public String version() {
        return installation.version();
    }

    public String masterUsername() {
        return MASTER;
    }

    public String masterPassword() {
        return passwords.master();
    }

    /** In PEM, of the root that signed the server's certificate, which is for 127.0.0.1 and localhost. */
    public Path rootCertificate() {
        return JvmFolder.get().rootCertificate();
    }

    /** The server's log file. */
    public Path log() {
        return log(folder);
    }

    private static Path log(Path folder) {
        return folder.resolve("server.log");
    }

    /** What the server runs, for instance to ask it for an extension. */
    public PostgresInstallation installation() {
        return installation;
    }

    public Connection connectAsMaster(String database) throws SQLException {
        return connectAs(MASTER, passwords.master(), database);
    }

    /** Connects with TLS, verifying certificate and host name. */
    public Connection connectAs(String user, String password, String database) throws SQLException {
        return connect(user, password, database, "");
    }

    /**
     * Connects as rdsadmin, for tests that look from outside. What tenants made in the database has to be named with its
     * schema: none of it may run as superuser by accident.
     */
    public Connection connectAsSuperuser(String database) throws SQLException {
        return connect(SUPERUSER, passwords.superuser(), database, SUPERUSER_OPTIONS);
    }

    private Connection connect(String user, String password, String database, String options) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", user);
        properties.setProperty("password", password);
        properties.setProperty("PGHOST", HOST);
        properties.setProperty("PGPORT", String.valueOf(port));
        properties.setProperty("PGDBNAME", database);
        properties.setProperty("sslmode", "verify-full");
        properties.setProperty("sslrootcert", rootCertificate().toString());
        properties.setProperty("connectTimeout", "10");
        if (!options.isEmpty()) properties.setProperty("options", options);
        return DriverManager.getConnection("jdbc:postgresql:///", properties);
    }

    /** Sets the master's password, as ModifyDBInstance does; only a verifier of it is sent. */
    public void setMasterPassword(String password) throws SQLException {
        replacePasswords(passwords.withMaster(password));
    }

    private synchronized void replacePasswords(Passwords replacement) throws SQLException {
        try (Connection connection = connectAsSuperuser("postgres")) {
            PGConnection roles = connection.unwrap(PGConnection.class);
            roles.alterUserPassword(MASTER, replacement.master().toCharArray(), "scram-sha-256");
            roles.alterUserPassword(SUPERUSER, replacement.superuser().toCharArray(), "scram-sha-256");
        }
        passwords = replacement;
    }

    /** Ends all sessions and stops the server. Its data and port stay for {@link #start()}. */
    public synchronized void stop() {
        if (process == null) return;
        process.stop();
        process = null;
    }

    /**
     * Starts the server again after {@link #stop()}, or after it crashed, on the same port.
     *
     * @throws ServerFailed when somebody else has taken the port
     */
    public synchronized void start() {
        if (process != null && process.running()) return;
        process = ServerProcess.start(installation, folder.resolve("data"), log())
                .orElseThrow(() -> new ServerFailed("port %d has been taken by somebody else".formatted(port)));
    }

    public synchronized void restart() {
        stop();
        start();
    }

    /**
     * Makes a physical copy of the server, running or stopped, with its passwords as they are now.
     *
     * @param target a folder that does not exist yet
     */
    public synchronized Snapshot snapshot(Path target) {
        DataFolder data = new DataFolder(folder.resolve("data"));
        try {
            Path copy = Files.createDirectory(target).resolve("data");
            Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rwx------"));
            passwords.store(target);
            if (process == null) {
                data.copyTo(copy);
                return new Snapshot(target);
            }
            try (Connection session = connectAsSuperuser("postgres")) {
                new Backup(session, major()).copy(data, copy);
            }
            return new Snapshot(target);
        } catch (IOException | SQLException failure) {
            throw new ServerFailed("copying the server to " + target, failure);
        }
    }

    /** The same, in a folder that goes with this JVM. */
    public Snapshot snapshot() {
        try {
            return snapshot(JvmFolder.get().newServerFolder("snapshot-").resolve("copy"));
        } catch (IOException failure) {
            throw new ServerFailed("making a folder for a snapshot", failure);
        }
    }

    /** Stops the server at once and deletes its data. */
    @Override
    public synchronized void close() {
        abort();
        try {
            Folders.delete(folder);
        } catch (IOException failure) {
            throw new ServerFailed("deleting " + folder, failure);
        }
    }

    /** Stops the server at once if it runs; its data stays. */
    synchronized void abort() {
        JvmFolder.get().ended(this);
        if (process != null) process.abort();
        process = null;
    }
}
