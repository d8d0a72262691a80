package steward.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import steward.error.NotPermitted;
import steward.error.ObjectMissing;
import steward.local.postgres.Majors;
import steward.local.postgres.PostgresServer;
import steward.local.postgres.SharedServers;

final class KeptSessionIT {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    static List<Integer> majors() {
        return Majors.underTest();
    }

    @ParameterizedTest
    @MethodSource("majors")
    void theNextWorkHasTheSameSessionAsNew(int major) {
        PostgresServer server = SharedServers.server(major);
        try (Postgres postgres = postgres(server, InstantSource.system())) {
            List<String> fresh = settings(postgres, server);
            int first = work(postgres, master(server), session -> {
                session.execute("SET search_path = public");
                session.execute("SET lock_timeout = 1234");
                session.execute("SET ROLE pg_monitor");
                session.execute("CREATE TEMPORARY TABLE left_behind (id integer)");
                session.execute("PREPARE left_behind AS SELECT 1");
                session.execute("DECLARE left_behind CURSOR WITH HOLD FOR SELECT 1");
                session.execute("SELECT pg_advisory_lock(4711)");
            });
            int second = work(postgres, master(server), session -> {
                assertThat(session.isTrue("SELECT to_regclass('pg_temp.left_behind') IS NULL"))
                        .isTrue();
                assertThat(session.query("SELECT name FROM pg_prepared_statements", row -> row.getString(1)))
                        .doesNotContain("left_behind");
                assertThat(session.query("SELECT name FROM pg_cursors WHERE is_holdable", row -> row.getString(1)))
                        .isEmpty();
                assertThat(session.query(
                                "SELECT objid FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()",
                                row -> row.getLong(1)))
                        .isEmpty();
            });
            assertThat(second).isEqualTo(first);
            assertThat(settings(postgres, server)).isEqualTo(fresh);
        }
    }

    /** The driver prepares a statement on the server when it comes for the sixth time. */
    @ParameterizedTest
    @MethodSource("majors")
    void statementsThatTheDriverPreparedAreNoHindrance(int major) {
        PostgresServer server = SharedServers.server(major);
        try (Postgres postgres = postgres(server, InstantSource.system())) {
            int first = backend(postgres, server);
            for (int i = 0; i < 20; i++) {
                assertThat(backend(postgres, server)).isEqualTo(first);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("majors")
    void afterAFailureThereIsANewSession(int major) {
        PostgresServer server = SharedServers.server(major);
        try (Postgres postgres = postgres(server, InstantSource.system())) {
            int first = backend(postgres, server);
            assertThatThrownBy(() ->
                            work(postgres, master(server), session -> session.execute("DROP DATABASE no_such_one")))
                    .isInstanceOf(ObjectMissing.class);
            assertThat(backend(postgres, server)).isNotEqualTo(first);
            await(server, first);
        }
    }

    @ParameterizedTest
    @MethodSource("majors")
    void aTransactionThatWasLeftOpenIsNotGoneOnWith(int major) {
        PostgresServer server = SharedServers.server(major);
        try (Postgres postgres = postgres(server, InstantSource.system())) {
            int first = work(postgres, master(server), session -> session.execute("BEGIN"));
            assertThat(backend(postgres, server)).isNotEqualTo(first);
        }
    }

    @ParameterizedTest
    @MethodSource("majors")
    void nobodyGetsInWithoutThePassword(int major) {
        PostgresServer server = SharedServers.server(major);
        Login master = master(server);
        try (Postgres postgres = postgres(server, InstantSource.system())) {
            int first = backend(postgres, server);
            Login other = new Login(master.host(), master.port(), master.major(), master.user(), "another");
            assertThatThrownBy(() -> work(postgres, other, session -> {})).isInstanceOf(NotPermitted.class);
            assertThat(backend(postgres, server)).isNotEqualTo(first);
        }
    }

    @ParameterizedTest
    @MethodSource("majors")
    void aSessionThatTheServerHasEndedIsReplaced(int major) throws SQLException {
        PostgresServer server = SharedServers.server(major);
        try (Postgres postgres = postgres(server, InstantSource.system())) {
            int first = backend(postgres, server);
            try (Connection superuser = server.connectAsSuperuser("postgres");
                    PreparedStatement end = superuser.prepareStatement("SELECT pg_terminate_backend(?)")) {
                end.setInt(1, first);
                end.executeQuery();
            }
            await(server, first);
            assertThat(backend(postgres, server)).isNotEqualTo(first);
        }
    }

    @ParameterizedTest
    @MethodSource("majors")
    void nothingStaysForLong(int major) {
        PostgresServer server = SharedServers.server(major);
        Instant[] now = {START};
        try (Postgres postgres = postgres(server, () -> now[0])) {
            int first = backend(postgres, server);
            now[0] = START.plusSeconds(20);
            assertThat(backend(postgres, server)).isEqualTo(first);
            now[0] = START.plusSeconds(41);
            int second = backend(postgres, server);
            assertThat(second).isNotEqualTo(first);
            // A snapshot that is restored, or a clock that is set: nobody knows how long it was.
            now[0] = START;
            assertThat(backend(postgres, server)).isNotEqualTo(second);
        }
    }

    @ParameterizedTest
    @MethodSource("majors")
    void theServerEndsWhatAFrozenFunctionCannot(int major) throws SQLException {
        PostgresServer server = SharedServers.server(major);
        KeptConnection kept = new KeptConnection(InstantSource.system(), Duration.ofMillis(200));
        try (Postgres postgres = new Postgres(server.rootCertificate(), Timeouts.OF_FUNCTIONS, kept)) {
            int first = backend(postgres, server);
            if (major < 14) {
                // There the keepalives have to do: a frozen function does not answer them.
                String[] keepalives = new String[1];
                work(
                        postgres,
                        master(server),
                        session -> keepalives[0] = session.first(
                                        "SELECT current_setting('tcp_keepalives_idle')", row -> row.getString(1))
                                .orElseThrow());
                assertThat(keepalives[0]).isEqualTo("60");
                return;
            }
            await(server, first);
            assertThat(backend(postgres, server)).isNotEqualTo(first);
        }
    }

    @ParameterizedTest
    @MethodSource("majors")
    void closedMeansGone(int major) throws SQLException {
        PostgresServer server = SharedServers.server(major);
        int first;
        try (Postgres postgres = postgres(server, InstantSource.system())) {
            first = backend(postgres, server);
            assertThat(isThere(server, first)).isTrue();
        }
        await(server, first);
    }

    /** Work that opens a session within a session has two of them; one is kept. */
    @ParameterizedTest
    @MethodSource("majors")
    void atMostOneIsKept(int major) throws SQLException {
        PostgresServer server = SharedServers.server(major);
        try (Postgres postgres = postgres(server, InstantSource.system())) {
            int[] inner = new int[1];
            int outer = work(postgres, master(server), session -> inner[0] = backend(postgres, server));
            assertThat(inner[0]).isNotEqualTo(outer);
            await(server, outer);
            assertThat(backend(postgres, server)).isEqualTo(inner[0]);
        }
    }

    private static Postgres postgres(PostgresServer server, InstantSource clock) {
        return new Postgres(
                server.rootCertificate(),
                Timeouts.OF_FUNCTIONS,
                new KeptConnection(clock, KeptConnection.ON_THE_SERVER));
    }

    private static Login master(PostgresServer server) {
        return new Login(
                server.host(), server.port(), server.major(), server.masterUsername(), server.masterPassword());
    }

    @FunctionalInterface
    private interface Work {
        void run(Session session);
    }

    /** The number of the server process that did it. */
    private static int work(Postgres postgres, Login login, Work work) {
        return postgres.withKeptSession(login, "postgres", "testing", session -> {
            int backend = session.first("SELECT pg_backend_pid()", row -> row.getInt(1))
                    .orElseThrow();
            work.run(session);
            return backend;
        });
    }

    private static int backend(Postgres postgres, PostgresServer server) {
        return work(postgres, master(server), session -> {});
    }

    private static List<String> settings(Postgres postgres, PostgresServer server) {
        return postgres.withKeptSession(
                master(server),
                "postgres",
                "testing",
                session -> session.query(
                        "SELECT name || '=' || setting FROM pg_settings ORDER BY name", row -> row.getString(1)));
    }

    private static boolean isThere(PostgresServer server, int backend) {
        try (Connection superuser = server.connectAsSuperuser("postgres");
                PreparedStatement look =
                        superuser.prepareStatement("SELECT count(*) FROM pg_stat_activity WHERE pid = ?")) {
            look.setInt(1, backend);
            try (ResultSet found = look.executeQuery()) {
                found.next();
                return found.getInt(1) > 0;
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void await(PostgresServer server, int backend) {
        Instant end = Instant.now().plusSeconds(20);
        while (isThere(server, backend)) {
            assertThat(Instant.now())
                    .as("server process %d is still there", backend)
                    .isBefore(end);
            try {
                Thread.sleep(20);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }
    }
}
