package steward.task;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import steward.error.VerificationFailed;

/**
 * Counts the rows in one of the files into which pg_dump writes a table's data, without compression: COPY's text format,
 * a line for each row, and at the end a line of its own.
 */
final class RowCount {
    private static final byte[] END = "\\.\n\n\n".getBytes(StandardCharsets.US_ASCII);
    /** The end, and the end of the row before it. */
    static final int TAIL = END.length + 1;

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final long LINE_ENDS = 0x0A0A_0A0A_0A0A_0A0AL;
    private static final long LOW_BITS = 0x7F7F_7F7F_7F7F_7F7FL;

    private long lines;
    private byte[] tail = new byte[0];

    /** Takes the next bytes of the file. */
    void add(byte[] buffer, int count) {
        lines += lineEnds(buffer, count);
        byte[] joined = Arrays.copyOf(tail, tail.length + Math.min(count, TAIL));
        System.arraycopy(
                buffer, count - (joined.length - tail.length), joined, tail.length, joined.length - tail.length);
        tail = Arrays.copyOfRange(joined, Math.max(0, joined.length - TAIL), joined.length);
    }

    /** Eight bytes at a time: of a large database, every byte goes through here. */
    static long lineEnds(byte[] buffer, int count) {
        long found = 0;
        int i = 0;
        for (; i + Long.BYTES <= count; i += Long.BYTES) {
            long others = (long) LONGS.get(buffer, i) ^ LINE_ENDS;
            // The highest bit of each byte is set where the byte is not 0, carries cannot cross into the next one.
            found += Long.BYTES - Long.bitCount((((others & LOW_BITS) + LOW_BITS) | others) & ~LOW_BITS);
        }
        for (; i < count; i++) {
            found += buffer[i] == '\n' ? 1 : 0;
        }
        return found;
    }

    /**
     * Whether a file ends as pg_dump ends it: with a line that no row can be, since COPY doubles every backslash, and which
     * comes last.
     *
     * @param tail the file's last {@link #TAIL} bytes, or all of it
     */
    static boolean ends(byte[] tail) {
        int from = tail.length - END.length;
        return from >= 0
                && Arrays.equals(tail, from, tail.length, END, 0, END.length)
                && (from == 0 || tail[0] == '\n');
    }

    /**
     * The rows of the whole file.
     *
     * @throws VerificationFailed if it does not end as pg_dump ends it
     */
    long rows(String file) {
        if (!ends(tail)) {
            throw new VerificationFailed("the dump's file %s ends in the middle of its data".formatted(file));
        }
        return lines - 3;
    }
}
