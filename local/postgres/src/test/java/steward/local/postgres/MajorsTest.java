package steward.local.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class MajorsTest {
    @Test
    void aListNamesMajorsInAnyOrder() {
        assertThat(Majors.parse("17, 14,17")).containsExactly(14, 17);
        assertThat(Majors.supported()).containsExactly(13, 14, 15, 16, 17, 18);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "12", "17.1", "14,", "017", "all"})
    void anythingElseIsRefusedByName(String list) {
        assertThatThrownBy(() -> Majors.parse(list))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is not a supported Postgres major");
    }
}
