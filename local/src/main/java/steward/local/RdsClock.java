package steward.local;

import java.time.Duration;
import steward.local.aws.Rds;

/** Lets happen in RDS what is due even while nobody asks: daily snapshots, and passwords that servers are to take. */
final class RdsClock implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(RdsClock.class.getName());
    private static final Duration TICK = Duration.ofMillis(200);

    private final Rds rds;
    private final Thread thread = Thread.ofPlatform().daemon().name("rds clock").unstarted(this::run);

    RdsClock(Rds rds) {
        this.rds = rds;
    }

    void start() {
        thread.start();
    }

    private void run() {
        try {
            while (true) {
                Thread.sleep(TICK);
                settle();
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    /** A failure must not end the clock: whoever asks RDS next meets it as well. */
    private void settle() {
        try {
            rds.settle();
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "what was due in RDS failed", e);
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
