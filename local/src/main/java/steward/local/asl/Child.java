package steward.local.asl;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A branch inside of a state, and how it ended. Nothing at all if it was halted. */
final class Child {

    private final int index;
    private final Branch branch;
    private @Nullable JsonNode output;
    private @Nullable StateFailed failure;

    Child(int index, Branch branch) {
        this.index = index;
        this.branch = branch;
    }

    int index() {
        return index;
    }

    Branch branch() {
        return branch;
    }

    Optional<StateFailed> failure() {
        return Optional.ofNullable(failure);
    }

    JsonNode output() {
        return Objects.requireNonNull(output);
    }

    boolean succeeded() {
        return output != null;
    }

    void end(JsonNode result) {
        output = result;
    }

    void end(StateFailed failed) {
        failure = failed;
    }
}
