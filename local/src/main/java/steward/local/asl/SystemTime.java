package steward.local.asl;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** The time of day; strands are virtual threads. */
final class SystemTime implements Time {

    static final SystemTime INSTANCE = new SystemTime();

    private static final Duration LONGEST = Duration.ofDays(1);

    private SystemTime() {}

    @Override
    public Instant now() {
        return Instant.now();
    }

    @Override
    public void sleep(Duration duration) throws InterruptedException {
        Thread.sleep(duration.isNegative() ? Duration.ZERO : duration);
    }

    @Override
    public Strand start(String name, Runnable work) {
        return new ThreadStrand(Thread.ofVirtual().name(name).start(work));
    }

    @Override
    public void await(@Nullable Instant deadline) {
        if (deadline == null) {
            LockSupport.park(this);
            return;
        }
        Duration left = Duration.between(now(), deadline);
        // More than a day may be more than a long of nanoseconds; an early return is allowed.
        Duration most = left.compareTo(LONGEST) < 0 ? left : LONGEST;
        LockSupport.parkNanos(this, Math.max(most.toNanos(), 0));
    }

    @Override
    public Strand current() {
        return new ThreadStrand(Thread.currentThread());
    }

    private record ThreadStrand(Thread thread) implements Strand {

        @Override
        public void wake() {
            LockSupport.unpark(thread);
        }

        @Override
        public void interrupt() {
            thread.interrupt();
        }
    }
}
