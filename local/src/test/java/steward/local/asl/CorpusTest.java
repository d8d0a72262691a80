package steward.local.asl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class CorpusTest {

    private static final Path CASES = Path.of(System.getProperty("steward.aslCases", "asl-cases/cases"));

    @Test
    void everyRecordedExecutionTakesTheSameCourseHere() {
        if ("true".equals(System.getenv("CI"))) {
            assertThat(CASES).as("the recorded executions, which CI must have").isDirectory();
        }
        assumeThat(Files.isDirectory(CASES))
                .as("the recorded executions are not at %s (system property steward.aslCases)", CASES)
                .isTrue();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ReplayCases cases = new ReplayCases(new PrintStream(out, true, StandardCharsets.UTF_8));

        cases.replay(CASES);

        boolean passed = cases.summarize();
        assertThat(passed).as(out.toString(StandardCharsets.UTF_8)).isTrue();
    }
}
