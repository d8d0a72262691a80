package steward.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import steward.local.postgres.Majors;
import steward.local.postgres.PostgresServer;
import steward.local.postgres.SharedServers;
import steward.postgres.Login;
import steward.postgres.Postgres;

/** What counts as written, and what does not. */
final class DatabaseWritesIT {
    static List<Integer> majors() {
        return Majors.underTest();
    }

    @ParameterizedTest
    @MethodSource("majors")
    void everyWriteIsSeenAndNothingElse(int major) throws SQLException {
        PostgresServer server = SharedServers.server(major);
        byte[] bytes = new byte[6];
        new SecureRandom().nextBytes(bytes);
        String database = "written_" + HexFormat.of().formatHex(bytes);
        try (Connection master = server.connectAsMaster("postgres");
                Statement statement = master.createStatement()) {
            statement.execute("CREATE DATABASE " + database + " TEMPLATE template0");
            run(
                    server,
                    database,
                    "CREATE SCHEMA app",
                    "CREATE TABLE app.orders (id serial PRIMARY KEY, name text)",
                    "INSERT INTO app.orders (name) SELECT repeat('long', 2000) FROM generate_series(1, 100)",
                    "CREATE MATERIALIZED VIEW app.names AS SELECT name FROM app.orders",
                    "CREATE FUNCTION app.one() RETURNS int LANGUAGE sql AS 'SELECT 1'",
                    "SELECT lo_from_bytea(4711, 'large')");
            String before = count(server, database);
            for (String sql : List.of(
                    "SELECT count(*), max(name) FROM app.orders",
                    "VACUUM",
                    "ANALYZE",
                    "VACUUM (ANALYZE, FREEZE) app.orders",
                    "REINDEX TABLE app.orders",
                    "CREATE TEMPORARY TABLE mine AS SELECT * FROM app.orders",
                    "SELECT lo_get(4711)",
                    "UPDATE app.orders SET name = '' WHERE false",
                    "SET work_mem = '8MB'")) {
                run(server, database, sql);
                assertThat(count(server, database)).as(sql).isEqualTo(before);
            }
            for (String sql : List.of(
                    "INSERT INTO app.orders (name) VALUES ('new')",
                    "UPDATE app.orders SET name = 'changed' WHERE id = 1",
                    "DELETE FROM app.orders WHERE id = 2",
                    "SELECT lo_put(4711, 0, 'LARGE')",
                    "SELECT lo_create(4712)",
                    "SELECT lo_unlink(4712)",
                    "ALTER TABLE app.orders ADD COLUMN price int",
                    "REFRESH MATERIALIZED VIEW app.names",
                    "CREATE OR REPLACE FUNCTION app.one() RETURNS int LANGUAGE sql AS 'SELECT 2'",
                    "CREATE VIEW app.all_orders AS SELECT * FROM app.orders",
                    "CREATE TABLE public.empty (id int)",
                    "DROP TABLE public.empty",
                    "TRUNCATE app.orders")) {
                run(server, database, sql);
                String now = count(server, database);
                assertThat(now).as(sql).isNotEqualTo(before);
                before = now;
            }
            statement.execute("DROP DATABASE " + database);
        }
    }

    /** In a session that ends after it: until then, what it has done may not have been told. */
    private static void run(PostgresServer server, String database, String... sql) throws SQLException {
        try (Connection connection = server.connectAsMaster(database);
                Statement statement = connection.createStatement()) {
            for (String each : sql) {
                statement.execute(each);
            }
        }
    }

    private static String count(PostgresServer server, String database) {
        Login master = new Login(
                server.host(), server.port(), server.major(), server.masterUsername(), server.masterPassword());
        return Optional.ofNullable(new Postgres(server.rootCertificate())
                        .withSession(master, database, "counting", DatabaseWrites::count))
                .orElseThrow();
    }
}
