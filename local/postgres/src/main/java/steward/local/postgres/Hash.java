package steward.local.postgres;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Names for what is made from something: another name for every other content. */
final class Hash {
    private Hash() {}

    /** 16 hexadecimal digits over the texts of these. */
    static String of(Object... contents) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (Object content : contents) {
                digest.update(content.toString().getBytes(StandardCharsets.UTF_8));
                digest.update((byte) 0);
            }
            return HexFormat.of().formatHex(digest.digest(), 0, 8);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has SHA-256", impossible);
        }
    }
}
