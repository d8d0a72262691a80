package steward.local.asl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class FasterTimeTest {

    private final Time time = Time.faster(1_000);

    @Test
    void waitingTakesAThousandthOfIt() throws Exception {
        long before = System.nanoTime();
        Instant start = time.now();
        time.sleep(Duration.ofMinutes(5));

        assertThat(Duration.between(start, time.now())).isGreaterThanOrEqualTo(Duration.ofMinutes(5));
        assertThat(Duration.ofNanos(System.nanoTime() - before))
                .isBetween(Duration.ofMillis(300), Duration.ofSeconds(20));
    }

    @Test
    void workTakesAsLongAsItTakes() throws Exception {
        CompletableFuture<Duration> worked = new CompletableFuture<>();
        time.start("worker", () -> {
            Instant start = time.now();
            quietly(() -> Thread.sleep(200));
            worked.complete(Duration.between(start, time.now()));
        });

        assertThat(worked.get(30, TimeUnit.SECONDS)).isBetween(Duration.ofMillis(190), Duration.ofSeconds(30));
    }

    @Test
    void whoWaitsIsHeldBackByWhoWorks() throws Exception {
        CountDownLatch working = new CountDownLatch(1);
        CompletableFuture<Instant> done = new CompletableFuture<>();
        CompletableFuture<Instant> woken = new CompletableFuture<>();
        time.start("sleeper", () -> {
            quietly(working::await);
            quietly(() -> time.sleep(Duration.ofSeconds(100)));
            woken.complete(time.now());
        });
        time.start("worker", () -> {
            working.countDown();
            quietly(() -> Thread.sleep(500));
            done.complete(time.now());
        });

        assertThat(woken.get(30, TimeUnit.SECONDS)).isAfter(done.get(30, TimeUnit.SECONDS));
    }

    @Test
    void aStrandIsWokenAndInterrupted() throws Exception {
        CompletableFuture<String> awaited = new CompletableFuture<>();
        Time.Strand waiter = time.start("waiter", () -> {
            time.await(null);
            awaited.complete("woken");
        });
        waiter.wake();
        assertThat(awaited.get(30, TimeUnit.SECONDS)).isEqualTo("woken");

        CompletableFuture<Throwable> slept = new CompletableFuture<>();
        Time.Strand sleeper = time.start("sleeper", () -> {
            try {
                time.sleep(Duration.ofDays(10_000));
            } catch (InterruptedException interrupted) {
                slept.complete(interrupted);
            }
        });
        sleeper.interrupt();
        assertThat(slept.get(30, TimeUnit.SECONDS)).isInstanceOf(InterruptedException.class);
    }

    @Test
    void anExecutionWaitsFastAndItsTasksHaveTheirTime() {
        StateMachine machine = StateMachine.parse("""
                {"QueryLanguage": "JSONata", "StartAt": "W", "States": {
                   "W": {"Type": "Wait", "Seconds": 300, "Next": "T"},
                   "T": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "TimeoutSeconds": 20, "End": true}}}
                """);
        TaskRunner slow = call -> {
            Thread.sleep(300);
            return Json.object();
        };
        Execution.Result result = new Execution(machine, Trial.IDENTITY, Json.object(), slow, time, event -> {}).run();

        assertThat(result.status()).isEqualTo(Execution.Status.SUCCEEDED);
    }

    @Test
    void timeNeverRunsSlower() {
        assertThatIllegalArgumentException().isThrownBy(() -> Time.faster(0.5));
        assertThatThrownBy(() -> Time.faster(Double.NaN)).isInstanceOf(IllegalArgumentException.class);
    }

    private interface Work {
        void run() throws InterruptedException;
    }

    private static void quietly(Work work) {
        try {
            work.run();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
