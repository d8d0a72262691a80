package steward.local.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Who may create which extension, as on RDS. */
final class ExtensionsIT {
    private static final String MAJORS = "steward.local.postgres.Majors#underTest";

    private static final String OWNERS =
            "SELECT concat_ws(' ', extname, extowner::regrole) FROM pg_extension WHERE extname <> 'plpgsql' ORDER BY 1";

    @ParameterizedTest
    @MethodSource(MAJORS)
    void theMasterCreatesWhatIsListedAndOwnsIt(int major) throws Exception {
        Tenant tenant = Tenant.create(SharedServers.server(major));
        try (Connection master = tenant.connectAsMaster()) {
            Sql.execute(
                    master,
                    "CREATE SCHEMA extensions",
                    "CREATE EXTENSION dblink SCHEMA extensions",
                    "CREATE EXTENSION hstore SCHEMA extensions",
                    "CREATE EXTENSION pg_stat_statements SCHEMA extensions",
                    "CREATE EXTENSION postgres_fdw SCHEMA extensions");
            assertThat(Sql.column(master, OWNERS))
                    .containsExactly(
                            "dblink master", "hstore master", "pg_stat_statements master", "postgres_fdw master");
        }
    }

    @ParameterizedTest
    @MethodSource(MAJORS)
    void everyListedExtensionThatIsInstalledCanBeCreatedByTheMaster(int major) throws Exception {
        PostgresServer server = SharedServers.server(major);
        Tenant tenant = Tenant.create(server);
        List<String> names = server.installation().extensions().installed().stream()
                .filter(Extensions.listed()::contains)
                // The build's binaries have no Perl and Tcl to load.
                .filter(name -> !name.contains("perl") && !name.contains("tcl") && !name.equals("plpgsql"))
                .toList();
        try (Connection master = tenant.connectAsMaster()) {
            Sql.execute(master, "CREATE SCHEMA extensions");
            for (String name : names) {
                Sql.execute(master, "CREATE EXTENSION IF NOT EXISTS \"%s\" SCHEMA extensions CASCADE".formatted(name));
            }
            assertThat(Sql.column(master, "SELECT extname FROM pg_extension WHERE extowner::regrole::text = 'master'"))
                    .containsExactlyInAnyOrderElementsOf(names)
                    .contains("citext", "pg_trgm", "pgcrypto", "uuid-ossp", "unaccent", "ltree", "earthdistance");
        }
    }

    @ParameterizedTest
    @MethodSource(MAJORS)
    void theOwnerCreatesTrustedOnesOnly(int major) throws Exception {
        Tenant tenant = Tenant.create(SharedServers.server(major));
        try (Connection owner = tenant.connect()) {
            Sql.execute(owner, "CREATE EXTENSION hstore", "CREATE EXTENSION citext", "CREATE EXTENSION pg_trgm");
            for (String name : List.of("dblink", "postgres_fdw", "pg_stat_statements", "pg_buffercache", "sslinfo")) {
                Sql.assertRefused(owner, "CREATE EXTENSION " + name);
            }
            assertThat(Sql.column(owner, OWNERS))
                    .containsExactly("citext " + tenant.name(), "hstore " + tenant.name(), "pg_trgm " + tenant.name());
        }
    }

    @ParameterizedTest
    @MethodSource(MAJORS)
    void theScriptOfARefusedExtensionDoesNotEvenBegin(int major) throws Exception {
        Tenant tenant = Tenant.create(SharedServers.server(major));
        try (Connection owner = tenant.connect()) {
            // The script would fail with another error: this function exists.
            Sql.execute(owner, "CREATE FUNCTION dblink_connect(text) RETURNS text LANGUAGE sql AS 'SELECT 1::text'");
            Sql.assertRefused(owner, "CREATE EXTENSION dblink");
        }
        try (Connection master = tenant.connectAsMaster()) {
            Sql.assertFails(master, "CREATE EXTENSION dblink SCHEMA public", "42723");
        }
    }

    @ParameterizedTest
    @MethodSource(MAJORS)
    void whatIsNotListedIsRefusedToEverybody(int major) throws Exception {
        Tenant tenant = Tenant.create(SharedServers.server(major));
        for (Connection connection : List.of(tenant.connectAsMaster(), tenant.connect())) {
            try (connection) {
                for (String name : List.of("file_fdw", "pageinspect", "xml2", "plperlu")) {
                    Sql.assertRefused(connection, "CREATE EXTENSION " + name);
                }
                assertThat(Sql.column(connection, OWNERS)).isEmpty();
            }
        }
    }

    @ParameterizedTest
    @MethodSource(MAJORS)
    void aTrustedExtensionDoesNotPullInOneThatTheOwnerMayNotCreate(int major) throws Exception {
        Tenant tenant = Tenant.create(SharedServers.server(major));
        try (Connection owner = tenant.connect()) {
            Sql.execute(owner, "CREATE EXTENSION cube");
            // Not trusted itself, although all that it requires is.
            Sql.assertRefused(owner, "CREATE EXTENSION earthdistance");
            Sql.assertRefused(owner, "CREATE EXTENSION earthdistance CASCADE");
        }
        try (Connection master = tenant.connectAsMaster()) {
            Sql.execute(master, "CREATE SCHEMA extensions");
            // The required one was there before, made by somebody who was allowed to.
            Sql.execute(master, "CREATE EXTENSION earthdistance");
        }
    }

    @ParameterizedTest
    @MethodSource(MAJORS)
    void aTenantCannotBendTheCheck(int major) throws Exception {
        Tenant tenant = Tenant.create(SharedServers.server(major));
        try (Connection owner = tenant.connect()) {
            Sql.execute(
                    owner,
                    "CREATE FUNCTION public.pg_has_role(name, text, text) RETURNS bool LANGUAGE sql AS 'SELECT true'",
                    "CREATE FUNCTION public.always(name, text) RETURNS bool LANGUAGE sql AS 'SELECT true'",
                    "CREATE OPERATOR public.= (LEFTARG = name, RIGHTARG = text, FUNCTION = public.always)",
                    "CREATE TEMPORARY TABLE pg_roles AS SELECT current_user AS rolname, true AS rolsuper, 10::oid AS oid",
                    "SET search_path = public, pg_temp, pg_catalog");
            Sql.assertRefused(owner, "CREATE EXTENSION dblink");
            Sql.assertRefused(owner, "ALTER EVENT TRIGGER rds_check_extension DISABLE");
            Sql.assertRefused(owner, "DROP FUNCTION pg_catalog.rds_check_extension() CASCADE");
            Sql.assertRefused(owner, "DROP EXTENSION plpgsql CASCADE");
            Sql.assertRefused(owner, "SET session_replication_role = replica");
            Sql.assertRefused(owner, "SELECT pg_catalog.rds_hand_over_postgis()");
            Sql.assertRefused(owner, """
                    CREATE EVENT TRIGGER own ON ddl_command_end EXECUTE FUNCTION pg_catalog.rds_hand_over_postgis()
                    """);
        }
    }

    @ParameterizedTest
    @MethodSource(MAJORS)
    void theCheckIsInEveryDatabaseAndInNoDump(int major) throws Exception {
        PostgresServer server = SharedServers.server(major);
        Tenant tenant = Tenant.create(server);
        for (String database : List.of("postgres", "template1", tenant.name())) {
            try (Connection superuser = server.connectAsSuperuser(database)) {
                assertThat(Sql.column(superuser, """
                        SELECT evtname
                        FROM pg_event_trigger
                        JOIN pg_depend ON classid = 'pg_event_trigger'::regclass AND objid = pg_event_trigger.oid
                        WHERE evtenabled = 'A' AND deptype = 'e'
                        ORDER BY 1
                        """)).containsExactly("rds_check_extension", "rds_hand_over_postgis");
            }
        }
    }
}
