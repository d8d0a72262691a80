package steward.local.asl;

import java.util.ArrayList;
import java.util.List;

/** What is wrong with a definition, collected while reading it. */
final class Diagnostics {

    private final List<Diagnostic> found = new ArrayList<>();

    /** The codes of AWS. */
    static final String SCHEMA = "SCHEMA_VALIDATION_FAILED";

    static final String JSON = "INVALID_JSON_DESCRIPTION";
    static final String TARGET = "MISSING_TRANSITION_TARGET";
    static final String END = "MISSING_END_STATE";
    static final String DUPLICATE = "DUPLICATE_STATE_NAME";
    static final String EXPRESSION = "INVALID_JSONATA_EXPRESSION";
    static final String UNSUPPORTED = "UNSUPPORTED_JSONATA_EXPRESSION";

    void add(String code, String location, String message) {
        found.add(new Diagnostic(code, location, message));
    }

    void schema(String location, String message) {
        add(SCHEMA, location, message);
    }

    boolean isEmpty() {
        return found.isEmpty();
    }

    InvalidDefinition refusal() {
        return new InvalidDefinition(found);
    }
}
