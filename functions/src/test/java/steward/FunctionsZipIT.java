package steward;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;

/** What is deployed, as the build made it. */
class FunctionsZipIT {
    private static final Path ZIP = Path.of("target/functions.zip");
    private static final long MEGABYTE = 1_000_000;

    @Test
    void isSmallEnoughToStartFast() throws IOException {
        assertThat(Files.size(ZIP)).isLessThanOrEqualTo(7 * MEGABYTE);
    }

    @Test
    void holdsEachJarOnceInLibAndNothingElse() throws IOException {
        List<String> names = files();

        assertThat(names).allMatch(name -> name.matches("lib/[^/]+\\.jar"));
        assertThat(names.stream().map(FunctionsZipIT::withoutVersion))
                .doesNotHaveDuplicates()
                .contains("lib/steward-functions", "lib/postgresql", "lib/secretsmanager")
                .doesNotContain(
                        "lib/checker-qual", "lib/jackson-databind", "lib/apache-client", "lib/netty-nio-client");
    }

    private static String withoutVersion(String name) {
        return name.replaceFirst("-\\d.*", "");
    }

    private static List<String> files() throws IOException {
        try (ZipFile zip = new ZipFile(ZIP.toFile())) {
            return zip.stream()
                    .filter(entry -> !entry.isDirectory())
                    .map(ZipEntry::getName)
                    .toList();
        }
    }
}
