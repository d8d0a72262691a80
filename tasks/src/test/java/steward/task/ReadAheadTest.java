package steward.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class ReadAheadTest {
    /** More than all buffers hold. */
    private static final int BIG = (ReadAhead.BUFFERS + 3) * ReadAhead.BUFFER + 17;

    @ParameterizedTest
    @ValueSource(ints = {0, 1, ReadAhead.BUFFER, ReadAhead.BUFFER + 1, BIG})
    void readsWhatThereIs(int size) throws IOException {
        byte[] content = random(size);
        try (ReadAhead stream = new ReadAhead(new ByteArrayInputStream(content))) {
            assertThat(stream.readAllBytes()).isEqualTo(content);
            assertThat(stream.read()).isEqualTo(-1);
            assertThat(stream.read(new byte[10])).isEqualTo(-1);
        }
    }

    @Test
    void readsWhatThereIsHoweverItIsCutIntoPieces() throws IOException {
        Random random = new Random(1);
        byte[] content = random(BIG);
        ByteArrayOutputStream read = new ByteArrayOutputStream();
        try (ReadAhead stream = new ReadAhead(pieces(content, new Random(2)))) {
            byte[] buffer = new byte[300_000];
            while (true) {
                int offset = random.nextInt(100);
                int count = stream.read(buffer, offset, 1 + random.nextInt(buffer.length - offset));
                if (count < 0) {
                    break;
                }
                read.write(buffer, offset, count);
                int one = stream.read();
                if (one >= 0) {
                    read.write(one);
                }
            }
        }
        assertThat(read.toByteArray()).isEqualTo(content);
    }

    @Test
    void throwsAFailureAsItWasAfterAllThatCameBeforeIt() throws IOException {
        for (Exception failure : new Exception[] {
            new IOException("broken"),
            new UncheckedIOException(new IOException("reset")),
            new IllegalStateException("no")
        }) {
            byte[] content = random(BIG);
            InputStream failing = new SequenceInputStream(new ByteArrayInputStream(content), new Failing(failure));
            try (ReadAhead stream = new ReadAhead(failing)) {
                assertThat(stream.readNBytes(BIG)).isEqualTo(content);
                assertThatThrownBy(stream::read).isSameAs(failure);
                assertThatThrownBy(() -> stream.read(new byte[10])).isSameAs(failure);
            }
        }
    }

    @Test
    void nothingReadsTheStreamOnceItIsClosed() throws IOException {
        AtomicInteger reads = new AtomicInteger();
        InputStream endless = new InputStream() {
            @Override
            public int read() {
                return 1;
            }

            @Override
            public int read(byte[] bytes, int offset, int length) {
                reads.incrementAndGet();
                return length;
            }
        };
        ReadAhead stream = new ReadAhead(endless);
        assertThat(stream.readNBytes(BIG)).hasSize(BIG);
        stream.close();
        int then = reads.get();
        assertThat(then).isBetween(BIG / ReadAhead.BUFFER, BIG / ReadAhead.BUFFER + 1 + ReadAhead.BUFFERS);
        assertThatThrownBy(stream::read).isInstanceOf(IOException.class).hasMessage("closed");
        assertThat(reads).hasValue(then);
    }

    @Test
    void oneAboveAnotherThatWaitsCanBeClosed() throws IOException {
        // Nothing comes: both threads wait for what is below them.
        try (PipedOutputStream never = new PipedOutputStream();
                PipedInputStream silent = new PipedInputStream(never);
                ReadAhead lower = new ReadAhead(silent)) {
            ReadAhead upper = new ReadAhead(lower);
            upper.close();
            assertThatThrownBy(upper::read).isInstanceOf(IOException.class).hasMessage("closed");
        }
    }

    private static byte[] random(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    /** Gives a few bytes at a time, and none at times. */
    private static InputStream pieces(byte[] content, Random random) {
        return new FilterInputStream(new ByteArrayInputStream(content)) {
            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                return super.read(bytes, offset, Math.min(length, random.nextInt(5_000)));
            }
        };
    }

    static final class Failing extends InputStream {
        private final Exception failure;

        Failing(Exception failure) {
            this.failure = failure;
        }

        @Override
        public int read() throws IOException {
            if (failure instanceof IOException broken) {
                throw broken;
            }
            throw (RuntimeException) failure;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            return read();
        }
    }
}
