package steward.task;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Prints every ten seconds how far the job is, and gives a sign of life to whoever watches the task. */
final class Progress {
    private static final Duration EVERY = Duration.ofSeconds(10);

    private final PrintStream out;
    private final @Nullable Path life;
    private final Thread thread;
    private final AtomicLong tables = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();
    private @Nullable Thread showing;
    private volatile Consumer<String> watcher = line -> {};
    private volatile Phase phase = new Phase("start", 0, 0, () -> 0, System.nanoTime());

    /** How much of what is done: nothing is known of its end if {@code bytes} and {@code tables} are 0. */
    private record Phase(String name, long bytes, long tables, LongSupplier doneBytes, long start) {
        String duration() {
            return String.format(Locale.ROOT, "%s took %.2f s", name, (System.nanoTime() - start) / 1e9);
        }
    }

    Progress(PrintStream out, @Nullable Path life) {
        this.out = out;
        this.life = life;
        this.thread = Thread.ofPlatform().daemon().name("progress").start(this::run);
    }

    /** Lets somebody see every ten seconds what is printed; it does not matter to the job if that fails. */
    void show(Consumer<String> to) {
        watcher = to;
    }

    /** Begins a phase whose size is known. */
    void begin(String name, long totalBytes, long totalTables, LongSupplier doneBytes) {
        tables.set(0);
        bytes.set(0);
        out.println(phase.duration());
        phase = new Phase(name, totalBytes, totalTables, doneBytes, System.nanoTime());
        print();
    }

    /** Begins a phase that counts the bytes it is told of. */
    void begin(String name, long totalBytes, long totalTables) {
        begin(name, totalBytes, totalTables, bytes::get);
    }

    void table() {
        tables.incrementAndGet();
    }

    void bytes(long count) {
        bytes.addAndGet(count);
    }

    void end() {
        print();
    }

    private void run() {
        try {
            while (true) {
                sign();
                Thread.sleep(EVERY);
                String line = print();
                if (showing == null || !showing.isAlive()) {
                    // Not here: whoever is slow to take it must not keep the signs of life from being given.
                    showing = Thread.ofPlatform().daemon().start(() -> show(line));
                }
            }
        } catch (InterruptedException e) {
            // The job is over.
            return;
        }
    }

    private void show(String line) {
        try {
            watcher.accept(line);
        } catch (RuntimeException e) {
            out.println("the progress cannot be shown: " + e);
        }
    }

    private void sign() {
        if (life == null) {
            return;
        }
        try {
            Files.setLastModifiedTime(life, FileTime.from(Instant.now()));
        } catch (IOException e) {
            out.println("no sign of life can be given: " + e);
        }
    }

    private String print() {
        Phase now = phase;
        long done = now.doneBytes.getAsLong();
        long left = Math.max(0, now.bytes - done);
        long tablesDone = tables.get();
        String line = String.format(
                Locale.ROOT,
                "progress %s: %.1f MB done, %.1f MB left, %d tables done, %d tables left",
                now.name,
                done / 1e6,
                left / 1e6,
                tablesDone,
                Math.max(0, now.tables - tablesDone));
        out.println(line);
        return line;
    }

    /** The job is over. */
    void stop() {
        out.println(phase.duration());
        thread.interrupt();
    }
}
