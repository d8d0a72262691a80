package steward.local.aws;

/** A refusal, as the client sees it: HTTP status, error code and message. */
public final class AwsError extends RuntimeException {

    private final int status;
    private final String code;

    /**
     * A refusal.
     *
     * @param status 4xx if the caller is to blame, 5xx if the service is
     * @param code such as ResourceNotFoundException (JSON protocols) or DBInstanceNotFound (query protocol)
     */
    public AwsError(int status, String code, String message) {
        super(message, null, false, false);
        this.status = status;
        this.code = code;
    }

    /** An error with status 400, as nearly all are. */
    static AwsError of(String code, String message) {
        return new AwsError(400, code, message);
    }

    public int status() {
        return status;
    }

    public String code() {
        return code;
    }

    public String message() {
        return String.valueOf(getMessage());
    }
}
