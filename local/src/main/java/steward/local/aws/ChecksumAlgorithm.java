package steward.local.aws;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Locale;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import java.util.zip.Checksum;

/**
 * How clients and S3 make sure that what arrives is what was sent.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html">Checking object
 *     integrity</a>
 */
enum ChecksumAlgorithm {
    CRC32,
    CRC32C,
    CRC64NVME,
    SHA1,
    SHA256;

    /** A sum that is still being made. */
    interface Sum {

        void update(byte[] bytes, int offset, int length);

        /** Once. */
        byte[] result();
    }

    Sum sum() {
        return switch (this) {
            case CRC32 -> sum(new CRC32(), Integer.BYTES);
            case CRC32C -> sum(new CRC32C(), Integer.BYTES);
            case CRC64NVME -> sum(new Crc64Nvme(), Long.BYTES);
            case SHA1 -> digest("SHA-1");
            case SHA256 -> digest("SHA-256");
        };
    }

    /** Such as {@code x-amz-checksum-crc32}. */
    String header() {
        return "x-amz-checksum-" + name().toLowerCase(Locale.ROOT);
    }

    /** Such as {@code ChecksumCRC32}. */
    String element() {
        return "Checksum" + name();
    }

    /**
     * The one of this name, such as CRC32.
     *
     * @throws AwsError InvalidRequest
     */
    static ChecksumAlgorithm named(String name) {
        return Arrays.stream(values())
                .filter(algorithm -> algorithm.name().equals(name.toUpperCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> AwsError.of("InvalidRequest", "Checksum algorithm provided is unsupported."));
    }

    static Sum digest(String name) {
        try {
            var digest = MessageDigest.getInstance(name);
            return new Sum() {
                @Override
                public void update(byte[] bytes, int offset, int length) {
                    digest.update(bytes, offset, length);
                }

                @Override
                public byte[] result() {
                    return digest.digest();
                }
            };
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Sum sum(Checksum sum, int bytes) {
        return new Sum() {
            @Override
            public void update(byte[] data, int offset, int length) {
                sum.update(data, offset, length);
            }

            @Override
            public byte[] result() {
                var value = ByteBuffer.allocate(Long.BYTES).putLong(sum.getValue());
                return Arrays.copyOfRange(value.array(), Long.BYTES - bytes, Long.BYTES);
            }
        };
    }
}
