package steward.local.asl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class StopTest {

    private static final String MACHINE = """
            'A': {'Type': 'Task', 'Resource': 'arn:aws:states:::lambda:invoke', 'Next': 'P',
                  'Retry': [{'ErrorEquals': ['E']}], 'Catch': [{'ErrorEquals': ['States.ALL'], 'Next': 'Z'}]},
            'P': {'Type': 'Parallel', 'Next': 'M', 'Branches': [
               {'StartAt': 'B', 'States': {'B': {'Type': 'Wait', 'Seconds': 5, 'End': true}}},
               {'StartAt': 'C', 'States': {'C': {'Type': 'Task', 'Resource': 'arn:aws:lambda:us-east-1:0:function:f', 'End': true}}}]},
            'M': {'Type': 'Map', 'Items': [1, 2], 'Next': 'Z', 'ItemProcessor': {'StartAt': 'D', 'States': {
               'D': {'Type': 'Task', 'Resource': 'arn:aws:states:::lambda:invoke', 'End': true}}}},
            'Z': {'Type': 'Succeed'}
            """;

    private final List<String> ran = Collections.synchronizedList(new ArrayList<>());

    private Trial trial() {
        Trial trial = Trial.of(MACHINE, "A");
        return trial.tasks(call -> {
            ran.add(call.state());
            if (ran.size() == 1) {
                throw new TaskFailed("E", "first");
            }
            trial.time().sleep(Duration.ofSeconds(10));
            return Json.object();
        });
    }

    @Test
    void nothingHappensAfterTheEventAtWhichItIsStopped() {
        int events = trial().run().events().size();
        assertThat(events).isGreaterThan(25);

        for (int last = 1; last < events; last++) {
            int at = last;
            ran.clear();
            Trial trial = trial();
            AtomicReference<List<String>> ranThen = new AtomicReference<>();
            trial.watching(event -> {
                        if (event.id() == at) {
                            trial.stop("Cut", "at " + at);
                            ranThen.set(List.copyOf(ran));
                        }
                    })
                    .run();

            assertThat(trial.status()).as("stopped at %s", at).isEqualTo(Execution.Status.ABORTED);
            assertThat(trial.error()).isEqualTo("Cut");
            assertThat(trial.events()).hasSize(at + 1);
            assertThat(trial.events().getLast().type()).isEqualTo("ExecutionAborted");
            assertThat(trial.events().getLast().previousEventId()).isZero();
            assertThat(trial.events().getLast().details())
                    .isEqualTo(Json.object().put("error", "Cut").put("cause", "at " + at));
            assertThat(ran).as("tasks when stopped at %s", at).isEqualTo(ranThen.get());
        }
    }

    @Test
    void anExecutionThatIsOverCannotBeStopped() {
        Trial trial = trial();
        trial.watching(event -> {
                    if (event.type().equals("ExecutionSucceeded")) {
                        trial.stop("late", null);
                    }
                })
                .run();
        trial.stop("later", null);

        assertThat(trial.status()).isEqualTo(Execution.Status.SUCCEEDED);
        assertThat(trial.types()).doesNotContain("ExecutionAborted");
    }

    @Test
    void stoppedBeforeItsStartItOnlyTellsThatItIsOver() {
        Trial trial = trial();
        Execution execution = trial.execution();
        execution.stop(null, null);

        Execution.Result result = execution.run();

        assertThat(result)
                .isEqualTo(new Execution.Result(
                        Execution.Status.ABORTED, Optional.empty(), Optional.empty(), Optional.empty()));
        assertThat(trial.types()).containsExactly("ExecutionAborted");
        assertThat(trial.events().getLast().details()).isEqualTo(Json.object());
        assertThat(ran).isEmpty();
    }

    @Test
    void aRunningTaskIsInterruptedFromAnotherThread() throws InterruptedException {
        CountDownLatch working = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        Execution execution = system(call -> {
            working.countDown();
            try {
                Thread.sleep(Duration.ofMinutes(5));
            } catch (InterruptedException stopped) {
                interrupted.countDown();
                throw stopped;
            }
            return Json.object();
        });
        Thread stopper = Thread.ofVirtual().start(() -> {
            awaitQuietly(working);
            execution.stop("Manual", "probe");
        });

        Execution.Result result = execution.run();

        stopper.join();
        assertThat(result.status()).isEqualTo(Execution.Status.ABORTED);
        assertThat(result.error()).contains("Manual");
        assertThat(result.cause()).contains("probe");
        assertThat(interrupted.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void theInterruptOfTheCallerStopsItToo() throws InterruptedException {
        CountDownLatch working = new CountDownLatch(1);
        AtomicReference<Execution.Result> result = new AtomicReference<>();
        AtomicReference<Boolean> stillInterrupted = new AtomicReference<>();
        Execution execution = system(call -> {
            working.countDown();
            Thread.sleep(Duration.ofMinutes(5));
            return Json.object();
        });
        Thread caller = Thread.ofPlatform().start(() -> {
            result.set(execution.run());
            stillInterrupted.set(Thread.currentThread().isInterrupted());
        });
        awaitQuietly(working);

        caller.interrupt();
        caller.join();

        assertThat(result.get()).extracting(Execution.Result::status).isEqualTo(Execution.Status.ABORTED);
        assertThat(stillInterrupted).hasValue(true);
    }

    @Test
    void whatATaskMustNotThrowEndsTheExecutionAndIsThrownOn() {
        Trial trial = trial().tasks(call -> {
            throw new ArithmeticException("a bug");
        });

        assertThatThrownBy(trial::run)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("a bug")
                .hasRootCauseInstanceOf(ArithmeticException.class);
        assertThat(trial.events().getLast().type()).isEqualTo("ExecutionFailed");
        assertThat(trial.events().getLast().details().path("error").asText()).isEqualTo("States.Runtime");
    }

    @Test
    void aConsumerThatThrowsIsNotSwallowed() {
        Trial trial = trial().watching(event -> {
            if (event.id() == 4) {
                throw new IllegalStateException("disk full");
            }
        });

        assertThatThrownBy(trial::run).hasMessageContaining("disk full");
    }

    @Test
    void anExecutionRunsOnce() {
        Trial trial = trial();
        Execution execution = trial.execution();
        execution.run();

        assertThatThrownBy(execution::run).isInstanceOf(IllegalStateException.class);
    }

    private static Execution system(TaskRunner tasks) {
        StateMachine machine = StateMachine.parse("""
                {"QueryLanguage": "JSONata", "StartAt": "M", "States": {"M": {"Type": "Map", "Items": [1, 2], "End": true,
                  "ItemProcessor": {"StartAt": "T", "States": {"T": {
                    "Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "End": true}}}}}}
                """);
        return new Execution(machine, Trial.IDENTITY, Json.object(), tasks, Time.system(), event -> {});
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
