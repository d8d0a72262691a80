package steward.local.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The event trigger holds by itself: on a server with extensions that neither Postgres nor a guard refuses. */
final class EventTriggerIT {
    private static final String CACHE = "steward.postgres.cache";

    @TempDir
    private Path folder;

    @BeforeEach
    void keepTheServersDataOutOfTheUsualCache() throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        System.setProperty(CACHE, folder.resolve("cache").toString());
    }

    @AfterEach
    void useTheUsualCache() {
        System.clearProperty(CACHE);
    }

    @Test
    void refusesWhatIsNotListedToEverybodyAndWhatIsNotTrustedToTenants() throws Exception {
        try (PostgresServer server = PostgresServer.start(installation(), Map.of())) {
            Tenant tenant = Tenant.create(server);
            try (Connection owner = tenant.connect()) {
                Sql.assertRefused(owner, "CREATE EXTENSION unlisted");
                Sql.assertRefused(owner, "CREATE EXTENSION dblink");
                Sql.execute(owner, "CREATE EXTENSION IF NOT EXISTS plpgsql");
            }
            try (Connection master = tenant.connectAsMaster()) {
                Sql.assertRefused(master, "CREATE EXTENSION unlisted");
                Sql.assertRefused(master, "CREATE EXTENSION prefix CASCADE");
                Sql.execute(master, "CREATE EXTENSION dblink");
            }
            try (Connection superuser = server.connectAsSuperuser(tenant.name())) {
                Sql.execute(superuser, "CREATE EXTENSION unlisted SCHEMA public");
                assertThat(Sql.column(superuser, "SELECT extname FROM pg_extension ORDER BY 1"))
                        .containsExactly("dblink", "plpgsql", "unlisted");
            }
        }
    }

    private PostgresInstallation installation() throws IOException {
        Path unpacked = Folders.make(folder.resolve("unpacked"));
        BinariesArchive.of(Majors.underTest().getLast()).unpack(unpacked);
        Path share = unpacked.resolve("share/postgresql");
        Path extensions = share.resolve("extension");
        new Extensions(extensions).markListed();
        Files.writeString(extensions.resolve("dblink--1.2.sql"), "SELECT 'no guard'");
        write(extensions, "unlisted", "");
        // Of the list, and not among the binaries: what it requires is what is refused.
        write(extensions, "prefix", "requires = 'unlisted'\n");
        return PostgresInstallation.at(unpacked.resolve("bin"), share);
    }

    private static void write(Path extensions, String name, String more) throws IOException {
        Files.writeString(
                extensions.resolve(name + ".control"),
                "default_version = '1'\ntrusted = true\nrelocatable = true\n" + more);
        Files.writeString(extensions.resolve(name + "--1.sql"), "SELECT 1");
    }
}
