package steward.local.aws;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What an object holds: files, one after the other, so that completing an upload copies nothing. Whoever reads it holds
 * it; the last who lets go deletes the files. So an object that is replaced while it is read is read to its end.
 */
final class Body {

    private static final int BUFFER = 256 * 1024;

    private final List<Path> files;
    private final long size;
    private int holders = 1;

    /** Held by the caller. */
    Body(List<Path> files, long size) {
        this.files = List.copyOf(files);
        this.size = size;
    }

    long size() {
        return size;
    }

    synchronized Body hold() {
        if (holders == 0) {
            throw new IllegalStateException("the files are deleted");
        }
        holders++;
        return this;
    }

    synchronized void letGo() {
        holders--;
        if (holders > 0) {
            return;
        }
        try {
            for (var file : files) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("deleting what an object held", e);
        }
    }

    /** Writes a part of it; to be held meanwhile. */
    void write(OutputStream out, long from, long length) throws IOException {
        var buffer = new byte[(int) Math.min(BUFFER, Math.max(1, length))];
        var skip = from;
        var left = length;
        for (var file : files) {
            var available = Files.size(file);
            if (skip >= available) {
                skip -= available;
                continue;
            }
            left -= write(file, skip, left, buffer, out);
            skip = 0;
            if (left == 0) {
                return;
            }
        }
        if (left > 0) {
            throw new IOException(left + " bytes are missing");
        }
    }

    private static long write(Path file, long from, long length, byte[] buffer, OutputStream out) throws IOException {
        var written = 0L;
        try (var in = Files.newInputStream(file)) {
            in.skipNBytes(from);
            while (written < length) {
                var read = in.read(buffer, 0, (int) Math.min(buffer.length, length - written));
                if (read < 0) {
                    break;
                }
                out.write(buffer, 0, read);
                written += read;
            }
        }
        return written;
    }
}
