package steward.task;

/** pg_dump or pg_restore ended with an error that has no name of ours. */
public final class ProgramFailed extends RuntimeException {
    private static final long serialVersionUID = 1;

    ProgramFailed(String message) {
        super(message);
    }
}
