package steward.task;

import com.github.luben.zstd.ZstdInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.jspecify.annotations.Nullable;
import steward.error.VerificationFailed;

/**
 * The folder that pg_dump writes, as one stream: a tar file compressed with zstd. One object in S3 is complete or not
 * there, whatever the number of tables, and {@code zstd -d | tar -x} makes the folder of it again.
 */
final class Archive {
    /** All that pg_dump puts into a folder. Anything else in an archive is not ours, and not written to our disk. */
    private static final Pattern FILE = Pattern.compile("toc\\.dat|\\d+\\.dat|blobs(_\\d+)?\\.toc|blob_\\d+\\.dat");

    private static final int BUFFER = 1 << 18;

    private Archive() {}

    static boolean isPart(String name) {
        return FILE.matcher(name).matches();
    }

    /** Size and hash of the stream. */
    record Written(long bytes, String sha256) {}

    /**
     * Unpacks a stream into a folder that is made for it.
     *
     * @throws VerificationFailed if its size or hash is another one, or if it is no archive of ours
     */
    static void unpack(InputStream stream, Written expected, Path folder, Progress progress) {
        try {
            Files.createDirectory(folder);
        } catch (IOException e) {
            throw new UncheckedIOException("unpacking the dump", e);
        }
        read(stream, expected, progress, (name, content) -> write(content, folder.resolve(name)));
    }

    /**
     * Compares what a stream holds with the folder that was packed: every byte of every file.
     *
     * @throws VerificationFailed if its size or hash is another one, or if anything else would come out of it
     */
    static void compare(InputStream stream, Written expected, Folder folder, Progress progress) {
        List<String> missing = new ArrayList<>(folder.files().stream()
                .map(file -> file.getFileName().toString())
                .toList());
        read(stream, expected, progress, (name, content) -> {
            if (!missing.remove(name) || !isSame(content, folder.path().resolve(name))) {
                throw damaged(expected, name + " in it is not as pg_dump wrote it", null);
            }
        });
        if (!missing.isEmpty()) {
            throw damaged(expected, "it lacks " + missing, null);
        }
    }

    private static boolean isSame(InputStream content, Path file) throws IOException {
        byte[] there = new byte[BUFFER];
        byte[] here = new byte[BUFFER];
        try (InputStream stream = open(file)) {
            while (true) {
                int count = content.readNBytes(there, 0, BUFFER);
                if (!Arrays.equals(there, 0, count, here, 0, stream.readNBytes(here, 0, BUFFER))) {
                    return false;
                }
                if (count < BUFFER) {
                    return true;
                }
            }
        }
    }

    private static InputStream open(Path file) {
        try {
            return Files.newInputStream(file);
        } catch (IOException e) {
            throw new UncheckedIOException("reading the dump's file " + file.getFileName(), e);
        }
    }

    /** A full disk says nothing about the dump. */
    private static void write(InputStream content, Path file) throws IOException {
        byte[] buffer = new byte[BUFFER];
        try (OutputStream to = Files.newOutputStream(file)) {
            for (int count = content.read(buffer); count >= 0; count = content.read(buffer)) {
                try {
                    to.write(buffer, 0, count);
                } catch (IOException e) {
                    throw new UncheckedIOException("unpacking the dump", e);
                }
            }
        }
    }

    /** What is done with a file of an archive. */
    @FunctionalInterface
    private interface Taker {
        void take(String name, InputStream content) throws IOException;
    }

    /** Fetching, decompressing, and what is done with the files go on at once. */
    private static void read(InputStream stream, Written expected, Progress progress, Taker taker) {
        MessageDigest digest = Sha256.start();
        CountingInput counting = new CountingInput(new DigestInputStream(stream, digest), progress);
        try (ReadAhead fetched = new ReadAhead(counting)) {
            try (ReadAhead decompressed = new ReadAhead(new ZstdInputStream(fetched))) {
                extract(decompressed, taker);
            }
            // To its end, for its hash.
            fetched.transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            throw damaged(expected, "it cannot be unpacked: " + e.getMessage(), e);
        }
        require(counting, expected, digest);
    }

    private static void require(CountingInput counting, Written expected, MessageDigest digest) {
        if (counting.bytes != expected.bytes) {
            throw damaged(expected, "it has %d bytes".formatted(counting.bytes), null);
        }
        String sha256 = Sha256.text(digest);
        if (!sha256.equals(expected.sha256)) {
            throw damaged(expected, "its SHA-256 is " + sha256, null);
        }
    }

    private static VerificationFailed damaged(Written expected, String what, @Nullable Exception cause) {
        return new VerificationFailed(
                "the dump in S3 is damaged: its manifest says %d bytes with SHA-256 %s, but %s"
                        .formatted(expected.bytes, expected.sha256, what),
                cause);
    }

    private static void extract(InputStream stream, Taker taker) throws IOException {
        TarArchiveInputStream tar = new TarArchiveInputStream(stream);
        for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
            if (!entry.isFile() || !isPart(entry.getName())) {
                throw new IOException("it holds something that is no part of a dump");
            }
            taker.take(entry.getName(), tar);
        }
        tar.transferTo(OutputStream.nullOutputStream());
    }

    /** Counts what is read. That it could not be read says nothing about what is there to be read. */
    private static final class CountingInput extends FilterInputStream {
        private final Progress progress;
        private long bytes;

        CountingInput(InputStream stream, Progress progress) {
            super(stream);
            this.progress = progress;
        }

        @Override
        public int read() {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) {
            try {
                int read = super.read(buffer, offset, length);
                count(Math.max(0, read));
                return read;
            } catch (IOException e) {
                throw new UncheckedIOException("reading the dump from S3", e);
            }
        }

        private void count(int read) {
            bytes += read;
            progress.bytes(read);
        }
    }
}
