package steward.database;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The names of databases that nobody knows yet: what is in one of them is being made, or was left behind. */
final class TemporaryDatabase {
    private static final String PREFIX = "steward-tmp-";

    private TemporaryDatabase() {}

    /** The same name for the same key, so that a second attempt finds what the first one left. */
    static String name(String key) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
            return PREFIX + HexFormat.of().formatHex(digest, 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
