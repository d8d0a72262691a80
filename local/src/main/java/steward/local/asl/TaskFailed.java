package steward.local.asl;

/** An attempt of a task failed: the error name that Retry and Catch compare, and the cause as text. */
public final class TaskFailed extends Exception {

    private final String error;
    private final String cause;

    public TaskFailed(String error, String cause) {
        super(error + ": " + cause);
        this.error = error;
        this.cause = cause;
    }

    public String error() {
        return error;
    }

    /** Empty if the task gave none. */
    public String cause() {
        return cause;
    }
}
