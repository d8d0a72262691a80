package steward.local.asl;

/**
 * One thing that is wrong with a definition, as ValidateStateMachineDefinition reports it.
 *
 * @param code such as SCHEMA_VALIDATION_FAILED
 * @param location such as {@code /States/Wait/Timestamp}; empty if it is the whole text
 */
public record Diagnostic(String code, String location, String message) {

    @Override
    public String toString() {
        return code + ": " + message + (location.isEmpty() ? "" : " at " + location);
    }
}
