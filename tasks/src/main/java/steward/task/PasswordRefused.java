package steward.task;

/** The server refused the password, which may have been rotated since it was read. */
final class PasswordRefused extends RuntimeException {
    private static final long serialVersionUID = 1;

    PasswordRefused(String message) {
        super(message);
    }
}
