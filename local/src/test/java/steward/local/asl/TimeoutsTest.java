package steward.local.asl;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TimeoutsTest {

    private final List<String> interrupted = new ArrayList<>();

    private Trial task(String fields) {
        return Trial.of(
                "'T': {'Type': 'Task', 'Resource': 'arn:aws:states:::lambda:invoke', " + fields + ", 'End': true}",
                "T");
    }

    private TaskRunner taking(Trial trial, Duration duration) {
        return call -> {
            try {
                trial.time().sleep(duration);
                return Json.object();
            } catch (InterruptedException stopped) {
                interrupted.add(call.state());
                throw stopped;
            }
        };
    }

    @Test
    void aTaskThatTakesTooLongIsInterruptedAndTimesOut() {
        Trial trial = task("'TimeoutSeconds': 5");
        trial.tasks(taking(trial, Duration.ofHours(1))).run();

        assertThat(trial.status()).isEqualTo(Execution.Status.FAILED);
        assertThat(trial.error()).isEqualTo("States.Timeout");
        assertThat(trial.result().cause()).isEmpty();
        assertThat(trial.elapsed()).hasSeconds(5);
        assertThat(trial.event("TaskTimedOut").details())
                .isEqualTo(Trial.json("{'resourceType': 'lambda', 'resource': 'invoke', 'error': 'States.Timeout'}"));
        assertThat(interrupted).containsExactly("T");
    }

    @Test
    void aTaskThatIsInTimeIsNotInterrupted() {
        Trial trial = task("'TimeoutSeconds': 5");
        trial.tasks(taking(trial, Duration.ofMillis(4999))).run();

        assertThat(trial.status()).isEqualTo(Execution.Status.SUCCEEDED);
        assertThat(trial.elapsed()).hasMillis(4999);
        assertThat(interrupted).isEmpty();
    }

    @Test
    void everyAttemptHasTheWholeTime() {
        Trial trial = task("'TimeoutSeconds': 5, 'Retry': [{'ErrorEquals': ['States.Timeout'], 'MaxAttempts': 2}]");
        trial.tasks(taking(trial, Duration.ofHours(1))).run();

        assertThat(trial.elapsed()).hasSeconds(5 + 1 + 5 + 2 + 5);
        assertThat(interrupted).hasSize(3);
    }

    @Test
    void aTaskThatDoesNotListenIsLeftBehind() {
        Trial trial = task("'TimeoutSeconds': 5");
        trial.tasks(call -> {
                    while (trial.elapsed().toSeconds() < 60) {
                        sleepDeaf(trial);
                    }
                    return Json.object();
                })
                .run();

        assertThat(trial.error()).isEqualTo("States.Timeout");
        assertThat(trial.events().getLast().timestamp()).isEqualTo(Trial.START.plusSeconds(5));
    }

    private static void sleepDeaf(Trial trial) {
        try {
            trial.time().sleep(Duration.ofSeconds(1));
        } catch (InterruptedException ignored) {
            // This is what a Lambda function does on AWS: nobody can stop it.
        }
    }

    @Test
    void aHeartbeatStartsTheCountAnew() {
        Trial beating = task("'TimeoutSeconds': 60, 'HeartbeatSeconds': 10");
        beating.tasks(call -> {
                    for (int beat = 0; beat < 4; beat++) {
                        beating.time().sleep(Duration.ofSeconds(9));
                        call.progress().heartbeat();
                    }
                    beating.time().sleep(Duration.ofSeconds(30));
                    return Json.object();
                })
                .run();

        assertThat(beating.error()).isEqualTo("States.HeartbeatTimeout");
        assertThat(beating.elapsed()).hasSeconds(4 * 9 + 10);
    }

    @Test
    void theWholeExecutionCanTimeOutWhileItWaits() {
        Trial trial = Trial.ofDefinition("""
                        {'QueryLanguage': 'JSONata', 'TimeoutSeconds': 3, 'StartAt': 'W', 'States': {
                         'W': {'Type': 'Wait', 'Seconds': 25, 'End': true}}}
                        """).run();

        assertThat(trial.status()).isEqualTo(Execution.Status.TIMED_OUT);
        assertThat(trial.error()).isEqualTo("States.Timeout");
        assertThat(trial.elapsed()).hasSeconds(3);
        assertThat(trial.types()).containsExactly("ExecutionStarted", "WaitStateEntered", "ExecutionTimedOut");
        assertThat(trial.events().getLast().details()).isEqualTo(Trial.json("{'error': 'States.Timeout'}"));
        assertThat(trial.events().getLast().previousEventId()).isZero();
    }

    @Test
    void theWholeExecutionCanTimeOutDuringATaskOfAMapAndInRetryDelays() {
        String definition = """
                {'QueryLanguage': 'JSONata', 'TimeoutSeconds': 30, 'StartAt': 'M', 'States': {
                 'M': {'Type': 'Map', 'Items': [1, 2], 'End': true, 'Catch': [{'ErrorEquals': ['States.ALL'], 'Next': 'C'}],
                       'ItemProcessor': {'StartAt': 'T', 'States': {'T': {
                         'Type': 'Task', 'Resource': 'arn:aws:states:::lambda:invoke', 'End': true,
                         'Retry': [{'ErrorEquals': ['States.ALL'], 'IntervalSeconds': 1000}]}}}},
                 'C': {'Type': 'Succeed'}}}
                """;
        Trial busy = Trial.ofDefinition(definition);
        busy.tasks(taking(busy, Duration.ofDays(1))).run();
        Trial retrying = Trial.ofDefinition(definition)
                .tasks(call -> {
                    throw new TaskFailed("E", "");
                })
                .run();

        assertThat(busy.status()).isEqualTo(Execution.Status.TIMED_OUT);
        assertThat(busy.elapsed()).hasSeconds(30);
        assertThat(interrupted).hasSize(2);
        assertThat(retrying.status()).isEqualTo(Execution.Status.TIMED_OUT);
        assertThat(retrying.elapsed()).hasSeconds(30);
    }

    @Test
    void inSystemTimeATaskTimesOutAsWell() {
        StateMachine machine = StateMachine.parse("""
                {"QueryLanguage": "JSONata", "StartAt": "T", "States": {"T": {
                 "Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "TimeoutSeconds": 1, "End": true}}}
                """);
        Time time = Time.system();

        Execution.Result result = new Execution(
                        machine,
                        Trial.IDENTITY,
                        Json.object(),
                        call -> {
                            time.sleep(Duration.ofSeconds(30));
                            return Json.object();
                        },
                        time,
                        event -> {})
                .run();

        assertThat(result.error()).contains("States.Timeout");
    }
}
