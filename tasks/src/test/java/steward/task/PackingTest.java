package steward.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class PackingTest {
    private static final String END = "\\.\n\n\n";
    /** Random, and more than zstd takes before it has given anything, with a thread for each processor. */
    private static final int BIG = (Runtime.getRuntime().availableProcessors() + 16) * (2 << 20);

    private final Progress progress = new Progress(new PrintStream(new ByteArrayOutputStream()), null);

    @TempDir
    private Path scratch;

    private Folder folder;

    @BeforeEach
    void fill() throws IOException {
        folder = new Folder(Files.createDirectory(scratch.resolve("dump")));
        Files.writeString(file("3001.dat"), "a line\n".repeat(3) + END);
        byte[] big = new byte[BIG];
        new Random(1).nextBytes(big);
        System.arraycopy(
                ("\n" + END).getBytes(StandardCharsets.US_ASCII), 0, big, BIG - END.length() - 1, END.length() + 1);
        Files.write(file("17.dat"), big);
    }

    @AfterEach
    void stop() {
        progress.stop();
    }

    @Test
    void whatIsCompleteIsSentWhileOthersAreWritten() throws Exception {
        CountDownLatch sent = new CountDownLatch(1);
        ByteArrayOutputStream archive = new ByteArrayOutputStream() {
            @Override
            public synchronized void write(byte[] bytes, int offset, int length) {
                super.write(bytes, offset, length);
                if (size() > BIG / 8) {
                    sent.countDown();
                }
            }
        };
        Packing.Packed packed;
        try (Packing packing = new Packing(folder, archive)) {
            packing.add("17.dat");
            assertThat(sent.await(30, TimeUnit.SECONDS))
                    .as("sent before the end")
                    .isTrue();
            for (String some : List.of("", "a line\n\\.\n\n", "a line\\" + END, "a line" + END)) {
                Files.writeString(file("3002.dat"), some);
                packing.add("3002.dat");
            }
            packing.add("3003.dat");
            packing.add("toc.dat");
            Files.writeString(file("3002.dat"), "a line\n".repeat(5) + END);
            Files.writeString(file("3003.dat"), END);
            packing.add("3003.dat");
            Files.writeString(file("toc.dat"), "contents");
            packed = packing.finish();
            assertThat(packing.bytes()).isEqualTo(Scratch.size(folder.path()));
        }
        assertThat(packed.rows())
                .containsOnlyKeys("17.dat", "3001.dat", "3002.dat", "3003.dat")
                .containsEntry("3001.dat", 3L)
                .containsEntry("3002.dat", 5L)
                .containsEntry("3003.dat", 0L);
        Archive.compare(new ByteArrayInputStream(archive.toByteArray()), packed.written(), folder, progress);
    }

    @Test
    void aFailureIsToldWithTheNextFileAndAtTheEnd() throws Exception {
        IOException full = new IOException("full");
        CountDownLatch failed = new CountDownLatch(1);
        OutputStream broken = new OutputStream() {
            @Override
            public void write(int value) throws IOException {
                failed.countDown();
                throw full;
            }
        };
        try (Packing packing = new Packing(folder, broken)) {
            packing.add("17.dat");
            assertThat(failed.await(30, TimeUnit.SECONDS)).isTrue();
            assertThatThrownBy(packing::finish)
                    .isInstanceOf(UncheckedIOException.class)
                    .hasCause(full);
            assertThatThrownBy(() -> packing.add("3001.dat"))
                    .isInstanceOf(UncheckedIOException.class)
                    .hasCause(full);
        }
    }

    @Test
    void aFileOfAnUnknownNameIsRefused() throws Exception {
        Files.writeString(file("other"), "");
        try (Packing packing = new Packing(folder, OutputStream.nullOutputStream())) {
            assertThatThrownBy(packing::finish).hasMessageContaining("a name that we do not know: other");
        }
    }

    @Test
    void whatIsClosedUnfinishedEndsAmidAFile() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch closing = new CountDownLatch(1);
        OutputStream slow = new OutputStream() {
            @Override
            public void write(int value) {
                begun.countDown();
                awaitQuietly(closing);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) {
                write(0);
            }
        };
        Packing packing = new Packing(folder, slow);
        packing.add("17.dat");
        assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
        Thread closer = Thread.ofPlatform().start(packing::close);
        while (closer.getState() == Thread.State.RUNNABLE || closer.getState() == Thread.State.NEW) {
            Thread.onSpinWait();
        }
        closing.countDown();
        closer.join();

        assertThat(packing.bytes()).isLessThan(BIG);
        assertThatThrownBy(packing::finish).hasMessage("the packing was closed");
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Path file(String name) {
        return folder.path().resolve(name);
    }
}
