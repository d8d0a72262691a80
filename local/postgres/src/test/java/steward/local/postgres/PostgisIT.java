package steward.local.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.sql.Connection;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** PostGIS on Debian's Postgres server, where it is installed. */
final class PostgisIT {
    private static Optional<PostgresServer> server = Optional.empty();

    @BeforeAll
    static void start() {
        server = PostgresInstallation.debianWithPostgis()
                .map(installation -> PostgresServer.start(installation, Map.of()));
        assumeTrue(server.isPresent(), "needs postgresql-<major>-postgis-3 and postgresql-<major>-postgis-3-scripts");
    }

    @AfterAll
    static void stop() {
        server.ifPresent(PostgresServer::close);
    }

    @Test
    void theServerIsSetUpAsAllOthers() throws Exception {
        PostgresServer debian = server.orElseThrow();
        assertThat(debian.installation().hasExtension("postgis")).isTrue();
        assertThat(debian.installation().hasExtension("no_such")).isFalse();
        try (Connection master = debian.connectAsMaster("postgres")) {
            Sql.assertRefused(master, "CREATE EXTENSION file_fdw");
            Sql.assertRefused(master, "ALTER SYSTEM SET work_mem = '1MB'");
        }
    }

    @Test
    void itsTablesAndSchemasBelongToTheMasterWhoCreatedIt() throws Exception {
        Tenant tenant = Tenant.create(server.orElseThrow());
        try (Connection master = tenant.connectAsMaster()) {
            // With CASCADE the event names the last extension only.
            Sql.execute(master, "CREATE EXTENSION postgis_topology CASCADE");
            assertThat(Sql.column(master, """
                    SELECT DISTINCT relowner::regrole::text
                    FROM pg_class
                    WHERE (relnamespace = 'topology'::regnamespace OR oid = 'spatial_ref_sys'::regclass)
                        AND relkind IN ('r', 'v', 'S')
                    """)).containsExactly("master");
            assertThat(Sql.column(master, "SELECT nspowner::regrole FROM pg_namespace WHERE nspname = 'topology'"))
                    .containsExactly("master");
            assertThat(Sql.column(master, "SELECT extowner::regrole FROM pg_extension WHERE extname LIKE 'postgis%'"))
                    .containsExactly("master", "master");
        }
    }

    @Test
    void theMasterHandsThemToTheTenantWhoThenUsesThem() throws Exception {
        Tenant tenant = createTenantsDatabaseByMaster();
        try (Connection master = tenant.connectAsMaster()) {
            Sql.execute(
                    master,
                    "CREATE EXTENSION postgis",
                    "CREATE EXTENSION postgis_tiger_geocoder CASCADE",
                    "CREATE EXTENSION postgis_topology");
            assertThat(Sql.column(master, """
                    SELECT DISTINCT relowner::regrole::text
                    FROM pg_class
                    WHERE relnamespace IN ('tiger'::regnamespace, 'tiger_data'::regnamespace, 'topology'::regnamespace)
                        AND relkind IN ('r', 'v', 'S') OR oid = 'spatial_ref_sys'::regclass
                    """)).containsExactly("master");
            Sql.execute(
                    master,
                    "GRANT CREATE ON SCHEMA public TO " + tenant.name(),
                    "ALTER TABLE spatial_ref_sys OWNER TO " + tenant.name(),
                    "ALTER SCHEMA tiger OWNER TO " + tenant.name(),
                    "ALTER SCHEMA tiger_data OWNER TO " + tenant.name(),
                    "ALTER SCHEMA topology OWNER TO " + tenant.name(),
                    "ALTER TABLE topology.topology OWNER TO " + tenant.name(),
                    "ALTER TABLE topology.layer OWNER TO " + tenant.name(),
                    "ALTER DATABASE %1$s OWNER TO %1$s".formatted(tenant.name()));
        }
        try (Connection owner = tenant.connect()) {
            Sql.execute(
                    owner,
                    "INSERT INTO spatial_ref_sys (srid, auth_name, auth_srid) VALUES (990001, 'own', 990001)",
                    "CREATE TABLE places (place geometry(Point, 4326))",
                    "INSERT INTO places VALUES (ST_SetSRID(ST_MakePoint(7, 50), 4326))",
                    "SELECT topology.CreateTopology('roads', 4326)");
            assertThat(Sql.column(owner, "SELECT name FROM topology.topology")).containsExactly("roads");
        }
    }

    @Test
    void aTenantMayNotCreateItAndIsHandedNothing() throws Exception {
        Tenant tenant = Tenant.create(server.orElseThrow());
        try (Connection owner = tenant.connect()) {
            Sql.assertRefused(owner, "CREATE EXTENSION postgis");
            Sql.assertRefused(owner, "CREATE EXTENSION postgis_topology CASCADE");
            Sql.execute(owner, "CREATE EXTENSION fuzzystrmatch");
            assertThat(Sql.column(owner, "SELECT extname FROM pg_extension ORDER BY 1"))
                    .containsExactly("fuzzystrmatch", "plpgsql");
        }
    }

    @Test
    void whatTheTenantAlreadyOwnsStaysItsOwnWhenMoreIsCreated() throws Exception {
        Tenant tenant = createTenantsDatabaseByMaster();
        try (Connection master = tenant.connectAsMaster()) {
            Sql.execute(
                    master,
                    "CREATE EXTENSION postgis",
                    "GRANT CREATE ON SCHEMA public TO " + tenant.name(),
                    "ALTER TABLE spatial_ref_sys OWNER TO " + tenant.name(),
                    "CREATE EXTENSION postgis_topology");
            assertThat(Sql.column(master, "SELECT relowner::regrole FROM pg_class WHERE relname = 'spatial_ref_sys'"))
                    .containsExactly(tenant.name());
        }
    }

    /** As create-database does: the master owns the database until the extensions are there. */
    private static Tenant createTenantsDatabaseByMaster() throws Exception {
        Tenant tenant = Tenant.create(server.orElseThrow());
        try (Connection master = tenant.server().connectAsMaster("postgres")) {
            Sql.execute(master, "ALTER DATABASE %s OWNER TO master".formatted(tenant.name()));
            Sql.execute(master, "GRANT CONNECT ON DATABASE %1$s TO %1$s".formatted(tenant.name()));
        }
        return tenant;
    }
}
