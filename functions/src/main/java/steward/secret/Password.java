package steward.secret;

import java.security.SecureRandom;

/** Makes passwords: 40 letters and digits (238 bits), which need no escaping in URLs, shells and connection strings. */
public final class Password {
    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private static final int LENGTH = 40;

    private Password() {}

    /** A new password. The generator is made anew, lest a restored snapshot of the function repeat a sequence. */
    public static String generate() {
        SecureRandom random = new SecureRandom();
        StringBuilder password = new StringBuilder(LENGTH);
        for (int i = 0; i < LENGTH; i++) {
            password.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        return password.toString();
    }
}
