package steward.local.asl;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Where executions get the time from, and their threads.
 *
 * <p>Virtual time runs one strand at a time and stands still while it runs. When every strand waits, it jumps to the
 * earliest moment one of them waits for. So whatever shares a virtual time and waits must do so through it: tasks with
 * {@link #sleep}, threads of one's own with {@link #start}.
 */
public interface Time {

    /** The time of day, and waiting that takes as long as it says. */
    static Time system() {
        return SystemTime.INSTANCE;
    }

    /** Time that passes only while everybody waits. */
    static Time virtual(Instant start) {
        return new VirtualTime(start);
    }

    /** The time of day that runs faster by this factor while everybody waits, and keeps step with work that is done. */
    static Time faster(double factor) {
        return new FasterTime(factor);
    }

    Instant now();

    /** Waits; in virtual time without waiting. Zero and negative durations only let others run. */
    void sleep(Duration duration) throws InterruptedException;

    /** Starts work beside the caller's. */
    Strand start(String name, Runnable work);

    /**
     * Waits until the calling strand is woken, or until the deadline. May return early: callers look again whether
     * what they wait for has happened. Keeps the interrupt flag, and returns at once if it is set.
     */
    void await(@Nullable Instant deadline);

    /** The strand that calls; a new one for a thread that {@link #start} did not make. */
    Strand current();

    /** A thread of work, to wake and to interrupt. */
    interface Strand {

        /** Ends its present or its next {@link Time#await}. */
        void wake();

        /** As {@link Thread#interrupt}. */
        void interrupt();
    }
}
