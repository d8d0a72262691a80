package steward.local.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ExtensionsTest {
    @TempDir
    private Path folder;

    @Test
    void marksTheListedOnesAndStillKnowsWhichWereTrustedBefore() throws Exception {
        Files.writeString(folder.resolve("hstore.control"), "relocatable = true\ntrusted = true\n");
        Files.writeString(folder.resolve("dblink.control"), "trusted = false\nrelocatable = true\n");
        Files.writeString(folder.resolve("file_fdw.control"), "relocatable = true\n");
        Files.writeString(folder.resolve("dblink--1.2.sql"), "SELECT 'dblink'");
        Files.writeString(folder.resolve("dblink--1.1--1.2.sql"), "SELECT 'update'");
        Files.writeString(folder.resolve("hstore--1.8.sql"), "SELECT 'hstore'");
        Extensions extensions = new Extensions(folder);

        extensions.markListed();
        extensions.markListed();

        assertThat(extensions.trusted()).containsExactly("hstore");
        assertThat(extensions.installed()).containsExactly("dblink", "file_fdw", "hstore");
        assertThat(Files.readAllLines(folder.resolve("dblink.control")))
                .containsExactly("relocatable = true", "trusted = true # for members of rds_superuser, as on RDS");
        assertThat(folder.resolve("dblink--1.2.sql"))
                .content()
                .endsWith("$guard$;\nSELECT 'dblink'")
                .containsOnlyOnce("DO ");
        assertThat(folder.resolve("dblink--1.1--1.2.sql")).hasContent("SELECT 'update'");
        assertThat(folder.resolve("hstore--1.8.sql")).hasContent("SELECT 'hstore'");
        assertThat(Files.readAllLines(folder.resolve("file_fdw.control"))).containsExactly("relocatable = true");
    }

    @Test
    void theListHasWhatRdsAllowsAndNotWhatItDoesNot() {
        assertThat(Extensions.listed())
                .contains("hstore", "citext", "postgis", "dblink", "postgres_fdw", "pg_stat_statements")
                .doesNotContain("file_fdw", "adminpack", "pageinspect", "plperlu", "plpython3u");
    }
}
