package steward.local.asl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class VirtualTimeTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final Time time = Time.virtual(START);
    private final List<String> log = Collections.synchronizedList(new ArrayList<>());

    @Test
    void timeJumpsToTheEarliestWakeUp() throws InterruptedException {
        CountDownLatch both = new CountDownLatch(2);
        time.start("starter", () -> {
            time.start("a", () -> napping("a", 3, 10, both));
            time.start("b", () -> napping("b", 4, 5, both));
        });

        assertThat(both.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(log).containsExactly("a at PT0S", "b at PT0S", "a at PT3S", "b at PT4S", "b at PT9S", "a at PT13S");
    }

    private void napping(String name, int first, int second, CountDownLatch done) {
        try {
            tell(name);
            time.sleep(Duration.ofSeconds(first));
            tell(name);
            time.sleep(Duration.ofSeconds(second));
            tell(name);
        } catch (InterruptedException interrupted) {
            log.add(name + " interrupted");
        } finally {
            done.countDown();
        }
    }

    private void tell(String name) {
        log.add(name + " at " + Duration.between(START, time.now()));
    }

    @Test
    void aSleeperCanBeInterruptedAtOnce() throws InterruptedException {
        CountDownLatch done = new CountDownLatch(1);
        time.start("starter", () -> {
            Time.Strand sleeper = time.start("s", () -> napping("s", 1000, 1, done));
            time.start("i", () -> {
                sleepQuietly(5);
                sleeper.interrupt();
            });
        });

        assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(log).containsExactly("s at PT0S", "s interrupted");
        assertThat(time.now()).isEqualTo(START.plusSeconds(5));
    }

    private void sleepQuietly(int seconds) {
        try {
            time.sleep(Duration.ofSeconds(seconds));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void anyThreadMaySleep() throws InterruptedException {
        time.sleep(Duration.ofDays(365));

        assertThat(time.now()).isEqualTo(START.plus(Duration.ofDays(365)));
    }

    @Test
    void aThreadThatIsInterruptedDoesNotSleep() {
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> time.sleep(Duration.ofSeconds(1))).isInstanceOf(InterruptedException.class);
        assertThat(time.now()).isEqualTo(START);
    }

    @Test
    void aStrandThatFailsGivesItsTurnBack() throws InterruptedException {
        CountDownLatch both = new CountDownLatch(2);
        time.start("broken", () -> {
            time.start("next", both::countDown);
            Thread.currentThread().setUncaughtExceptionHandler((thread, thrown) -> both.countDown());
            throw new IllegalStateException("broken");
        });

        assertThat(both.await(10, TimeUnit.SECONDS)).isTrue();
    }
}
