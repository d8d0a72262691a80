package steward.local.asl;

import java.util.List;
import java.util.stream.Collectors;

/** AWS would refuse this definition. Lists everything that was found. */
public final class InvalidDefinition extends RuntimeException {

    private final transient List<Diagnostic> diagnostics;

    InvalidDefinition(List<Diagnostic> diagnostics) {
        super("Invalid State Machine Definition: '"
                + diagnostics.stream().map(Diagnostic::toString).collect(Collectors.joining(", ")) + "'");
        this.diagnostics = List.copyOf(diagnostics);
    }

    public List<Diagnostic> diagnostics() {
        return diagnostics;
    }
}
