package steward.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code tasks/supervise}, which starts the task's program in its image. */
@Tag("serial")
final class SuperviseIT {
    @TempDir
    private Path scratch;

    @Test
    void aProgramWithoutASignOfLifeIsKilled() throws Exception {
        Ended ended = run("/bin/sleep", "600");
        assertThat(ended.code()).isEqualTo(137);
        assertThat(ended.errors()).contains("no sign of life for 2 s");
        assertThat(ended.took()).isLessThan(Duration.ofSeconds(60));
        assertThat(scratch).isEmptyDirectory();
    }

    @Test
    void aProgramThatGivesSignsMayTakeItsTime() throws Exception {
        Ended ended = run("/bin/sh", "-c", "for i in 1 2 3 4 5 6 7; do touch $STEWARD_LIFE; sleep 1; done; exit 3");
        assertThat(ended.code()).isEqualTo(3);
        assertThat(ended.errors()).isEmpty();
    }

    @Test
    void aRequestToEndIsPassedOn() throws Exception {
        Process process = start(
                "/bin/sh", "-c", "trap 'echo told; exit 7' TERM; touch $STEWARD_LIFE; while :; do sleep 0.1; done");
        Await.until("it runs", () -> scratch.toFile().list().length > 0);
        Thread.sleep(300);
        new ProcessBuilder("kill", "-TERM", Long.toString(process.pid()))
                .start()
                .waitFor();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .contains("told");
    }

    private record Ended(int code, String errors, Duration took) {}

    private Ended run(String... command) throws Exception {
        long start = System.nanoTime();
        Process process = start(command);
        String errors = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        int code = process.waitFor();
        return new Ended(code, errors, Duration.ofNanos(System.nanoTime() - start));
    }

    private Process start(String... command) throws IOException {
        List<String> all =
                new ArrayList<>(List.of(Home.root().resolve("tasks/supervise").toString()));
        all.addAll(Arrays.asList(command));
        ProcessBuilder builder = new ProcessBuilder(all);
        builder.environment().put("STEWARD_SILENCE", "2");
        builder.environment().put("STEWARD_SCRATCH", scratch.toString());
        return builder.start();
    }
}
