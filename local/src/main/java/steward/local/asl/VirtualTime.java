package steward.local.asl;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.PriorityQueue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Time as an event queue. One strand runs at a time, in the order in which they became ready; the others wait for
 * their turn. When none is ready, time jumps to the earliest deadline. So the same machine with the same tasks takes
 * the same course every time.
 */
final class VirtualTime implements Time {

    private final ReentrantLock lock = new ReentrantLock();
    /** A thread may be a strand of one virtual time and a guest of another. */
    @SuppressWarnings("ThreadLocalUsage")
    private final ThreadLocal<VirtualStrand> strands = new ThreadLocal<>();

    private final Deque<VirtualStrand> ready = new ArrayDeque<>();
    private final PriorityQueue<Alarm> alarms =
            new PriorityQueue<>(Comparator.comparing(Alarm::at).thenComparingLong(Alarm::number));
    private @Nullable VirtualStrand running;
    private Instant now;
    private long alarmNumber;

    VirtualTime(Instant start) {
        now = start;
    }

    @Override
    public Instant now() {
        lock.lock();
        try {
            return now;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void sleep(Duration duration) throws InterruptedException {
        Instant end = now().plus(duration.isNegative() ? Duration.ZERO : duration);
        boolean first = true;
        while (first || now().isBefore(end)) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            await(end);
            first = false;
        }
    }

    @Override
    public Strand start(String name, Runnable work) {
        VirtualStrand strand = new VirtualStrand();
        strand.thread = Thread.ofVirtual().name(name).unstarted(() -> runInTurn(strand, work));
        lock.lock();
        try {
            ready.add(strand);
            strand.thread.start();
            runNext();
        } finally {
            lock.unlock();
        }
        return strand;
    }

    private void runInTurn(VirtualStrand strand, Runnable work) {
        strands.set(strand);
        awaitTurn(strand);
        try {
            work.run();
        } finally {
            giveUpTurn(strand);
        }
    }

    /** A thread that is not ours takes a turn of its own when it wakes, and gives it back at once. */
    @Override
    public void await(@Nullable Instant deadline) {
        VirtualStrand strand = currentStrand();
        lock.lock();
        try {
            boolean guest = running != strand;
            if (!strand.woken && !Thread.currentThread().isInterrupted()) {
                strand.waiting = true;
                if (deadline != null) {
                    alarms.add(new Alarm(deadline, alarmNumber++, strand, ++strand.waits));
                }
                if (!guest) {
                    running = null;
                }
                runNext();
                awaitTurn(strand);
            }
            strand.woken = false;
            if (guest) {
                giveUpTurn(strand);
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Strand current() {
        return currentStrand();
    }

    private VirtualStrand currentStrand() {
        VirtualStrand strand = strands.get();
        if (strand == null) {
            strand = new VirtualStrand();
            strand.thread = Thread.currentThread();
            strands.set(strand);
        }
        return strand;
    }

    private void awaitTurn(VirtualStrand strand) {
        lock.lock();
        try {
            while (running != strand) {
                strand.turn.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    private void giveUpTurn(VirtualStrand strand) {
        lock.lock();
        try {
            if (running == strand) {
                running = null;
                runNext();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Hands the turn on, if nobody has it. */
    private void runNext() {
        if (running != null) {
            return;
        }
        while (ready.isEmpty() && !alarms.isEmpty()) {
            ring(alarms.remove());
        }
        running = ready.poll();
        if (running != null) {
            running.turn.signal();
        }
    }

    private void ring(Alarm alarm) {
        if (!alarm.strand.waiting || alarm.strand.waits != alarm.turn) {
            return;
        }
        if (alarm.at.isAfter(now)) {
            now = alarm.at;
        }
        alarm.strand.makeReady();
    }

    /**
     * When to wake a strand.
     *
     * @param turn which of the strand's waits it belongs to: others are over and their alarms stale
     */
    private record Alarm(Instant at, long number, VirtualStrand strand, long turn) {}

    private final class VirtualStrand implements Strand {

        private final Condition turn = lock.newCondition();
        private @Nullable Thread thread;
        private boolean woken;
        private boolean waiting;
        private long waits;

        @Override
        public void wake() {
            lock.lock();
            try {
                woken = true;
                if (waiting) {
                    makeReady();
                    runNext();
                }
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void interrupt() {
            if (thread != null) {
                thread.interrupt();
            }
            wake();
        }

        private void makeReady() {
            waiting = false;
            waits++;
            ready.add(this);
        }
    }
}
