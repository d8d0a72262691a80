package steward.secret;

/**
 * A user's secret as Secrets Manager has it.
 *
 * @param arn full ARN
 * @param value the current version
 * @param rotating whether a pending version waits to become current
 * @param origin how it came to be there
 */
public record StoredSecret(String arn, UserSecret value, boolean rotating, Origin origin) {
    /** What is known of who may know the password. */
    public enum Origin {
        /** Made by this call: nobody knows it yet. */
        MADE,
        /** It was there. */
        FOUND,
        /** It was scheduled for deletion and is restored: whoever used it before may know it. */
        RESTORED
    }

    /** Name and password of the current version. */
    public Credentials credentials() {
        return value.credentials();
    }
}
