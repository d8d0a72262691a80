package steward.local.asl;

import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Time that runs faster while every strand waits, and as the time of day does while one works: a function that takes a
 * second takes a second of its timeout, but nobody sits through a poll every half minute.
 */
final class FasterTime implements Time {

    /** More may be more than a long of nanoseconds; the waiting is taken up again. */
    private static final Duration LONGEST = Duration.ofDays(1);

    private final double factor;
    private final ReentrantLock lock = new ReentrantLock();
    /** A thread may be a strand of one time and a guest of another. */
    @SuppressWarnings("ThreadLocalUsage")
    private final ThreadLocal<FasterStrand> strands = new ThreadLocal<>();

    private final Set<FasterStrand> waiting = new HashSet<>();
    private Instant base = Instant.now();
    private long since = System.nanoTime();
    private int working;

    FasterTime(double factor) {
        if (!(factor >= 1)) {
            throw new IllegalArgumentException("time cannot run faster by " + factor);
        }
        this.factor = factor;
    }

    @Override
    public Instant now() {
        lock.lock();
        try {
            return base.plusNanos((long) ((System.nanoTime() - since) * rate()));
        } finally {
            lock.unlock();
        }
    }

    private double rate() {
        return working == 0 ? factor : 1;
    }

    @Override
    public void sleep(Duration duration) throws InterruptedException {
        Instant end = now().plus(duration.isNegative() ? Duration.ZERO : duration);
        do {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            await(end);
        } while (now().isBefore(end) || Thread.currentThread().isInterrupted());
    }

    @Override
    public Strand start(String name, Runnable work) {
        FasterStrand strand = new FasterStrand(true);
        strand.thread = Thread.ofVirtual().name(name).unstarted(() -> {
            strands.set(strand);
            try {
                work.run();
            } finally {
                count(-1);
            }
        });
        count(1);
        strand.thread.start();
        return strand;
    }

    /** When the rate changes, everybody's waiting takes another while. */
    private void count(int more) {
        lock.lock();
        try {
            Instant now = now();
            since = System.nanoTime();
            base = now;
            double before = rate();
            working += more;
            if (rate() != before) {
                waiting.forEach(strand -> strand.changed.signal());
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void await(@Nullable Instant deadline) {
        FasterStrand strand = currentStrand();
        lock.lock();
        try {
            if (strand.woken || Thread.currentThread().isInterrupted()) {
                strand.woken = false;
                return;
            }
            strand.waitFor(deadline);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Strand current() {
        return currentStrand();
    }

    private FasterStrand currentStrand() {
        FasterStrand strand = strands.get();
        if (strand == null) {
            strand = new FasterStrand(false);
            strand.thread = Thread.currentThread();
            strands.set(strand);
        }
        return strand;
    }

    private final class FasterStrand implements Strand {

        private final Condition changed = lock.newCondition();
        /** Whether its work holds the time back. */
        private final boolean counted;

        private volatile @Nullable Thread thread;
        private boolean woken;

        private FasterStrand(boolean counted) {
            this.counted = counted;
        }

        private void waitFor(@Nullable Instant deadline) {
            if (counted) {
                count(-1);
            }
            waiting.add(this);
            try {
                long left = left(deadline);
                while (!woken && left > 0) {
                    changed.awaitNanos(left);
                    left = left(deadline);
                }
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            } finally {
                woken = false;
                waiting.remove(this);
                if (counted) {
                    count(1);
                }
            }
        }

        /** Nanoseconds of the time of day until the deadline, if everybody goes on as now. */
        private long left(@Nullable Instant deadline) {
            if (deadline == null) {
                return LONGEST.toNanos();
            }
            Duration left = Duration.between(now(), deadline);
            Duration most = left.compareTo(LONGEST) < 0 ? left : LONGEST;
            return (long) Math.ceil(most.toNanos() / rate());
        }

        @Override
        public void wake() {
            lock.lock();
            try {
                woken = true;
                changed.signal();
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void interrupt() {
            Thread interrupted = thread;
            if (interrupted != null) {
                interrupted.interrupt();
            }
            wake();
        }
    }
}
