package steward.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class SqlTest {
    @Test
    void namesAreQuotedIdentifiers() {
        assertThat(Sql.format("DROP ROLE %I", "a\"b")).isEqualTo("DROP ROLE \"a\"\"b\"");
    }

    @Test
    void valuesAreQuotedLiterals() {
        assertThat(Sql.format("COMMENT ON ROLE %I IS %L", "a", "it's")).isEqualTo("COMMENT ON ROLE \"a\" IS 'it''s'");
    }

    @Test
    void aBackslashIsReadAlikeUnderEverySetting() {
        assertThat(Sql.format("%L", "\\' OR")).isEqualTo("E'\\\\'' OR'");
    }

    @Test
    void whatAValueHoldsIsNoPlaceholder() {
        assertThat(Sql.format("%I %L", "%L", "%I$1")).isEqualTo("\"%L\" '%I$1'");
    }

    @Test
    void placeholdersAndValuesHaveToAgree() {
        refused("%I");
        refused("SELECT 1", "a");
        refused("%s", "a");
        refused("100%", "a");
        refused("%I", "a\0b");
    }

    private static void refused(String template, String... values) {
        assertThatThrownBy(() -> Sql.format(template, values)).isInstanceOf(IllegalArgumentException.class);
    }
}
