package steward.local.aws;

/**
 * One call that reached the endpoint.
 *
 * @param action as IAM policies name it: {@code rds:CreateDBSnapshot}
 * @param request its body as it came; may hold secrets
 * @param status of the answer; 0 if there was none
 * @param answer its body; may hold secrets
 */
public record RecordedCall(String action, String request, int status, String answer) {

    /** Without what may be secret. */
    @Override
    public String toString() {
        return action + " " + status;
    }
}
