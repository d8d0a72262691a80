package steward.local.virtual;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import steward.local.asl.Time;

/** Virtual time whose clock can be set, back as well, while nobody waits. */
final class ShiftedTime implements Time {

    private final Time time;
    private volatile Duration shift = Duration.ZERO;

    ShiftedTime(Instant start) {
        time = Time.virtual(start);
    }

    void shift(Duration by) {
        shift = shift.plus(by);
    }

    /** Lets so much time go by. */
    void pass(Duration duration) {
        try {
            sleep(duration);
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts a test", e);
        }
    }

    @Override
    public Instant now() {
        return time.now().plus(shift);
    }

    @Override
    public void sleep(Duration duration) throws InterruptedException {
        time.sleep(duration);
    }

    @Override
    public Strand start(String name, Runnable work) {
        return time.start(name, work);
    }

    @Override
    public void await(@Nullable Instant deadline) {
        time.await(deadline == null ? null : deadline.minus(shift));
    }

    @Override
    public Strand current() {
        return time.current();
    }
}
