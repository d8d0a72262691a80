package steward.local.aws;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/** What a version of a secret keeps secret: a string, or bytes in Base64. */
record SecretValue(String member, String content) {

    private static final int MAXIMUM = 65_536;

    /**
     * Reads SecretString or SecretBinary.
     *
     * @throws AwsError if both are there, or the size is not 1 to 65,536 bytes
     */
    static Optional<SecretValue> in(JsonRequest request) {
        var string = request.text("SecretString");
        var binary = request.text("SecretBinary");
        if (string.isPresent() && binary.isPresent()) {
            throw AwsError.of(
                    "InvalidParameterException",
                    "You can't specify both a binary secret value and a string secret value in the same secret.");
        }
        string.ifPresent(value -> checkSize(value.getBytes(StandardCharsets.UTF_8).length));
        binary.ifPresent(value -> checkSize(decode(value)));
        return string.map(SecretValue::text).or(() -> binary.map(value -> new SecretValue("SecretBinary", value)));
    }

    static SecretValue text(String content) {
        return new SecretValue("SecretString", content);
    }

    void write(ObjectNode answer) {
        answer.put(member, content);
    }

    private static int decode(String binary) {
        try {
            return Base64.getDecoder().decode(binary).length;
        } catch (IllegalArgumentException e) {
            // Its message could quote the value.
            throw AwsError.of("SerializationException", "SecretBinary is not Base64");
        }
    }

    private static void checkSize(int bytes) {
        if (bytes < 1 || bytes > MAXIMUM) {
            throw AwsError.of(
                    "InvalidParameterException", "The secret value must be between 1 and " + MAXIMUM + " bytes.");
        }
    }

    /** Values are never printed. */
    @Override
    public String toString() {
        return member;
    }
}
