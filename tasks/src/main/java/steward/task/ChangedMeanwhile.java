package steward.task;

/** Something is not what it was when the snapshot was taken, and a dump would have it empty, or without its definition. */
final class ChangedMeanwhile extends RuntimeException {
    private static final long serialVersionUID = 1;

    ChangedMeanwhile(String message) {
        super(message);
    }
}
