package steward;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

final class MarkTest {
    @Test
    void aMarkIsReadAsItWasWritten() {
        assertThat(Mark.parse(new Mark("acme-site").text())).contains(new Mark("acme-site"));
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(
            strings = {
                "",
                "the shop's database",
                "steward:project=",
                "steward:project=A",
                " steward:project=a",
                "steward:project=a b",
                "steward:project=a\n"
            })
    void otherCommentsAreNone(String comment) {
        assertThat(Mark.parse(comment)).isEmpty();
    }

    @Test
    void theCommentOfWhatIsBeingDroppedIsStillAMark() {
        String comment = new Mark("acme").textWhileDropping("{\"owner\": \"a\nb\"}");

        assertThat(Mark.parse(comment)).contains(new Mark("acme"));
        assertThat(Mark.beforeDropping(comment)).contains("{\"owner\": \"a\nb\"}");
        assertThat(Mark.beforeDropping(new Mark("acme").text())).isEmpty();
        assertThat(Mark.beforeDropping(null)).isEmpty();
    }
}
