package steward.local.aws;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import steward.local.asl.Time;

/** Time of day that a test sets; waiting takes as long as it says. */
final class TestTime implements Time {

    private volatile Instant now;

    TestTime(Instant now) {
        this.now = now;
    }

    void pass(Duration duration) {
        now = now.plus(duration);
    }

    @Override
    public Instant now() {
        return now;
    }

    @Override
    public void sleep(Duration duration) throws InterruptedException {
        Time.system().sleep(duration);
    }

    @Override
    public Strand start(String name, Runnable work) {
        return Time.system().start(name, work);
    }

    @Override
    public void await(@Nullable Instant deadline) {
        Time.system().await(deadline == null ? null : Instant.now().plus(Duration.between(now, deadline)));
    }

    @Override
    public Strand current() {
        return Time.system().current();
    }
}
