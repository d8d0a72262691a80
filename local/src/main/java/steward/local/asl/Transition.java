package steward.local.asl;

/**
 * A way from one state to another.
 *
 * @param to name of the state
 * @param label the condition, the errors caught, or {@code Default}; empty for Next
 */
public record Transition(String to, String label) {}
