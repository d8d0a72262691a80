package steward.local.asl;

/** A field could not be evaluated: becomes States.QueryEvaluationError of the state. */
final class QueryFailed extends Exception {

    private final String location;

    /** @param location the field, such as {@code Output/items[1]}; empty if it is no field's fault */
    QueryFailed(String location, String message) {
        super(message, null, false, false);
        this.location = location;
    }

    String location() {
        return location;
    }

    String text() {
        return String.valueOf(getMessage());
    }
}
