package steward.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import steward.error.DependentObjects;
import steward.error.NotPermitted;
import steward.error.ObjectBusy;
import steward.error.ObjectExists;
import steward.error.ObjectMissing;
import steward.error.ServerUnavailable;
import steward.local.postgres.Majors;
import steward.local.postgres.PostgresServer;
import steward.local.postgres.SharedServers;

final class SessionIT {
    static List<Integer> majors() {
        return Majors.underTest();
    }

    @ParameterizedTest
    @MethodSource("majors")
    void everySessionIsEncryptedAndVerified(int major) {
        PostgresServer server = SharedServers.server(major);
        String tls = postgres(server)
                .withSession(
                        master(server),
                        "postgres",
                        "looking",
                        session -> session.first(
                                        "SELECT version FROM pg_stat_ssl WHERE pid = pg_backend_pid()",
                                        row -> row.getString(1))
                                .orElseThrow());
        assertThat(tls).isIn("TLSv1.2", "TLSv1.3");
    }

    /** Between the look at a database and its change another run may have begun to drop it. */
    @ParameterizedTest
    @MethodSource("majors")
    void aDatabaseThatIsBeingDroppedIsBusy(int major) throws SQLException {
        PostgresServer server = SharedServers.server(major);
        String database = random("db");
        try (Connection superuser = server.connectAsSuperuser("postgres");
                Statement statement = superuser.createStatement()) {
            statement.execute("CREATE DATABASE " + database + " OWNER " + server.masterUsername());
            statement.execute("UPDATE pg_database SET datconnlimit = -2 WHERE datname = '" + database + "'");
            for (String sql : List.of("ALTER DATABASE %I ALLOW_CONNECTIONS true", "CREATE DATABASE copy TEMPLATE %I")) {
                assertThatThrownBy(() -> postgres(server)
                                .withSession(master(server), "postgres", "testing", session -> {
                                    session.execute(sql, database);
                                    return 0;
                                }))
                        .as(sql)
                        .isInstanceOf(ObjectBusy.class)
                        .hasMessageContaining("invalid database");
            }
            assertThatThrownBy(() -> postgres(server).withSession(master(server), database, "testing", session -> 0))
                    .isInstanceOf(ObjectBusy.class);
            statement.execute("DROP DATABASE " + database);
        }
    }

    @ParameterizedTest
    @MethodSource("majors")
    void aServerWithAnotherCertificateIsRefused(int major) {
        PostgresServer server = SharedServers.server(major);
        Postgres trustingAmazonOnly = new Postgres(Path.of("src/main/resources/certificates/us-east-1.pem"));
        assertThatThrownBy(() -> trustingAmazonOnly.withSession(master(server), "postgres", "looking", session -> 1))
                .isInstanceOf(ServerUnavailable.class)
                .hasMessageContaining("looking: ")
                .hasStackTraceContaining("PKIX path");
    }

    @ParameterizedTest
    @MethodSource("majors")
    void whatATenantSetsForItsDatabaseDoesNotReachOurSessions(int major) throws SQLException {
        PostgresServer server = SharedServers.server(major);
        String database = random("db");
        List<String> refused = new ArrayList<>();
        List<String> settings = new ArrayList<>();
        try (Connection connection = server.connectAsMaster("postgres");
                Statement statement = connection.createStatement()) {
            String tenant = random("tenant");
            statement.execute("CREATE ROLE " + tenant + " LOGIN PASSWORD 'planted'");
            statement.execute("GRANT " + tenant + " TO CURRENT_USER");
            statement.execute("CREATE DATABASE " + database + " TEMPLATE template0 OWNER " + tenant);
            try (Connection asTenant = server.connectAs(tenant, "planted", database);
                    Statement tenants = asTenant.createStatement();
                    var rows = asTenant.createStatement()
                            .executeQuery(
                                    "SELECT name, vartype, enumvals::text[], setting FROM pg_settings WHERE context = 'user'")) {
                while (rows.next()) {
                    settings.add(rows.getString(1));
                    set(tenants, database, rows.getString(1), hostile(rows), refused);
                }
                for (String setting : List.of("local_preload_libraries = 'no_such_library'", "role = 'pg_monitor'")) {
                    tenants.execute("ALTER DATABASE " + database + " SET " + setting);
                }
            }
        }
        Map<String, String> kept = postgres(server)
                .withSession(
                        master(server),
                        database,
                        "looking",
                        session -> session
                                .query(
                                        "SELECT name, setting FROM pg_settings",
                                        row -> Map.entry(row.getString(1), row.getString(2)))
                                .stream()
                                .filter(entry -> OURS.containsKey(entry.getKey()))
                                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)));
        assertThat(settings).hasSizeGreaterThan(100);
        assertThat(refused).as("settings that a tenant cannot set").hasSizeLessThan(settings.size() / 4);
        kept.forEach((name, value) -> assertThat(value).as(name).isEqualTo(OURS.get(name)));
        assertThat(kept).containsKeys("search_path", "statement_timeout", "client_min_messages", "row_security");
        boolean asItself = postgres(server)
                .withSession(
                        master(server),
                        database,
                        "looking",
                        session -> session.isTrue("SELECT current_user = session_user"));
        assertThat(asItself).isTrue();
        postgres(server).withSession(master(server), database, "working", session -> {
            session.inTransaction(() -> session.execute("CREATE TEMPORARY TABLE proof (id integer)"));
            return session.query("SELECT relname FROM pg_class WHERE relname = ?", row -> row.getString(1), "proof");
        });
    }

    /** What a session of ours has to keep, whatever a tenant says. */
    private static final Map<String, String> OURS = Map.ofEntries(
            Map.entry("search_path", "pg_catalog,pg_temp"),
            Map.entry("statement_timeout", "240000"),
            Map.entry("lock_timeout", "10000"),
            Map.entry("transaction_timeout", "0"),
            Map.entry("idle_session_timeout", "0"),
            Map.entry("client_min_messages", "notice"),
            Map.entry("client_connection_check_interval", "500"),
            Map.entry("default_transaction_read_only", "off"),
            Map.entry("default_transaction_isolation", "read committed"),
            Map.entry("exit_on_error", "off"),
            Map.entry("local_preload_libraries", ""),
            Map.entry("password_encryption", "scram-sha-256"),
            Map.entry("row_security", "on"),
            Map.entry("standard_conforming_strings", "on"),
            Map.entry("transform_null_equals", "off"),
            Map.entry("synchronous_commit", "on"),
            Map.entry("default_table_access_method", "heap"),
            Map.entry("default_tablespace", ""));

    private static String hostile(ResultSet row) throws SQLException {
        String current = row.getString(4);
        return switch (row.getString(2)) {
            case "bool" -> current.equals("on") ? "off" : "on";
            case "integer", "real" -> "1";
            case "enum" -> otherThan(current, (String[]) row.getArray(3).getArray());
            default -> "public";
        };
    }

    private static String otherThan(String current, String[] values) {
        String last = values[values.length - 1];
        return last.equals(current) ? values[0] : last;
    }

    private static void set(Statement tenant, String database, String name, String value, List<String> refused) {
        try {
            tenant.execute("ALTER DATABASE " + database + " SET " + name + " = '" + value + "'");
        } catch (SQLException e) {
            refused.add(name);
        }
    }

    @ParameterizedTest
    @MethodSource("majors")
    void aTenantsOperatorsAreNotFound(int major) throws SQLException {
        PostgresServer server = SharedServers.server(major);
        String database = random("db");
        try (Connection connection = server.connectAsMaster("postgres");
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + database + " TEMPLATE template0");
        }
        try (Connection connection = server.connectAsSuperuser(database);
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE public.canary (who text)");
            statement.execute("GRANT ALL ON public.canary TO PUBLIC; GRANT USAGE ON SCHEMA public TO PUBLIC");
            statement.execute("""
                    CREATE FUNCTION public.trap(name, varchar) RETURNS boolean LANGUAGE plpgsql AS
                    $$BEGIN INSERT INTO public.canary VALUES (current_user); RETURN true; END$$""");
            statement.execute("CREATE OPERATOR public.= (LEFTARG = name, RIGHTARG = varchar, FUNCTION = public.trap)");
        }
        postgres(server)
                .withSession(
                        master(server),
                        database,
                        "looking",
                        session -> session.query(
                                "SELECT nspname FROM pg_namespace WHERE nspname = ?",
                                row -> row.getString(1),
                                "public"));
        try (Connection connection = server.connectAsSuperuser(database);
                Statement statement = connection.createStatement();
                var canary = statement.executeQuery("SELECT who FROM public.canary")) {
            assertThat(canary.next()).as("the trap has run").isFalse();
        }
    }

    @ParameterizedTest
    @MethodSource("majors")
    void failuresHaveNamesAndSayWhatWasBeingDone(int major) {
        PostgresServer server = SharedServers.server(major);
        String role = random("role");
        postgres(server).withSession(master(server), "postgres", "testing", session -> {
            session.execute("CREATE ROLE %I", role);
            assertThatThrownBy(() -> session.execute("CREATE ROLE %I", role))
                    .isInstanceOf(ObjectExists.class)
                    .hasMessage("testing: role \"%s\" already exists (SQLSTATE 42710)", role);
            assertThatThrownBy(() -> session.execute("DROP DATABASE no_such_database"))
                    .isInstanceOf(ObjectMissing.class);
            assertThatThrownBy(() -> session.execute("ALTER ROLE %I SUPERUSER", role))
                    .isInstanceOf(NotPermitted.class);
            session.execute("GRANT CONNECT ON DATABASE postgres TO %I", role);
            assertThatThrownBy(() -> session.execute("DROP ROLE %I", role))
                    .isInstanceOf(DependentObjects.class)
                    .hasMessageContaining("detail: privileges for database postgres");
            session.inTransaction(() -> {
                session.execute("SET LOCAL statement_timeout = 50");
                assertThatThrownBy(() -> session.execute("SELECT pg_sleep(10)"))
                        .as("what the server goes on with may be done at the next attempt")
                        .isInstanceOf(ObjectBusy.class)
                        .hasMessageContaining("57014");
            });
            assertThatThrownBy(() -> session.execute("SELECT 1/0"))
                    .isInstanceOf(UnexpectedSqlError.class)
                    .hasMessageContaining("22012");
            return 0;
        });
    }

    @ParameterizedTest
    @MethodSource("majors")
    void aGrantOrRevokeThatOnlyWarnsIsAnError(int major) {
        PostgresServer server = SharedServers.server(major);
        postgres(server).withSession(master(server), "postgres", "testing", session -> {
            assertThatThrownBy(() -> session.execute("REVOKE CONNECT ON DATABASE template0 FROM PUBLIC"))
                    .isInstanceOf(NotPermitted.class)
                    .hasMessageContaining("01006");
            return 0;
        });
    }

    @ParameterizedTest
    @MethodSource("majors")
    void whatSomebodyElseHoldsIsBusy(int major) throws SQLException {
        PostgresServer server = SharedServers.server(major);
        String role = random("role");
        postgres(server).withSession(master(server), "postgres", "testing", session -> {
            session.execute("CREATE ROLE %I", role);
            return 0;
        });
        try (Connection connection = server.connectAsSuperuser("postgres");
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("ALTER ROLE " + role + " CONNECTION LIMIT 5");
            assertThatThrownBy(() -> postgres(server).withSession(master(server), "postgres", "testing", session -> {
                        session.execute("SET lock_timeout = 100");
                        session.execute("ALTER ROLE %I CONNECTION LIMIT 6", role);
                        return 0;
                    }))
                    .isInstanceOf(ObjectBusy.class)
                    .hasMessageContaining("55P03");
        }
    }

    @ParameterizedTest
    @MethodSource("majors")
    void aTransactionTakesEffectAsAWholeOrNotAtAll(int major) {
        PostgresServer server = SharedServers.server(major);
        String role = random("role");
        postgres(server).withSession(master(server), "postgres", "testing", session -> {
            assertThatThrownBy(() -> session.inTransaction(() -> {
                        session.execute("CREATE ROLE %I", role);
                        session.execute("CREATE ROLE %I", role);
                    }))
                    .isInstanceOf(ObjectExists.class);
            assertThat(session.isTrue("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = ?)", role))
                    .isFalse();
            return 0;
        });
    }

    @ParameterizedTest
    @MethodSource("majors")
    void hostileNamesArriveExactly(int major) {
        PostgresServer server = SharedServers.server(major);
        List<String> names = List.of("a\"b", "a'b", "a\\b", "%I", "$1", "a;b", "Ünï-😀", "--", "/*", "E'\\''");
        postgres(server).withSession(master(server), "postgres", "testing", session -> {
            for (String name : names) {
                String unique = name + random("");
                session.execute("CREATE ROLE %I", unique);
                session.execute("COMMENT ON ROLE %I IS %L", unique, name);
                assertThat(session.first(
                                "SELECT shobj_description(oid, 'pg_authid') FROM pg_roles WHERE rolname = ?",
                                row -> row.getString(1),
                                unique))
                        .contains(name);
            }
            return 0;
        });
    }

    @ParameterizedTest
    @MethodSource("majors")
    void aPasswordIsProvedByALogin(int major) {
        PostgresServer server = SharedServers.server(major);
        Login good = master(server);
        Login bad = new Login(good.host(), good.port(), good.major(), good.user(), "wrong");
        assertThat(postgres(server).accepts(good, "postgres", "proving")).isTrue();
        assertThatThrownBy(() -> postgres(server).accepts(good, "no_such_database", "proving"))
                .isInstanceOf(ObjectMissing.class);
        assertThat(postgres(server).accepts(bad, "postgres", "proving")).isFalse();
    }

    private static Postgres postgres(PostgresServer server) {
        return new Postgres(server.rootCertificate());
    }

    private static Login master(PostgresServer server) {
        return new Login(
                server.host(), server.port(), server.major(), server.masterUsername(), server.masterPassword());
    }

    private static String random(String prefix) {
        byte[] bytes = new byte[6];
        new SecureRandom().nextBytes(bytes);
        return prefix + "_" + HexFormat.of().formatHex(bytes);
    }
}
