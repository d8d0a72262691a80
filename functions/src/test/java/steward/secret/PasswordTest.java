package steward.secret;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class PasswordTest {
    @Test
    void passwordsAreLongPlainAndNeverTheSame() {
        Stream<String> passwords = IntStream.range(0, 1000).mapToObj(i -> Password.generate());
        assertThat(passwords).doesNotHaveDuplicates().allMatch(password -> password.matches("[A-Za-z0-9]{40}"));
    }
}
