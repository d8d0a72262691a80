package steward;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** The names of what nobody knows yet: it is being made, or was left behind. The workflows make the same ones. */
public final class TemporaryName {
    private static final String PREFIX = "steward-tmp-";
    private static final Pattern TEXT = Pattern.compile(PREFIX + "[0-9a-f]{32}");

    private TemporaryName() {}

    /** Whether it is such a name. */
    public static boolean matches(String name) {
        return TEXT.matcher(name).matches();
    }

    /** The same name for the same key, so that a second attempt finds what the first one left. */
    public static String of(String key) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
            return PREFIX + HexFormat.of().formatHex(digest, 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
