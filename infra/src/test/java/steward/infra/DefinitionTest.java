package steward.infra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import steward.local.asl.StateMachine;

/** The definitions as they are deployed, read by the runner. */
class DefinitionTest {
    static List<String> examples() {
        return Synthesized.EXAMPLES;
    }

    @ParameterizedTest
    @MethodSource("examples")
    void theRunnerTakesEveryDefinitionOfTheTemplate(String client) {
        Deployed.definitions(Synthesized.of(client))
                .forEach((workflow, definition) -> assertThatCode(() -> StateMachine.parse(definition))
                        .as(workflow)
                        .doesNotThrowAnyException());
    }

    @ParameterizedTest
    @MethodSource("examples")
    void nothingIsLeftToFillIn(String client) {
        assertThat(Deployed.definitions(Synthesized.of(client)).values())
                .isNotEmpty()
                .noneMatch(definition -> definition.contains("${"));
    }
}
