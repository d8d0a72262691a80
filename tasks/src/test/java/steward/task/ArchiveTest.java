package steward.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import steward.error.VerificationFailed;

@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class ArchiveTest {
    private static final String END = "\\.\n\n\n";

    private final Progress progress = new Progress(new PrintStream(new ByteArrayOutputStream()), null);

    @TempDir
    private Path scratch;

    private Folder folder;
    private byte[] stored;
    private Archive.Written written;

    /** Files of less and of more than the buffers that they go through. */
    @BeforeEach
    void pack() throws IOException {
        folder = new Folder(Files.createDirectory(scratch.resolve("dump")));
        Random random = new Random(1);
        byte[] big = new byte[3 << 20];
        random.nextBytes(big);
        Files.write(file("toc.dat"), Arrays.copyOf(big, 5_000));
        Files.write(file("blob_17.dat"), big);
        Files.writeString(file("3001.dat"), "a line\n".repeat(400_000) + END);
        Files.writeString(file("3002.dat"), END);
        ByteArrayOutputStream archive = new ByteArrayOutputStream();
        Packing.Packed packed;
        try (Packing packing = new Packing(folder, archive)) {
            packed = packing.finish();
        }
        stored = archive.toByteArray();
        written = packed.written();
        assertThat(packed.rows()).containsEntry("3001.dat", 400_000L).containsEntry("3002.dat", 0L);
    }

    @AfterEach
    void stop() {
        progress.stop();
    }

    @Test
    void whatIsUnpackedIsWhatWasPacked() {
        Path unpacked = scratch.resolve("unpacked");
        Archive.unpack(new ByteArrayInputStream(stored), written, unpacked, progress);

        assertThat(new Folder(unpacked).files())
                .hasSize(4)
                .allSatisfy(file -> assertThat(file)
                        .hasSameBinaryContentAs(file(file.getFileName().toString())));
        Archive.compare(new ByteArrayInputStream(stored), written, folder, progress);
    }

    @Test
    void anyDifferenceFromTheFolderIsFound() throws IOException {
        byte[] big = Files.readAllBytes(file("blob_17.dat"));
        for (int place : new int[] {0, (1 << 18) - 1, 1 << 18, big.length - 1}) {
            byte[] other = big.clone();
            other[place] ^= 1;
            Files.write(file("blob_17.dat"), other);
            requireDifference("blob_17.dat");
        }
        Files.write(file("blob_17.dat"), Arrays.copyOf(big, big.length - 1));
        requireDifference("blob_17.dat");
        Files.write(file("blob_17.dat"), Arrays.copyOf(big, big.length + 1));
        requireDifference("blob_17.dat");
        Files.write(file("blob_17.dat"), big);
        Files.writeString(file("3003.dat"), END);
        requireDifference("it lacks [3003.dat]");
        Files.delete(file("3003.dat"));
        Files.delete(file("3002.dat"));
        requireDifference("3002.dat");
    }

    @Test
    void whateverIsDamagedIsFound() {
        Random random = new Random(2);
        for (int i = 0; i < 60; i++) {
            byte[] flipped = stored.clone();
            flipped[random.nextInt(flipped.length)] ^= (byte) (1 << random.nextInt(8));
            requireDamage(flipped);
            requireDamage(Arrays.copyOf(stored, random.nextInt(stored.length)));
        }
        requireDamage(Arrays.copyOf(stored, stored.length + 1));
        requireDamage(new byte[0]);
        requireDamage("neither of these".repeat(1_000).getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void aBrokenConnectionSaysNothingAboutTheDump() {
        for (int length : new int[] {0, 100, stored.length / 2, stored.length}) {
            IOException reset = new IOException("reset");
            InputStream begin = new ByteArrayInputStream(stored, 0, length);
            assertThatThrownBy(() -> Archive.compare(
                            new SequenceInputStream(begin, new ReadAheadTest.Failing(reset)),
                            written,
                            folder,
                            progress))
                    .isInstanceOf(UncheckedIOException.class)
                    .hasRootCause(reset);
        }
    }

    @Test
    void aFolderThatCannotBeMadeSaysNothingAboutTheDump() throws IOException {
        Path taken = Files.createDirectory(scratch.resolve("taken"));
        assertThatThrownBy(() -> Archive.unpack(new ByteArrayInputStream(stored), written, taken, progress))
                .isInstanceOf(UncheckedIOException.class)
                .hasCauseInstanceOf(FileAlreadyExistsException.class);
    }

    private Path file(String name) {
        return folder.path().resolve(name);
    }

    private void requireDifference(String what) {
        assertThatThrownBy(() -> Archive.compare(new ByteArrayInputStream(stored), written, folder, progress))
                .isInstanceOf(VerificationFailed.class)
                .hasMessageContaining(what);
    }

    private void requireDamage(byte[] damaged) {
        assertThatThrownBy(() -> Archive.compare(new ByteArrayInputStream(damaged), written, folder, progress))
                .isInstanceOf(VerificationFailed.class)
                .hasMessageContaining("the dump in S3 is damaged");
    }
}
