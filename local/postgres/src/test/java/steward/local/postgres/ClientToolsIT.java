package steward.local.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ClientToolsIT {
    @TempDir
    private Path folder;

    @AfterEach
    void forget() {
        System.clearProperty("steward.clients");
    }

    private Path make(String place, String version, String... programs) throws IOException {
        Path bin = Files.createDirectories(folder.resolve(place));
        for (String program : programs) {
            Path file = Files.writeString(
                    bin.resolve(program), "#!/bin/sh\necho \"%s (PostgreSQL) %s\"\n".formatted(program, version));
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        return bin;
    }

    @Test
    void atLeastOneMajorHasItsTools() {
        assertThat(ClientTools.found()).isNotEmpty();
        ClientTools.found().forEach((major, bin) -> {
            assertThat(Command.run(List.of(bin.resolve("pg_dump").toString(), "--version")))
                    .contains("(PostgreSQL) " + major + ".");
            assertThat(Command.run(List.of(bin.resolve("pg_restore").toString(), "--version")))
                    .contains("(PostgreSQL) " + major + ".");
        });
    }

    @Test
    void theFolderOfThePropertyComesFirstAndIsAskedForItsVersion() throws IOException {
        Path one = make("17/bin", "13.99", "pg_dump", "pg_restore");
        make("14/bin", "14.99", "pg_dump");
        Path unsupported = make("16/bin", "12.1", "pg_dump", "pg_restore");
        System.setProperty("steward.clients", folder.toString());
        assertThat(ClientTools.found())
                .containsEntry(13, one)
                .doesNotContainKey(12)
                .doesNotContainValue(unsupported)
                .doesNotContainValue(folder.resolve("14/bin"));
    }
}
