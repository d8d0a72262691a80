package steward.local.virtual;

/**
 * One call of a state that fails.
 *
 * @param state workflow and state: {@code sweep/DeleteInstance}
 * @param call which of its calls in this case; 1 is the first
 * @param after whether it has taken its effect all the same
 */
record PlannedFault(String state, int call, String error, boolean after) {
    @Override
    public String toString() {
        return "%s #%d %s %s".formatted(state, call, error, after ? "after its effect" : "before its effect");
    }
}
