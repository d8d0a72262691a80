package steward.local.aws;

import java.util.zip.Checksum;

/** CRC-64/NVME, which S3 and version 2 of the AWS CLI prefer; the JDK does not have it. */
final class Crc64Nvme implements Checksum {

    /** The polynomial 0xAD93D23594C93659 with its bits reversed. */
    private static final long POLYNOMIAL = 0x9A6C9329AC4BC9B5L;

    private static final long[] TABLE = table();

    private long value = -1;

    @Override
    public void update(int b) {
        value = TABLE[(int) (value ^ b) & 0xFF] ^ (value >>> 8);
    }

    @Override
    public void update(byte[] bytes, int offset, int length) {
        for (var index = offset; index < offset + length; index++) {
            update(bytes[index]);
        }
    }

    @Override
    public long getValue() {
        return ~value;
    }

    @Override
    public void reset() {
        value = -1;
    }

    private static long[] table() {
        var table = new long[256];
        for (var index = 0; index < table.length; index++) {
            long entry = index;
            for (var bit = 0; bit < 8; bit++) {
                entry = (entry & 1) == 0 ? entry >>> 1 : (entry >>> 1) ^ POLYNOMIAL;
            }
            table[index] = entry;
        }
        return table;
    }
}
