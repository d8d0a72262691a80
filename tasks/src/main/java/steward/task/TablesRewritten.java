package steward.task;

/** Tables are not what they were when the snapshot was taken: the snapshot would see them empty. */
final class TablesRewritten extends RuntimeException {
    private static final long serialVersionUID = 1;

    TablesRewritten(String message) {
        super(message);
    }
}
