package steward.local;

import static org.assertj.core.api.Assertions.assertThat;
import static steward.local.TestInstallation.execute;
import static steward.local.TestInstallation.random;
import static steward.local.TestInstallation.rows;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import steward.local.TestInstallation.Outcome;
import steward.local.postgres.ClientTools;
import steward.local.postgres.PostgresInstallation;
import steward.local.postgres.PostgresServer;

/** On a real PostGIS: Debian's server with its package, set up as the others are. */
final class PostgisIT {
    private static final List<String> ALL = List.of("postgis", "postgis_tiger_geocoder", "postgis_topology");

    private static PostgresServer server;
    private static TestInstallation steward;

    @BeforeAll
    static void start() {
        Optional<PostgresInstallation> installation = PostgresInstallation.debianWithPostgis();
        if ("true".equals(System.getenv("CI"))) {
            assertThat(installation).as("CI has PostGIS").isPresent();
        }
        Assumptions.assumeTrue(
                installation.isPresent(), "PostGIS is not installed: apt-get install postgresql-postgis");
        server = PostgresServer.start(installation.orElseThrow(), Map.of());
        steward = new TestInstallation(Map.of("gis", server));
    }

    @AfterAll
    static void stop() {
        Optional.ofNullable(server).ifPresent(PostgresServer::close);
    }

    @Test
    void aNewDatabaseHasItAndItsOwnerOwnsWhatItNeeds() throws SQLException {
        String site = random("site");
        Map<String, Object> input = Map.of("instance", "gis", "project", "acme", "database", site, "extensions", ALL);
        JsonNode output = steward.succeed("create-database", input);

        assertThat(output.path("extensions").toString())
                .isEqualTo("[\"postgis\",\"postgis_tiger_geocoder\",\"postgis_topology\"]");
        ownsWhatItNeeds(site);
        List<String> before = Catalogue.of(steward, "gis", site);
        steward.succeed("create-database", input);
        assertThat(Catalogue.of(steward, "gis", site)).isEqualTo(before);
    }

    @Test
    void aDatabaseInUseGetsItLater() throws SQLException {
        String site = random("site");
        steward.succeed("create-database", Map.of("instance", "gis", "project", "acme", "database", site));
        for (String extension : ALL) {
            Map<String, Object> input = Map.of("instance", "gis", "database", site, "extension", extension);
            assertThat(steward.succeed("enable-extension", input)
                            .path("created")
                            .asBoolean())
                    .isTrue();
            JsonNode again = steward.succeed("enable-extension", input);
            assertThat(again.path("created").asBoolean()).isFalse();
            assertThat(again.path("version").asText()).startsWith("3.");
        }
        ownsWhatItNeeds(site);
    }

    @Test
    void aSchemaThatTheExtensionDoesNotTakeIsRefusedBeforeAnythingIsInstalled() throws SQLException {
        String site = random("site");
        steward.succeed("create-database", Map.of("instance", "gis", "project", "acme", "database", site));
        Outcome refused = steward.run(
                "enable-extension",
                Map.of("instance", "gis", "database", site, "extension", "postgis_topology", "schema", "public"));
        assertThat(refused.error()).as(refused.toString()).contains("steward.error.InvalidInput");
        assertThat(steward.look("gis", site, "SELECT extname FROM pg_extension"))
                .containsExactly("plpgsql");
    }

    /** Its scripts run as a superuser here, as on RDS: what they called of a tenant's would be one, too. */
    @Test
    void noScriptComesUponWhatATenantHasLaidOut() throws SQLException {
        String bait = """
                CREATE FUNCTION public.bait() RETURNS integer LANGUAGE plpgsql AS
                $$BEGIN RAISE WARNING 'canary: %', current_user; RETURN 1; END$$""";
        Map<String, List<String>> traps = Map.of(
                "a statement in the search path",
                List.of(
                        bait,
                        "SELECT set_config('search_path', 'public;SELECT/**/public.bait();--', false)",
                        "ALTER DATABASE %s SET search_path FROM CURRENT"),
                "the system's schema after the tenant's",
                List.of("ALTER DATABASE %s SET search_path = public, pg_catalog"),
                "the extension's own schema",
                List.of("CREATE SCHEMA topology", "CREATE SCHEMA tiger"));
        for (Map.Entry<String, List<String>> trap : traps.entrySet()) {
            String site = random("site");
            steward.succeed("create-database", Map.of("instance", "gis", "project", "acme", "database", site));
            try (Connection owner = steward.connect("acme", "gis", site, site)) {
                for (String statement : trap.getValue()) {
                    execute(owner, statement.replace("%s", site));
                }
            }
            for (String extension : List.of("postgis_topology", "postgis_tiger_geocoder")) {
                Outcome refused = steward.run(
                        "enable-extension", Map.of("instance", "gis", "database", site, "extension", extension));
                assertThat(refused.error().orElse("none"))
                        .as(trap.getKey() + ": " + refused)
                        .isIn("steward.error.NotPermitted", "steward.error.ObjectExists");
                assertThat(refused.cause().orElseThrow())
                        .containsAnyOf("not a plain list of schemas", "exists and belongs to \"%s\"".formatted(site));
            }
            assertThat(steward.look("gis", site, "SELECT extname FROM pg_extension"))
                    .as(trap.getKey())
                    .containsExactly("plpgsql");
        }
    }

    @Test
    void whatAnExtensionRequiresComesWithIt() {
        String site = random("site");
        steward.succeed(
                "create-database",
                Map.of(
                        "instance",
                        "gis",
                        "project",
                        "acme",
                        "database",
                        site,
                        "extensions",
                        List.of("postgis_tiger_geocoder")));
        assertThat(steward.run("enable-extension", Map.of("instance", "gis", "database", site, "extension", "postgis"))
                        .text("created"))
                .isEqualTo("false");
    }

    @Test
    void aDatabaseThatUsesItComesBackFromItsDump() throws Exception {
        Path tools = ClientTools.found().get(server.major());
        assertThat(tools).as("pg_dump of the server's major").isNotNull();
        Dumps dumps = new Dumps(steward);
        String site = dumps.create("gis", ALL);
        use(site);
        JsonNode dumped = dumps.dump("gis", site);
        String copy = random("copy");

        JsonNode restored = dumps.restore("gis", copy, site, dumped.path("dump").asText());

        assertThat(restored.path("notes").toString()).contains("grants").doesNotContain("spatial_ref_sys");
        if (tools != null) {
            assertThat(dumps.digest("gis", site, site, tools).difference(dumps.digest("gis", copy, site, tools)))
                    .isEmpty();
        }
        try (Connection owner = steward.connect("acme", "gis", site, copy)) {
            assertThat(rows(owner, "SELECT round(ST_X(position)::numeric, 1) FROM place"))
                    .containsExactly("13.4");
            assertThat(rows(owner, "SELECT auth_name FROM spatial_ref_sys WHERE srid = 990001"))
                    .containsExactly("acme");
            assertThat(rows(owner, "SELECT name FROM topology.topology")).containsExactly("streets");
            // pg_dump leaves out the rows of an extension's tables, but of those that it marks as configuration.
            assertThat(rows(owner, "SELECT co_code FROM tiger.county_lookup WHERE st_code = 99"))
                    .isEmpty();
        }
    }

    private static void ownsWhatItNeeds(String site) throws SQLException {
        use(site);
        // Two of the scripts change it; what our own sessions look names up in must not be part of it.
        assertThat(steward.look(
                        "gis",
                        site,
                        "SELECT setconfig FROM pg_db_role_setting JOIN pg_database d ON d.oid = setdatabase"
                                + " WHERE datname = current_database() AND setrole = 0"))
                .containsExactly("{\"search_path=\\\"$user\\\", public, tiger, topology\"}");
        assertThat(steward.look(
                        "gis",
                        site,
                        "SELECT nspname, pg_get_userbyid(nspowner) FROM pg_namespace"
                                + " WHERE nspname IN ('tiger', 'tiger_data', 'topology') ORDER BY nspname"))
                .containsExactly("tiger|" + site, "tiger_data|" + site, "topology|" + site);
        assertThat(steward.look(
                        "gis",
                        site,
                        "SELECT DISTINCT pg_get_userbyid(extowner) FROM pg_extension WHERE extname ~ 'postgis'"))
                .containsExactly("master");
        assertThat(steward.look(
                        "gis",
                        "postgres",
                        "SELECT pg_get_userbyid(member) FROM pg_auth_members WHERE pg_get_userbyid(roleid) = '" + site
                                + "'"))
                .isEmpty();
    }

    /** As a project does. */
    private static void use(String site) throws SQLException {
        try (Connection owner = steward.connect("acme", "gis", site, site)) {
            execute(
                    owner,
                    "INSERT INTO spatial_ref_sys (srid, auth_name, auth_srid, srtext, proj4text)"
                            + " VALUES (990001, 'acme', 1, 'LOCAL_CS[\"acme\"]', '+proj=longlat')",
                    "CREATE TABLE place (id integer PRIMARY KEY, position geometry(Point, 4326))",
                    "INSERT INTO place VALUES (1, ST_SetSRID(ST_MakePoint(13.4, 52.5), 4326))",
                    "SELECT topology.CreateTopology('streets', 4326)",
                    "INSERT INTO tiger.county_lookup (st_code, co_code) VALUES (99, 999)");
            assertThat(rows(owner, "SELECT round(ST_X(position)::numeric, 1) FROM place"))
                    .containsExactly("13.4");
        }
    }
}
