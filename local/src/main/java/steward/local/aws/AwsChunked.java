package steward.local.aws;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * A body in the encoding {@code aws-chunked}: chunks, each with its length and perhaps a signature, then trailing
 * headers, such as a checksum that the client only knew at the end.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html">Signature calculations for
 *     trailing headers</a>
 */
final class AwsChunked extends InputStream {

    private static final int LONGEST_LINE = 8_192;

    private final InputStream in;
    private final Map<String, String> trailers = new TreeMap<>();
    private long left;
    private boolean first = true;
    private boolean over;

    AwsChunked(InputStream in) {
        this.in = in;
    }

    /** Names in small letters; complete when all was read. */
    Map<String, String> trailers() {
        return trailers;
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (left == 0 && !over) {
            next();
        }
        if (over) {
            return -1;
        }
        var read = in.read(bytes, offset, (int) Math.min(length, left));
        if (read < 0) {
            throw new EOFException("the body ends within a chunk");
        }
        left -= read;
        return read;
    }

    private void next() throws IOException {
        if (!first && !line().isEmpty()) {
            throw S3Errors.incompleteBody();
        }
        first = false;
        left = length(line());
        over = left == 0;
        if (over) {
            readTrailers();
        }
    }

    private static long length(String line) {
        try {
            return Long.parseLong(line.split(";", 2)[0].strip(), 16);
        } catch (NumberFormatException e) {
            throw S3Errors.incompleteBody();
        }
    }

    private void readTrailers() throws IOException {
        for (var line = line(); !line.isEmpty(); line = line()) {
            var parts = line.split(":", 2);
            if (parts.length == 2) {
                trailers.put(parts[0].strip().toLowerCase(Locale.ROOT), parts[1].strip());
            }
        }
    }

    /** Without its end. The body may end with the last line's end missing. */
    private String line() throws IOException {
        var line = new StringBuilder();
        for (var read = in.read(); read >= 0 && read != '\n'; read = in.read()) {
            line.append((char) read);
            if (line.length() > LONGEST_LINE) {
                throw S3Errors.incompleteBody();
            }
        }
        return line.toString().strip();
    }
}
