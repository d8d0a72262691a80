package steward.local.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several JVMs share a cache, and none leaves a server behind, however it ends. */
final class OtherJvmIT {
    private static final int MAJOR = Majors.underTest().getLast();

    @TempDir
    private Path folder;

    private Path cache;
    private Path data;

    @BeforeEach
    void letTheServersUserIn() throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        cache = folder.resolve("cache");
        data = folder.resolve("data");
    }

    @Test
    void twoJvmsFillAnEmptyCacheAtOnce() throws Exception {
        try (OtherJvm one = OtherJvm.start(MAJOR, cache, data);
                OtherJvm other = OtherJvm.start(MAJOR, cache, data)) {
            assertThat(one.serverFolder()).isNotEqualTo(other.serverFolder());
            assertThat(one.end()).isZero();
            assertThat(other.end()).isZero();
        }
        try (Stream<Path> entries = Files.list(cache)) {
            assertThat(entries.map(entry -> entry.getFileName().toString())
                            .filter(name -> !name.endsWith(".lock"))
                            .map(name -> name.replaceAll("-[0-9a-f]+$", "")))
                    .containsExactlyInAnyOrder(
                            "binaries-" + MAJOR,
                            "data-" + PostgresInstallation.of(MAJOR).version());
        }
        assertNothingIsLeft();
    }

    @Test
    void aServerStopsAndItsDataGoesWhenItsJvmIsKilled() throws Exception {
        try (OtherJvm jvm = OtherJvm.start(MAJOR, usualCache(), data)) {
            Path server = jvm.serverFolder();
            assertThat(OtherJvm.processesIn(server)).hasSizeGreaterThan(3);
            jvm.kill();
            eventually(() -> OtherJvm.processesIn(server).isEmpty());
            eventually(() -> Files.notExists(server.resolve("data")));
        }
    }

    @Test
    void whatOutlivedItsJvmAndItsWatchdogIsRemovedByTheNextJvm() throws Exception {
        try (OtherJvm jvm = OtherJvm.start(MAJOR, usualCache(), data);
                OtherJvm alive = OtherJvm.start(MAJOR, usualCache(), data)) {
            Path server = jvm.serverFolder();
            Path serverOfTheLiving = alive.serverFolder();
            List<ProcessHandle> shells = jvm.descendants().stream()
                    .filter(process -> process.info().command().orElse("").matches(".*/(da|ba)?sh"))
                    .toList();
            assertThat(shells).hasSize(2);
            // The inner one first: it would see the end of the outer one, and do its duty.
            shells.stream()
                    .sorted(Comparator.comparingLong(ProcessHandle::pid).reversed())
                    .forEach(shell -> {
                        shell.destroyForcibly();
                        shell.onExit().join();
                    });
            jvm.kill();
            assertThat(OtherJvm.processesIn(server)).isNotEmpty();

            try (OtherJvm next = OtherJvm.start(MAJOR, usualCache(), data)) {
                next.serverFolder();
                eventually(() -> OtherJvm.processesIn(server).isEmpty());
                assertThat(server.resolveSibling("")).doesNotExist();
                assertThat(OtherJvm.processesIn(serverOfTheLiving)).isNotEmpty();
                assertThat(next.end()).isZero();
            }
            assertThat(alive.end()).isZero();
        }
        assertNothingIsLeft();
    }

    private static Path usualCache() {
        return Folders.cache();
    }

    private void assertNothingIsLeft() throws IOException {
        assertThat(OtherJvm.processesIn(data)).isEmpty();
        try (Stream<Path> entries = Files.walk(data)) {
            assertThat(entries.filter(Files::isRegularFile).map(Path::getFileName))
                    .containsExactly(Path.of("all.lock"));
        }
    }

    private static void eventually(BooleanSupplier condition) throws InterruptedException {
        // Without its watchdog, too, a server ends a minute or less after it lost its data.
        Instant deadline = Instant.now().plus(Duration.ofSeconds(10));
        while (!condition.getAsBoolean()) {
            assertThat(Instant.now()).as("time is over").isBefore(deadline);
            Thread.sleep(20);
        }
    }
}
