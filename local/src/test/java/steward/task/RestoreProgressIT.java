package steward.task;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import steward.local.postgres.Majors;
import steward.local.postgres.PostgresServer;
import steward.local.postgres.SharedServers;
import steward.postgres.Login;
import steward.postgres.Postgres;

/** What is shown of a table that is on its way, by the server's own count. */
final class RestoreProgressIT {
    private static final Duration EVERY = Duration.ofMillis(50);
    private static final String DATABASE = "restore_progress";
    private static final int BYTES = 3 << 20;

    private final Progress progress = new Progress(new PrintStream(new ByteArrayOutputStream()), null);

    @TempDir
    private Path dump;

    static List<Integer> majors() {
        return Majors.underTest();
    }

    @AfterEach
    void stop() {
        progress.stop();
    }

    @ParameterizedTest
    @MethodSource("majors")
    void aTableOnItsWayIsShownWhereTheServerTells(int major) throws Exception {
        Files.write(dump.resolve("17.dat"), new byte[BYTES]);
        PostgresServer server = SharedServers.server(major);
        try (Connection superuser = server.connectAsSuperuser("postgres")) {
            execute(superuser, "CREATE DATABASE %s OWNER %s".formatted(DATABASE, server.masterUsername()));
            watch(server, major);
            execute(superuser, "DROP DATABASE " + DATABASE);
        }
    }

    private void watch(PostgresServer server, int major) throws SQLException {
        Login login = new Login(
                server.host(), server.port(), server.major(), server.masterUsername(), server.masterPassword());
        Postgres postgres = new Postgres(server.rootCertificate());
        try (Connection copying = server.connectAsMaster(DATABASE)) {
            execute(copying, "CREATE TABLE large (content text)");
            postgres.withSession(login, DATABASE, "testing", session -> {
                try (RestoreProgress restored = new RestoreProgress(session, major, dump, 2, progress, EVERY)) {
                    copy(copying, restored, major);
                } catch (SQLException e) {
                    throw new IllegalStateException(e);
                }
                // Nothing else uses it any more.
                return session.isTrue("SELECT true");
            });
        }
    }

    private static void copy(Connection copying, RestoreProgress restored, int major) throws SQLException {
        CopyIn copy = copying.unwrap(PGConnection.class).getCopyAPI().copyIn("COPY large FROM STDIN");
        byte[] row = ("x".repeat((1 << 16) - 1) + "\n").getBytes(StandardCharsets.US_ASCII);
        for (int sent = 0; sent < BYTES; sent += row.length) {
            copy.writeToCopy(row, 0, row.length);
        }
        copy.flushCopy();
        if (major < 14) {
            assertThat(restored.bytes()).isZero();
        } else {
            // The server's buffer holds 64 KiB that it has not looked at.
            awaitBytes(restored, BYTES - (1 << 17), BYTES);
        }
        restored.line("pg_restore: finished item 18 INDEX large");
        copy.endCopy();
        restored.line("pg_restore: finished item 17 TABLE DATA large");
        awaitBytes(restored, BYTES, BYTES);
    }

    private static void awaitBytes(RestoreProgress restored, long least, long most) {
        Instant end = Instant.now().plusSeconds(30);
        while ((restored.bytes() < least || restored.bytes() > most)
                && Instant.now().isBefore(end)) {
            Thread.onSpinWait();
        }
        assertThat(restored.bytes()).isBetween(least, most);
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
