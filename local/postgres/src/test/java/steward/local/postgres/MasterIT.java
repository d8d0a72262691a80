package steward.local.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The master and what surrounds it are as on RDS. */
final class MasterIT {
    private static final String MAJORS = "steward.local.postgres.Majors#underTest";

    @ParameterizedTest
    @MethodSource(MAJORS)
    void theServerIsOfTheMajorAskedFor(int major) throws Exception {
        PostgresServer server = SharedServers.server(major);
        try (Connection master = server.connectAsMaster("postgres")) {
            assertThat(Sql.column(master, "SHOW server_version").getFirst()).startsWith(server.version());
            assertThat(server.major()).isEqualTo(major);
            assertThat(server.version()).startsWith(major + ".");
        }
    }

    @ParameterizedTest
    @MethodSource(MAJORS)
    void theMasterMayCreateRolesAndDatabasesAndNothingElse(int major) throws Exception {
        try (Connection master = SharedServers.server(major).connectAsMaster("postgres")) {
            assertThat(Sql.column(master, """
                    SELECT concat_ws(' ', rolcanlogin, rolsuper, rolinherit, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls)
                    FROM pg_roles
                    WHERE rolname = 'master'
                    """)).containsExactly("t f t t t f f");
        }
    }

    @ParameterizedTest
    @MethodSource(MAJORS)
    void membershipsAreThoseOfRds(int major) throws Exception {
        try (Connection master = SharedServers.server(major).connectAsMaster("postgres")) {
            assertThat(memberships(master, "master")).containsExactly("rds_superuser");
            assertThat(memberships(master, "rds_superuser"))
                    .containsExactly("pg_monitor", "pg_signal_backend", "rds_password", "rds_replication");
            assertThat(Sql.column(master, "SELECT rolname FROM pg_roles WHERE rolname LIKE 'rds%' ORDER BY 1"))
                    .containsExactly("rds_iam", "rds_password", "rds_replication", "rds_superuser", "rdsadmin");
        }
    }

    private static List<String> memberships(Connection connection, String member) throws Exception {
        return Sql.column(connection, """
                SELECT DISTINCT roleid::regrole::text COLLATE "C"
                FROM pg_auth_members
                WHERE member = '%s'::regrole AND NOT admin_option AND roleid::regrole::text NOT LIKE 'tenant%%'
                ORDER BY 1
                """.formatted(member));
    }

    @ParameterizedTest
    @MethodSource(MAJORS)
    void databasesAndSchemasBelongToWhomTheyDoOnRds(int major) throws Exception {
        PostgresServer server = SharedServers.server(major);
        try (Connection master = server.connectAsMaster("postgres")) {
            assertThat(Sql.column(master, """
                    SELECT concat_ws(' ', datname, datdba::regrole, datallowconn)
                    FROM pg_database
                    WHERE datname IN ('postgres', 'template0', 'template1')
                    ORDER BY 1
                    """))
                    .containsExactly("postgres master t", "template0 rdsadmin f", "template1 master t");
        }
        for (String database : List.of("postgres", "template1")) {
            try (Connection master = server.connectAsMaster(database)) {
                assertThat(Sql.column(master, "SELECT nspowner::regrole FROM pg_namespace WHERE nspname = 'public'"))
                        .containsExactly(major < 15 ? "master" : "pg_database_owner");
            }
        }
    }

    @ParameterizedTest
    @MethodSource(MAJORS)
    void theMasterIsNoSuperuser(int major) throws Exception {
        PostgresServer server = SharedServers.server(major);
        String role = Sql.name("role");
        try (Connection master = server.connectAsMaster("postgres");
                Connection superuser = server.connectAsSuperuser("postgres")) {
            String pid = Sql.column(superuser, "SELECT pg_backend_pid()").getFirst();
            Sql.assertRefused(master, "CREATE ROLE %s SUPERUSER".formatted(role));
            Sql.assertRefused(master, "ALTER ROLE master NOSUPERUSER");
            Sql.assertRefused(master, "ALTER ROLE rdsadmin PASSWORD 'x'");
            Sql.assertRefused(master, "GRANT rdsadmin TO master");
            Sql.assertRefused(master, "SET ROLE rdsadmin");
            Sql.assertRefused(master, "SELECT pg_terminate_backend(%s)".formatted(pid));
            Sql.assertRefused(master, "SET log_statement = 'none'");
            Sql.assertRefused(master, "ALTER SYSTEM SET work_mem = '1MB'");
            Sql.assertRefused(master, "SELECT pg_read_file('pg_hba.conf')");
            Sql.assertRefused(master, "COPY (SELECT 1) TO PROGRAM 'cat'");
            Sql.assertRefused(master, "CREATE FUNCTION pg_temp.f() RETURNS int LANGUAGE c AS 'libc', 'getpid'");
            Sql.assertRefused(master, "DROP EVENT TRIGGER rds_check_extension");
        }
    }

    @ParameterizedTest
    @MethodSource(MAJORS)
    void theMasterMakesAUserAndADatabaseForIt(int major) throws Exception {
        Tenant tenant = Tenant.create(SharedServers.server(major));
        try (Connection connection = tenant.connect()) {
            Sql.execute(connection, "CREATE TABLE kept (id int)");
            assertThat(Sql.column(
                            connection, "SELECT datdba::regrole FROM pg_database WHERE datname = current_database()"))
                    .containsExactly(tenant.name());
            assertThat(Sql.column(connection, "SELECT pg_encoding_to_char(encoding) FROM pg_database"))
                    .containsOnly("UTF8");
            Sql.assertRefused(connection, "CREATE DATABASE another");
            Sql.assertRefused(connection, "CREATE ROLE another");
        }
    }
}
