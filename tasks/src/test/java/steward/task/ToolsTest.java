package steward.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import steward.error.NotPermitted;

/** With programs that only say their version: which servers' tools a machine has must not matter here. */
final class ToolsTest {
    @TempDir
    private Path folder;

    @Test
    void aServerNewerThanAllToolsIsRefusedNamingBoth() throws IOException {
        String path = tools("91", "91.2") + ":" + tools("93", "93.1");
        assertThatThrownBy(() -> Tools.of("95.3", 95, path))
                .isInstanceOf(NotPermitted.class)
                .hasMessageContaining("95.3")
                .hasMessageContaining("91.2")
                .hasMessageContaining("93.1");
    }

    @Test
    void theServersOwnMajorIsTakenWhereverItIs() throws IOException {
        String path = tools("misleading/92", "91.4") + ":" + tools("other", "92.7") + ":" + tools("93", "93.1");
        assertThat(Tools.of("92.3", 92, path).version()).isEqualTo("92.7");
        assertThat(Tools.of("91.3", 91, path).version()).isEqualTo("91.4");
    }

    @Test
    void clientsWithKnownHolesAreRefused() throws IOException {
        Tools tools = Tools.of("92.3", 92, tools("92", "92.7"));
        assertThatCode(() -> tools.requireAtLeast("93.9,92.7")).doesNotThrowAnyException();
        assertThatThrownBy(() -> tools.requireAtLeast("93.1, 92.8"))
                .isInstanceOf(NotPermitted.class)
                .hasMessageContaining("92.7")
                .hasMessageContaining("92.8");
    }

    private String tools(String name, String version) throws IOException {
        Path bin = Files.createDirectories(folder.resolve(name).resolve("bin"));
        for (String program : new String[] {"pg_dump", "pg_restore"}) {
            Path file = Files.writeString(
                    bin.resolve(program), "#!/bin/sh\necho '%s (PostgreSQL) %s (Test)'\n".formatted(program, version));
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
        }
        return bin.toString();
    }
}
