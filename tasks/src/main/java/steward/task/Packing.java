package steward.task;

import com.github.luben.zstd.ZstdOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/**
 * Packs a dump as an {@link Archive}, in a thread of its own: each file as soon as it is complete, while pg_dump still
 * writes others. Leaves the stream open. To be closed before the stream is.
 */
final class Packing implements AutoCloseable {
    private static final int FASTEST = 1;
    private static final int BUFFER = 1 << 18;

    private final Folder folder;
    private final OutputStream stream;
    private final Set<String> added = ConcurrentHashMap.newKeySet();
    /** Names of complete files; then nothing, which is the end. */
    private final BlockingQueue<Optional<String>> files = new LinkedBlockingQueue<>();

    private final AtomicLong bytes = new AtomicLong();
    private final ExecutorService thread = Executors.newSingleThreadExecutor();
    private final Future<Packed> packed;
    private volatile boolean closed;

    Packing(Folder folder, OutputStream stream) {
        this.folder = folder;
        this.stream = stream;
        this.packed = thread.submit(this::pack);
    }

    /**
     * A folder that was packed.
     *
     * @param rows of the tables' data, by file
     */
    record Packed(Archive.Written written, Map<String, Long> rows) {}

    /**
     * Packs a table's file, if it is complete; one that is not, with the rest. pg_dump's messages, by which it is known,
     * hold names of tables, and those may hold anything.
     *
     * @throws RuntimeException that of the packing, if it has failed
     */
    void add(String name) {
        if (packed.isDone()) {
            Futures.get(packed);
        }
        if (folder.isComplete(name)) {
            put(name);
        }
    }

    private void put(String name) {
        if (added.add(name)) {
            files.add(Optional.of(name));
        }
    }

    /** Packs what is left of the folder, in which nobody writes any more, and waits for the end of it. */
    Packed finish() {
        folder.files().forEach(file -> put(file.getFileName().toString()));
        files.add(Optional.empty());
        return Futures.get(packed);
    }

    /** Bytes of the files, as far as they are packed. */
    long bytes() {
        return bytes.get();
    }

    private Packed pack() throws InterruptedException {
        Map<String, Long> rows = new HashMap<>();
        MessageDigest digest = Sha256.start();
        Counting counting = new Counting(stream);
        try (ZstdOutputStream compressed = new ZstdOutputStream(new DigestOutputStream(counting, digest), FASTEST)) {
            try {
                addAll(compressed, rows);
            } catch (IOException | RuntimeException | InterruptedException e) {
                // To close it writes what it still has.
                counting.discard();
                throw e;
            }
        } catch (IOException e) {
            throw new UncheckedIOException("packing the dump", e);
        }
        return new Packed(new Archive.Written(counting.bytes, Sha256.text(digest)), rows);
    }

    private void addAll(ZstdOutputStream compressed, Map<String, Long> rows) throws IOException, InterruptedException {
        byte[] buffer = new byte[BUFFER];
        compressed.setCloseFrameOnFlush(false);
        // Beside this thread, which reads and counts.
        compressed.setWorkers(Runtime.getRuntime().availableProcessors());
        TarArchiveOutputStream tar = new TarArchiveOutputStream(compressed);
        tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
        for (Optional<String> name = files.take(); name.isPresent(); name = files.take()) {
            RowCount count = add(tar, name.get(), buffer);
            if (Folder.isData(name.get())) {
                rows.put(name.get(), count.rows(name.get()));
            }
        }
        requireOpen();
        tar.finish();
    }

    private RowCount add(TarArchiveOutputStream tar, String name, byte[] buffer) throws IOException {
        if (!Archive.isPart(name)) {
            throw new IllegalStateException("pg_dump wrote a file of a name that we do not know: " + name);
        }
        Path file = folder.path().resolve(name);
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setSize(Files.size(file));
        tar.putArchiveEntry(entry);
        RowCount rows = new RowCount();
        try (InputStream content = Files.newInputStream(file)) {
            for (int count = content.read(buffer); count >= 0; count = content.read(buffer)) {
                requireOpen();
                tar.write(buffer, 0, count);
                rows.add(buffer, count);
                bytes.addAndGet(count);
            }
        }
        tar.closeArchiveEntry();
        return rows;
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the packing was closed");
        }
    }

    /**
     * Ends it, whether it is finished or not. Not by an interruption: that could lose the answer of S3 which names an upload
     * that has to be aborted.
     */
    @Override
    public void close() {
        closed = true;
        files.add(Optional.empty());
        thread.close();
    }

    /** Counts what goes through. */
    private static final class Counting extends OutputStream {
        private OutputStream stream;
        private long bytes;

        Counting(OutputStream stream) {
            this.stream = stream;
        }

        void discard() {
            stream = OutputStream.nullOutputStream();
        }

        @Override
        public void write(int value) throws IOException {
            stream.write(value);
            bytes++;
        }

        @Override
        public void write(byte[] content, int offset, int length) throws IOException {
            stream.write(content, offset, length);
            bytes += length;
        }
    }
}
