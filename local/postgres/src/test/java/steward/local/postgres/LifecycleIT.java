package steward.local.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Servers start, stop, are copied and leave nothing behind. */
final class LifecycleIT {
    private static final String MAJORS = "steward.local.postgres.Majors#underTest";
    private static final int NEWEST = Majors.underTest().getLast();

    @ParameterizedTest
    @MethodSource(MAJORS)
    void aRestartedServerHasItsDataAndItsPort(int major) throws Exception {
        try (PostgresServer server = PostgresServer.start(major)) {
            int port = server.port();
            create(server, "CREATE TABLE kept AS SELECT 1 AS id");
            server.stop();
            assertThatThrownBy(() -> server.connectAsMaster("postgres")).isInstanceOf(SQLException.class);
            server.start();
            assertThat(query(server, "SELECT id FROM kept")).isEqualTo("1");
            server.restart();
            assertThat(query(server, "SELECT id FROM kept")).isEqualTo("1");
            assertThat(server.port()).isEqualTo(port);
        }
    }

    @Test
    void aClosedServerLeavesNothing() throws Exception {
        PostgresServer server = PostgresServer.start(NEWEST);
        Path folder = server.log().resolveSibling("");
        assertThat(folder).exists();
        server.close();
        assertThat(folder).doesNotExist();
        assertThatThrownBy(() -> server.connectAsMaster("postgres")).isInstanceOf(SQLException.class);
        server.close();
    }

    @ParameterizedTest
    @MethodSource(MAJORS)
    void theSettingsGivenAreInForce(int major) throws Exception {
        Map<String, String> settings = Map.of(
                "log_statement", "all",
                "shared_preload_libraries", "pg_stat_statements",
                "max_prepared_transactions", "5",
                "wal_level", "logical",
                "search_path", "it's, \"a\\b\"");
        try (PostgresServer server = PostgresServer.start(major, settings)) {
            assertThat(query(server, "SHOW search_path")).isEqualTo("it's, \"a\\b\"");
            create(server, "SET search_path = public", "CREATE EXTENSION pg_stat_statements");
            try (Connection superuser = server.connectAsSuperuser("postgres")) {
                Sql.execute(superuser, "SELECT pg_create_logical_replication_slot('slot', 'pgoutput')");
                create(
                        server,
                        "SET search_path = public",
                        "BEGIN",
                        "CREATE TABLE prepared (id int)",
                        "PREPARE TRANSACTION 'one'");
                assertThat(Sql.column(superuser, "SELECT gid FROM pg_prepared_xacts"))
                        .containsExactly("one");
                create(server, "SELECT 'seen'");
                server.setMasterPassword("changed");
                assertThat(Sql.column(superuser, "SELECT query FROM public.pg_stat_statements"))
                        .contains("SELECT $1")
                        .noneMatch(query -> query.contains("SCRAM-SHA-256"));
            }
            assertThat(Files.readString(server.log()))
                    .contains("CREATE TABLE prepared")
                    .doesNotContain(server.masterPassword())
                    .doesNotContain("SCRAM-SHA-256");
        }
    }

    @ParameterizedTest
    @MethodSource(MAJORS)
    void aCopyOfAServerThatIsBeingWrittenToHoldsWhatWasCommittedBefore(int major) throws Exception {
        try (PostgresServer server = PostgresServer.start(major)) {
            create(
                    server,
                    "CREATE TABLE kept AS SELECT * FROM generate_series(1, 1000) AS id",
                    "CREATE TABLE noise (id int)");
            String passwordThen = server.masterPassword();
            Snapshot snapshot = copyUnderLoad(server, server.log().resolveSibling("snapshot"));
            server.setMasterPassword("changed afterwards");
            try (PostgresServer copy = PostgresServer.start(server.installation(), Map.of(), snapshot);
                    PostgresServer again = PostgresServer.start(server.installation(), Map.of(), snapshot)) {
                assertThat(copy.masterPassword()).isEqualTo(passwordThen);
                assertThat(query(copy, "SELECT count(*) FROM kept")).isEqualTo("1000");
                // A statement is there as a whole or not at all.
                assertThat(query(copy, "SELECT count(*) % 100 FROM noise")).isEqualTo("0");
                assertThat(query(again, "SELECT count(*) FROM kept")).isEqualTo("1000");
                assertThat(query(copy, "SELECT count(*) FROM pg_replication_slots"))
                        .isEqualTo("0");
            }
            assertThat(query(server, "SELECT count(*) FROM pg_replication_slots"))
                    .isEqualTo("0");
        }
    }

    private static Snapshot copyUnderLoad(PostgresServer server, Path target) throws Exception {
        AtomicBoolean enough = new AtomicBoolean();
        CompletableFuture<Void> load = CompletableFuture.runAsync(() -> {
            try (Connection connection = server.connectAsMaster("postgres")) {
                while (!enough.get()) {
                    Sql.execute(connection, "INSERT INTO noise SELECT generate_series(1, 100)");
                }
            } catch (SQLException failure) {
                throw new IllegalStateException(failure);
            }
        });
        try {
            return server.snapshot(target);
        } finally {
            enough.set(true);
            load.get();
        }
    }

    @Test
    void aStoppedServerCanBeCopiedToo() throws Exception {
        try (PostgresServer server = PostgresServer.start(NEWEST)) {
            create(server, "CREATE TABLE kept AS SELECT 7 AS id");
            server.stop();
            Snapshot snapshot = server.snapshot(server.log().resolveSibling("snapshot"));
            try (PostgresServer copy = PostgresServer.start(server.installation(), Map.of(), snapshot)) {
                assertThat(query(copy, "SELECT id FROM kept")).isEqualTo("7");
            }
        }
    }

    @Test
    void aSettingThatTheServerRefusesIsNamed() {
        assertThatThrownBy(() -> PostgresServer.start(NEWEST, Map.of("max_connections", "many")))
                .isInstanceOf(ServerFailed.class)
                .hasMessageContaining("max_connections");
        assertThatThrownBy(() -> PostgresServer.start(NEWEST, Map.of("a'b", "c")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static void create(PostgresServer server, String... statements) throws SQLException {
        try (Connection master = server.connectAsMaster("postgres")) {
            Sql.execute(master, statements);
        }
    }

    private static String query(PostgresServer server, String sql) throws SQLException {
        try (Connection master = server.connectAsMaster("postgres")) {
            return Sql.column(master, sql).getFirst();
        }
    }
}
