package steward.secret;

/**
 * A user's secret as Secrets Manager has it.
 *
 * @param arn full ARN
 * @param value the current version
 * @param rotating whether a pending version waits to become current
 */
public record StoredSecret(String arn, UserSecret value, boolean rotating) {
    /** Name and password of the current version. */
    public Credentials credentials() {
        return value.credentials();
    }
}
