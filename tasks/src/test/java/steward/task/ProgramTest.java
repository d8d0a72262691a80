package steward.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import steward.error.ObjectBusy;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class ProgramTest {
    @Test
    void itsLinesAndItsOutputAreRead() {
        List<String> lines = Collections.synchronizedList(new ArrayList<>());
        int bytes = run("echo 12345; echo one >&2; echo two >&2", lines::add);
        assertThat(bytes).isEqualTo(6);
        assertThat(lines).containsExactly("one", "two");
    }

    @Test
    void aFailureIsToldWithWhatItSaid() {
        assertThatThrownBy(() -> run("echo 'pg_dump: error: it is broken' >&2; exit 3", line -> {}))
                .isInstanceOf(ProgramFailed.class)
                .hasMessage("testing: the program ended with exit code 3: pg_dump: error: it is broken");
    }

    @Test
    void aTableThatWasDroppedMeanwhileIsNoFailureForEver() {
        for (String said : List.of(
                "pg_dump: error: query failed: ERROR:  relation \"x\" does not exist\npg_dump: error: query was: LOCK TABLE x",
                "pg_dump: error: query failed: ERROR:  relation \"x\" does not exist\npg_dump: detail: Query was: LOCK TABLE x",
                "pg_dump: error: query failed: ERROR:  cache lookup failed for index 16423",
                "pg_dump: error: query failed: ERROR:  could not open relation with OID 16423")) {
            assertThatThrownBy(() -> run("printf '%s\\n' '" + said + "' >&2; exit 1", line -> {}))
                    .isInstanceOf(ObjectBusy.class);
        }
    }

    /** It would run for ten minutes, and write more than a pipe holds. */
    @Test
    void whoeverFailsToTakeALineEndsIt() {
        IllegalStateException refused = new IllegalStateException("refused");
        assertThatThrownBy(() -> run("echo line >&2; head -c 1000000 /dev/zero >&2; exec sleep 600", line -> {
                    throw refused;
                }))
                .isSameAs(refused);
    }

    private static int run(String script, Consumer<String> lines) {
        return new Program("testing", Path.of("/bin/sh"), List.of("-c", script))
                .run(lines, output -> output.readAllBytes().length);
    }
}
