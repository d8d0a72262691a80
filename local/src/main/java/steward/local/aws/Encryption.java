package steward.local.aws;

import java.util.Optional;

/**
 * How S3 says that it encrypts: nothing is encrypted here.
 *
 * @param key the ARN of a KMS key; without one S3 uses its own keys
 */
public record Encryption(Optional<String> key) {

    /** What S3 does unless told otherwise. */
    public static final Encryption AES256 = new Encryption(Optional.empty());

    /** The account's key that AWS manages for S3. */
    private static final String MANAGED_KEY = Arn.key("00000000-0000-0000-0000-0000000000a3");

    /** With this key. */
    public static Encryption kms(String keyArn) {
        return new Encryption(Optional.of(keyArn));
    }

    static Encryption of(S3Request request, Encryption bucket) {
        var algorithm = request.header("x-amz-server-side-encryption");
        var key = request.header("x-amz-server-side-encryption-aws-kms-key-id");
        if (algorithm.isEmpty() && key.isEmpty()) {
            return bucket;
        }
        return switch (algorithm.orElse("")) {
            case "aws:kms" -> kms(key.orElse(MANAGED_KEY));
            case "AES256" -> {
                if (key.isPresent()) {
                    throw S3Errors.invalidArgument("a KMS key goes with x-amz-server-side-encryption: aws:kms only");
                }
                yield AES256;
            }
            default -> throw S3Errors.invalidArgument("The encryption method specified is not supported");
        };
    }

    String algorithm() {
        return key.isPresent() ? "aws:kms" : "AES256";
    }
}
