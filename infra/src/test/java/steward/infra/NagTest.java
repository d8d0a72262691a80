package steward.infra;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** cdk-nag on the stacks of the example clients. */
class NagTest {
    static List<String> examples() {
        return Synthesized.EXAMPLES;
    }

    @ParameterizedTest
    @MethodSource("examples")
    void theAwsSolutionsPackFindsNothing(String client) {
        assertThat(Synthesized.of(client).findings())
                .filteredOn(finding -> finding.contains("AwsSolutions-"))
                .isEmpty();
    }

    @ParameterizedTest
    @MethodSource("examples")
    void noInstanceIsPublicByTheNistPack(String client) {
        assertThat(Synthesized.of(client).findings())
                .filteredOn(finding -> finding.contains("NIST.800.53.R5-RDSInstancePublicAccess"))
                .isEmpty();
    }
}
