package steward.task;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import steward.error.ServerUnavailable;
import steward.postgres.Session;

/**
 * How far pg_restore is. It tells of a table only when all of it is there, which takes hours where one table is most of a
 * database: of those on their way the server tells, from 14 on. It is asked in a thread of its own, so that a server that
 * does not answer keeps no sign of life from being given, and over a session that nothing else uses meanwhile.
 *
 * @see <a href="https://www.postgresql.org/docs/current/progress-reporting.html#COPY-PROGRESS-REPORTING">COPY progress</a>
 */
final class RestoreProgress implements AutoCloseable {
    private static final int TELLS_OF_COPY = 14;

    /** Somewhere in a line: several processes write them. */
    private static final Pattern FINISHED = Pattern.compile("finished item (\\d+) TABLE DATA");
    /** Of a restore over one connection: what comes first of a table. */
    private static final Pattern BEGUN = Pattern.compile("processing data for table()");

    private static final Duration ANSWER = Duration.ofSeconds(30);

    private final Session session;
    private final Path dump;
    private final Pattern table;
    private final Progress progress;
    private final AtomicLong complete = new AtomicLong();
    private volatile long onTheWay;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;

    /**
     * Begins to ask.
     *
     * @param dump a folder, or a file, of which only the tables are known: what is in it is compressed
     * @param jobs pg_restore's connections
     */
    RestoreProgress(Session session, int major, Path dump, int jobs, Progress progress, Duration every) {
        this.session = session;
        this.dump = dump;
        this.table = jobs > 1 ? FINISHED : BEGUN;
        this.progress = progress;
        this.thread = new Thread(() -> run(every), "restore-progress");
        thread.setDaemon(true);
        if (major >= TELLS_OF_COPY && Files.isDirectory(dump)) {
            thread.start();
        }
    }

    private void run(Duration every) {
        try {
            while (!closed.await(every.toMillis(), TimeUnit.MILLISECONDS)) {
                ask();
            }
        } catch (InterruptedException e) {
            // Nobody does that: the task is ending.
            return;
        }
    }

    private void ask() {
        try {
            onTheWay = session.first("""
                            SELECT coalesce(sum(bytes_processed), 0)::bigint
                              FROM pg_stat_progress_copy
                             WHERE datname = current_database() AND command = 'COPY FROM'
                            """, row -> row.getLong(1)).orElse(0L);
        } catch (RuntimeException e) {
            // What is wrong with the server, pg_restore tells, and the session's next use.
            onTheWay = 0;
        }
    }

    /** Takes what pg_restore says. */
    void line(String line) {
        Matcher done = table.matcher(line);
        if (done.find()) {
            progress.table();
            complete.addAndGet(dump.resolve(done.group(1) + ".dat").toFile().length());
            // Until the next answer: what is complete must not be counted twice.
            onTheWay = 0;
        }
    }

    /** Bytes of the tables' data that have arrived. */
    long bytes() {
        return complete.get() + onTheWay;
    }

    /**
     * Returns when the session is free.
     *
     * @throws ServerUnavailable if the server does not answer
     */
    @Override
    public void close() {
        closed.countDown();
        try {
            // Not by an interruption: that could end amid an answer.
            if (thread.isAlive() && !thread.join(ANSWER)) {
                throw new ServerUnavailable("the server does not say how far the restore is", null);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
