package steward.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import steward.error.VerificationFailed;

final class RowCountTest {
    private static final String END = "\\.\n\n\n";

    @Test
    void countsRowsHoweverTheyAreCutIntoPieces() {
        Random random = new Random(1);
        for (int i = 0; i < 2_000; i++) {
            int rows = random.nextInt(20);
            StringBuilder text = new StringBuilder();
            for (int row = 0; row < rows; row++) {
                text.append("\\\\.\u00e9\u0b0a".repeat(random.nextInt(4))).append('\n');
            }
            assertThat(count(text + END, 1 + random.nextInt(40))).isEqualTo(rows);
        }
    }

    @Test
    void countsLineEndsAmongAllBytes() {
        Random random = new Random(2);
        byte[] bytes = new byte[4_099];
        for (int i = 0; i < 200; i++) {
            random.nextBytes(bytes);
            long expected = 0;
            for (byte each : bytes) {
                expected += each == '\n' ? 1 : 0;
            }
            assertThat(RowCount.lineEnds(bytes, bytes.length)).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a\n", "\\.\n\n", "a\n\\.\n\n", "a\\.\n\n\n", "a\n\\.\n\n\n\n", "a\n.\n\n\n"})
    void refusesAFileThatEndsOtherwise(String text) {
        assertThatThrownBy(() -> count(text, 3)).isInstanceOf(VerificationFailed.class);
    }

    private static long count(String text, int piece) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        RowCount count = new RowCount();
        for (int from = 0; from < bytes.length; from += piece) {
            byte[] buffer = Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + piece));
            count.add(buffer, buffer.length);
        }
        return count.rows("1.dat");
    }
}
