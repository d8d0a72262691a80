package steward.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import steward.Instance;
import steward.error.ObjectMissing;

final class KnownInstancesTest {
    private static final String ACME = """
            {"acme": {"host": "acme.rds", "port": 5432, "engineVersion": "17.11", "masterSecretArn": "arn:master"}}
            """;

    @Test
    void thoseThatAreNamedAreKnown() {
        assertThat(KnownInstances.parse(ACME).named("acme"))
                .isEqualTo(new Instance("acme", "acme.rds", 5432, "17.11", "arn:master"));
    }

    @Test
    void othersAreMissing() {
        assertThatThrownBy(() -> KnownInstances.parse(ACME).named("other"))
                .isInstanceOf(ObjectMissing.class)
                .hasMessageContaining("other");
        assertThatThrownBy(() -> KnownInstances.parse(null).named("acme")).isInstanceOf(ObjectMissing.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "[]", "{\"acme\": {\"hots\": \"acme.rds\"}}"})
    void whatCannotBeReadIsNamed(String text) {
        assertThatThrownBy(() -> KnownInstances.parse(text))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("STEWARD_INSTANCES");
    }
}
