package steward;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class OperationsTest {
    @Test
    void anOperationIsCalledLikeTheClassThatHoldsIt() {
        assertThat(Operations.all())
                .isNotEmpty()
                .allSatisfy(operation -> assertThat(
                                operation.inputType().getEnclosingClass().getSimpleName())
                        .isEqualTo(operation.name()));
    }

    @Test
    void namesAreUnique() {
        assertThat(Operations.all()).extracting(Operation::name).doesNotHaveDuplicates();
    }
}
