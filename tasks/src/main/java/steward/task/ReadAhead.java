package steward.task;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Reads a stream in a thread of its own, a few buffers ahead of whoever reads this one: what is expensive to read and what
 * is expensive to use have a core each. A failure of the stream is thrown here as it was thrown there, after all that came
 * before it. To be read by one thread at a time. Leaves the stream open.
 */
final class ReadAhead extends InputStream {
    /** Bytes read at once, at most. */
    static final int BUFFER = 1 << 18;

    static final int BUFFERS = 8;

    /** What was read at once. */
    private static final class Chunk {
        private final byte[] bytes;
        /** As read gave it: -1 at the end. */
        private int length;

        private @Nullable Throwable failure;

        Chunk(int size) {
            bytes = new byte[size];
        }
    }

    private final BlockingQueue<Chunk> filled = new ArrayBlockingQueue<>(BUFFERS);
    /** Used again and again: the JVM clears new ones. */
    private final BlockingQueue<Chunk> free = new ArrayBlockingQueue<>(BUFFERS);

    private final Thread thread;
    private @Nullable Chunk current;
    private int position;
    private boolean closed;

    ReadAhead(InputStream stream) {
        for (int i = 0; i < BUFFERS; i++) {
            free.add(new Chunk(BUFFER));
        }
        thread = Thread.ofPlatform().daemon().name("read-ahead").start(() -> fill(stream));
    }

    private void fill(InputStream stream) {
        try {
            while (fill(free.take(), stream)) {}
        } catch (InterruptedException e) {
            // Closed: nobody reads on.
            return;
        }
    }

    /** Says whether there may be more. */
    private boolean fill(Chunk chunk, InputStream stream) {
        try {
            // Not readNBytes: what comes before a failure would be lost with it.
            chunk.length = stream.read(chunk.bytes, 0, BUFFER);
        } catch (IOException | RuntimeException | Error e) {
            chunk.failure = e;
        }
        boolean more = chunk.failure == null && chunk.length >= 0;
        filled.add(chunk);
        return more;
    }

    /** The chunk with what comes next; the last one, which says why there is nothing, again and again. */
    private Chunk chunk() throws IOException {
        if (closed) {
            throw new IOException("closed");
        }
        Chunk chunk = current;
        while (chunk == null || (chunk.failure == null && chunk.length >= 0 && position >= chunk.length)) {
            if (chunk != null) {
                free.add(chunk);
            }
            chunk = next();
            current = chunk;
            position = 0;
        }
        switch (chunk.failure) {
            case null -> {}
            case IOException e -> throw e;
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            default -> throw new IllegalStateException(chunk.failure);
        }
        return chunk;
    }

    private Chunk next() {
        try {
            return filled.take();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while reading", e);
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        if (length == 0) {
            return 0;
        }
        Chunk chunk = chunk();
        if (chunk.length < 0) {
            return -1;
        }
        int count = Math.min(length, chunk.length - position);
        System.arraycopy(chunk.bytes, position, bytes, offset, count);
        position += count;
        return count;
    }

    /** Returns when nothing reads the stream any more, so that it can be closed: at the latest when a read of it ends. */
    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
