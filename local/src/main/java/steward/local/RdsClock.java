package steward.local;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import steward.local.aws.Rds;

/** Lets happen in RDS what is due even while nobody asks: daily snapshots, and passwords that servers are to take. */
final class RdsClock implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(RdsClock.class.getName());
    private static final long MILLISECONDS = 200;

    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            work -> Thread.ofPlatform().daemon().name("rds clock").unstarted(work));

    private final Rds rds;

    RdsClock(Rds rds) {
        this.rds = rds;
    }

    void start() {
        thread.scheduleWithFixedDelay(this::settle, MILLISECONDS, MILLISECONDS, TimeUnit.MILLISECONDS);
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
        thread.shutdownNow();
    }
}
