package steward.local.asl;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ErrorHandlingTest {

    private final List<Instant> attempts = new ArrayList<>();

    /** A task that fails with these errors, one after the other, and then succeeds. */
    private Trial failing(String fields, String... errors) {
        String states = """
                'T': {'Type': 'Task', 'Resource': 'arn:aws:lambda:us-east-1:0:function:f', FIELDS, 'End': true},
                'C': {'Type': 'Pass', 'End': true}
                """.replace(
                "FIELDS",
                fields.contains("Catch") ? fields : fields + ", 'Catch': [{'ErrorEquals': ['Nobody'], 'Next': 'C'}]");
        Trial trial = Trial.of(states, "T");
        return trial.tasks(call -> {
            attempts.add(trial.time().now());
            if (attempts.size() <= errors.length) {
                throw new TaskFailed(errors[attempts.size() - 1], "attempt " + attempts.size());
            }
            return Json.object().put("attempts", attempts.size());
        });
    }

    private List<Long> delays() {
        List<Long> delays = new ArrayList<>();
        for (int index = 1; index < attempts.size(); index++) {
            delays.add(Duration.between(attempts.get(index - 1), attempts.get(index))
                    .toMillis());
        }
        return delays;
    }

    @Test
    void aRetrierHasThreeRetriesAfterOneTwoAndFourSeconds() {
        Trial trial = failing("'Retry': [{'ErrorEquals': ['E']}]", "E", "E", "E", "E", "E")
                .run();

        assertThat(trial.error()).isEqualTo("E");
        assertThat(trial.cause()).isEqualTo("attempt 4");
        assertThat(delays()).containsExactly(1000L, 2000L, 4000L);
    }

    @Test
    void intervalRateAndLimitShapeTheDelays() {
        failing(
                        "'Retry': [{'ErrorEquals': ['E'], 'IntervalSeconds': 3, 'BackoffRate': 1.5, 'MaxDelaySeconds': 6, 'MaxAttempts': 4}]",
                        "E",
                        "E",
                        "E",
                        "E")
                .run();

        assertThat(delays()).containsExactly(3000L, 4500L, 6000L, 6000L);
    }

    @Test
    void theFifthRetryWaitsSixteenSeconds() {
        failing("'Retry': [{'ErrorEquals': ['E'], 'MaxAttempts': 5}]", "E", "E", "E", "E", "E")
                .run();

        assertThat(delays()).endsWith(16_000L);
    }

    @Test
    void fullJitterWaitsAnythingUpToTheDelay() {
        failing(
                        "'Retry': [{'ErrorEquals': ['E'], 'IntervalSeconds': 100, 'BackoffRate': 1, 'MaxAttempts': 50, 'JitterStrategy': 'FULL'}]",
                        "E,".repeat(50).split(","))
                .run();

        assertThat(delays()).hasSize(50).allSatisfy(delay -> assertThat(delay).isBetween(0L, 100_000L));
        assertThat(delays().stream().distinct().count()).isGreaterThan(40);
        assertThat(delays()).anyMatch(delay -> delay < 50_000).anyMatch(delay -> delay > 50_000);
    }

    @Test
    void retriersCountApart() {
        Trial trial = failing("""
                        'Retry': [{'ErrorEquals': ['A', 'B'], 'IntervalSeconds': 1, 'MaxAttempts': 2},
                                  {'ErrorEquals': ['C'], 'IntervalSeconds': 5}]
                        """.strip(), "A", "B", "C", "B").run();

        assertThat(trial.error()).isEqualTo("B");
        assertThat(delays()).containsExactly(1000L, 2000L, 5000L);
    }

    @Test
    void theFirstRetrierThatMatchesDecidesEvenIfItIsUsedUp() {
        failing("'Retry': [{'ErrorEquals': ['E'], 'MaxAttempts': 0}, {'ErrorEquals': ['States.ALL']}]", "E")
                .run();

        assertThat(attempts).hasSize(1);
    }

    @Test
    void theCountOfRetriesIsInTheContext() {
        Trial trial = failing(
                        "'Retry': [{'ErrorEquals': ['E']}], 'Output': '{% $states.context.State.RetryCount %}'",
                        "E", "E")
                .run();

        assertThat(trial.output().asInt()).isEqualTo(2);
    }

    @Test
    void catchComesAfterRetryAndSeesTheLastError() {
        Trial trial = failing("""
                        'Retry': [{'ErrorEquals': ['E'], 'MaxAttempts': 1}], 'Output': 'own', 'Assign': {'own': 1},
                        'Catch': [{'ErrorEquals': ['E'], 'Next': 'C'}]
                        """.strip(), "E", "E").run();

        assertThat(trial.output()).isEqualTo(Trial.json("{'Error': 'E', 'Cause': 'attempt 2'}"));
        assertThat(trial.event("TaskStateExited").details().has("assignedVariables"))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "E,                         States.ALL,              true",
        "E,                         States.TaskFailed,       true",
        "E,                         States.Timeout,          false",
        "E,                         e,                       false",
        "E,                         State.ALL,               false",
        "States.Timeout,            States.TaskFailed,       false",
        "States.Timeout,            States.Timeout,          true",
        "States.Timeout,            States.ALL,              true",
        "States.HeartbeatTimeout,   States.HeartbeatTimeout, true",
        "States.HeartbeatTimeout,   States.Timeout,          true",
        "States.HeartbeatTimeout,   States.TaskFailed,       false",
        "States.Timeout,            States.HeartbeatTimeout, false",
        "States.DataLimitExceeded,  States.ALL,              true",
        "States.Runtime,            States.ALL,              false",
        "States.Runtime,            States.Runtime,          false",
        "States.TaskFailed,         States.TaskFailed,       true",
    })
    void namesMatchAsOnAws(String error, String name, boolean caught) {
        Trial trial = failing("'Catch': [{'ErrorEquals': ['" + name + "'], 'Output': 'caught', 'Next': 'C'}]", error)
                .run();

        assertThat(trial.status()).isEqualTo(caught ? Execution.Status.SUCCEEDED : Execution.Status.FAILED);
        assertThat(trial.error()).isEqualTo(caught ? "none" : error);
    }

    @Test
    void aFailedQueryCanBeCaughtAndTriedAgain() {
        Trial caught = failing("""
                        'Output': '{% $states.result.missing %}', 'Retry': [{'ErrorEquals': ['States.QueryEvaluationError'], 'MaxAttempts': 2}],
                        'Catch': [{'ErrorEquals': ['States.ALL'], 'Output': '{% $states.errorOutput.Error %}', 'Next': 'C'}]
                        """.strip()).run();

        assertThat(caught.output().asText()).isEqualTo("States.QueryEvaluationError");
        assertThat(attempts).hasSize(3);
        assertThat(caught.types()).filteredOn("EvaluationFailed"::equals).hasSize(3);
    }

    @Test
    void aQueryThatFailsInACatcherIsNotCaughtAgain() {
        Trial trial = failing(
                        "'Catch': [{'ErrorEquals': ['States.ALL'], 'Output': '{% $states.result %}', 'Next': 'C'}]",
                        "E")
                .run();

        assertThat(trial.error()).isEqualTo("States.QueryEvaluationError");
        assertThat(trial.event("EvaluationFailed").details().path("location").asText())
                .isEqualTo("Catch[0]/Output");
    }

    @Test
    void aCauseThatIsMissingIsEmptyText() {
        Trial trial = Trial.of("""
                        'P': {'Type': 'Parallel', 'End': true, 'Catch': [{'ErrorEquals': ['States.ALL'], 'Next': 'C'}],
                              'Branches': [{'StartAt': 'F', 'States': {'F': {'Type': 'Fail', 'Error': 'E'}}}]},
                        'C': {'Type': 'Succeed'}
                        """, "P").run();

        assertThat(trial.output()).isEqualTo(Trial.json("{'Error': 'E', 'Cause': ''}"));
    }

    @Test
    void theCatcherAssignsForTheStatesBehindIt() {
        Trial trial = failing("""
                        'Catch': [{'ErrorEquals': ['E'], 'Next': 'C', 'Assign': {'why': '{% $states.errorOutput.Cause %}'},
                                   'Output': '{% $states.input %}'}]
                        """.strip(), "E").input("{'n': 1}").run();

        assertThat(trial.output()).isEqualTo(Trial.json("{'n': 1}"));
        assertThat(trial.event("TaskStateExited")
                        .details()
                        .at("/assignedVariables/why")
                        .asText())
                .isEqualTo("\"attempt 1\"");
    }
}
