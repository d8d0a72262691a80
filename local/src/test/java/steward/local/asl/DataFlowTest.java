package steward.local.asl;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DataFlowTest {

    private static final String TASK = "'Type': 'Task', 'Resource': 'arn:aws:states:::lambda:invoke'";

    @Test
    void everyExpressionOfAStateSeesTheVariablesAsTheyWere() {
        String states = """
                'A': {'Type': 'Pass', 'Assign': {'x': 1, 'y': 2}, 'Next': 'B'},
                'B': {'Type': 'Pass', 'Assign': {'x': '{% $y %}', 'y': '{% $x %}'}, 'Output': '{% [$x, $y] %}', 'Next': 'C'},
                'C': {'Type': 'Pass', 'Output': {'before': '{% $states.input %}', 'after': '{% [$x, $y] %}'}, 'End': true}
                """;

        assertThat(Trial.of(states, "A").run().output()).isEqualTo(Trial.json("{'before': [1, 2], 'after': [2, 1]}"));
    }

    @Test
    void outputCannotSeeWhatTheSameStateAssigns() {
        String states = "'A': {'Type': 'Pass', 'Assign': {'x': 1}, 'Output': '{% $x %}', 'End': true}";

        assertThat(Trial.of(states, "A").run().error()).isEqualTo("States.QueryEvaluationError");
    }

    @Test
    void variablesOfAnExpressionAreNotThoseOfTheWorkflow() {
        String states = """
                'A': {'Type': 'Wait', 'Seconds': '{% $v := 1 %}', 'Next': 'B'},
                'B': {'Type': 'Pass', 'Output': '{% $exists($v) %}', 'End': true}
                """;

        assertThat(Trial.of(states, "A").run().output().asBoolean()).isFalse();
    }

    @Test
    void aTaskWithoutArgumentsGetsTheInput() {
        List<JsonNode> arguments = new ArrayList<>();
        String states = "'A': {" + TASK + ", 'Next': 'B'}, 'B': {" + TASK + ", 'Arguments': {}, 'Next': 'C'}, 'C': {"
                + TASK + ", 'Arguments': ['{% $states.input.n %}', null], 'End': true}";

        Trial trial = Trial.of(states, "A")
                .input("{'n': 1}")
                .tasks(call -> {
                    arguments.add(call.arguments());
                    return Trial.json("{'n': 2}");
                })
                .run();

        assertThat(trial.output()).isEqualTo(Trial.json("{'n': 2}"));
        assertThat(arguments).containsExactly(Trial.json("{'n': 1}"), Trial.json("{}"), Trial.json("[2, null]"));
    }

    @Test
    void outputMayBeAnyJson() {
        for (String value : List.of("null", "0", "''", "[]", "false", "{}")) {
            assertThat(Trial.output(value).run().output()).isEqualTo(Trial.json(value));
        }
    }

    @Test
    void aRuleThatMatchesHasItsOwnAssignAndOutput() {
        String states = """
                'C': {'Type': 'Choice', 'Default': 'D', 'Assign': {'by': 'state'}, 'Output': 'state', 'Choices': [
                   {'Condition': '{% $states.input.n = 1 %}', 'Next': 'D', 'Assign': {'by': 'rule'}, 'Output': 'rule'},
                   {'Condition': '{% $states.input.n = 2 %}', 'Next': 'D'}]},
                'D': {'Type': 'Pass', 'Output': {'in': '{% $states.input %}', 'by': '{% $exists($by) ? $by : 0 %}'}, 'End': true}
                """;

        assertThat(Trial.of(states, "C").input("{'n': 1}").run().output())
                .isEqualTo(Trial.json("{'in': 'rule', 'by': 'rule'}"));
        assertThat(Trial.of(states, "C").input("{'n': 2}").run().output())
                .isEqualTo(Trial.json("{'in': {'n': 2}, 'by': 0}"));
        assertThat(Trial.of(states, "C").input("{'n': 3}").run().output())
                .isEqualTo(Trial.json("{'in': 'state', 'by': 'state'}"));
    }

    @Test
    void aConditionMustBeBoolean() {
        String states = """
                'C': {'Type': 'Choice', 'Choices': [{'Condition': '{% false %}', 'Next': 'D'},
                                                    {'Condition': '{% 1 %}', 'Next': 'D'}]},
                'D': {'Type': 'Succeed'}
                """;

        Trial trial = Trial.of(states, "C").run();

        assertThat(trial.error()).isEqualTo("States.QueryEvaluationError");
        assertThat(trial.cause())
                .endsWith(
                        "The JSONata expression '1' specified for the field 'Choices[1]/Condition' returned an unexpected"
                                + " result type. Expected 'boolean', but was 'number' for value: 1");
    }

    @Test
    void aChoiceWithoutAMatchEndsTheExecution() {
        String states =
                "'C': {'Type': 'Choice', 'Choices': [{'Condition': false, 'Next': 'D'}]}, 'D': {'Type': 'Succeed'}";

        Trial trial = Trial.of(states, "C").run();

        assertThat(trial.error()).isEqualTo("States.Runtime");
        assertThat(trial.cause()).contains("'C' (entered at the event id #2)").contains("Failed to transition");
    }

    @Test
    void aFailStateMayHaveNeitherNameNorCause() {
        assertThat(Trial.of("'F': {'Type': 'Fail'}", "F").run().result().error())
                .isEmpty();

        Trial named = Trial.of("'F': {'Type': 'Fail', 'Error': '{% $states.input.e %}', 'Cause': 'c'}", "F")
                .input("{'e': 'E'}")
                .run();

        assertThat(named.error()).isEqualTo("E");
        assertThat(named.cause()).isEqualTo("c");
        assertThat(named.types()).containsExactly("ExecutionStarted", "FailStateEntered", "ExecutionFailed");
        assertThat(Trial.of("'F': {'Type': 'Fail', 'Error': '{% 1 %}'}", "F")
                        .run()
                        .error())
                .isEqualTo("States.QueryEvaluationError");
    }

    @Test
    void waitTakesSecondsOrAMoment() {
        assertThat(waiting("'Seconds': 90").elapsed()).hasSeconds(90);
        assertThat(waiting("'Seconds': '{% 1 + 1 %}'").elapsed()).hasSeconds(2);
        assertThat(waiting("'Timestamp': '2026-01-01T01:00:00+01:00'").elapsed())
                .isZero();
        assertThat(waiting("'Timestamp': '2026-01-02T00:00:00.5Z'").elapsed()).hasMillis(86_400_500);
        assertThat(waiting("'Timestamp': '{% $states.context.Execution.StartTime %}'")
                        .elapsed())
                .isZero();
        assertThat(waiting("'Seconds': '{% 1.5 %}'").error()).isEqualTo("States.QueryEvaluationError");
        assertThat(waiting("'Seconds': '{% -1 %}'").error()).isEqualTo("States.QueryEvaluationError");
        assertThat(waiting("'Seconds': '{% $string(1) %}'").error()).isEqualTo("States.QueryEvaluationError");
        assertThat(waiting("'Timestamp': '{% 1 %}'").error()).isEqualTo("States.QueryEvaluationError");
    }

    private static Trial waiting(String field) {
        return Trial.of("'W': {'Type': 'Wait', " + field + ", 'End': true}", "W")
                .run();
    }

    @Test
    void theContextTellsOfExecutionStateAndMachine() {
        Trial trial = Trial.output("'{% $states.context %}'").input("{'n': 1}").run();

        assertThat(trial.output()).isEqualTo(Trial.json("""
                        {'Execution': {'Id': 'arn:aws:states:us-east-1:000000000000:execution:trial:one', 'Name': 'one',
                          'RoleArn': 'arn:aws:iam::000000000000:role/trial', 'StartTime': '2026-01-01T00:00:00.000Z',
                          'RedriveCount': 0, 'Input': {'n': 1}},
                         'State': {'Name': 'Only', 'EnteredTime': '2026-01-01T00:00:00.000Z'},
                         'StateMachine': {'Id': 'arn:aws:states:us-east-1:000000000000:stateMachine:trial', 'Name': 'trial'}}
                        """));
    }

    @Test
    void aTaskThatWaitsForATokenIsGivenANewOneForEachAttempt() {
        List<String> tokens = new ArrayList<>();
        String states = """
                'A': {'Type': 'Task', 'Resource': 'arn:aws:states:::sqs:sendMessage.waitForTaskToken', 'End': true,
                      'Arguments': {'token': '{% $states.context.Task.Token %}'},
                      'Retry': [{'ErrorEquals': ['E'], 'MaxAttempts': 1}]}
                """;

        Trial.of(states, "A")
                .tasks(call -> {
                    assertThat(call.arguments().path("token"))
                            .isEqualTo(call.context().at("/Task/Token"));
                    tokens.add(call.arguments().path("token").asText());
                    throw new TaskFailed("E", "");
                })
                .run();

        assertThat(tokens).hasSize(2).doesNotHaveDuplicates().doesNotContain("");
    }

    @Test
    void payloadsHaveALimit() {
        String atLimit = "x".repeat(262_144 - 2);
        String states = "'A': {" + TASK + ", 'End': true, 'Catch': [{'ErrorEquals': ['States.DataLimitExceeded'],"
                + " 'Output': '{% $states.errorOutput.Cause %}', 'Next': 'B'}]}, 'B': {'Type': 'Succeed'}";

        assertThat(Trial.of(states, "A")
                        .tasks(call -> Json.object().textNode(atLimit))
                        .run()
                        .output()
                        .asText())
                .isEqualTo(atLimit);
        assertThat(Trial.of(states, "A")
                        .tasks(call -> Json.object().textNode(atLimit + "x"))
                        .run()
                        .output()
                        .asText())
                .isEqualTo("The state/task 'lambda' returned a result with a size exceeding the maximum number of bytes"
                        + " service limit.");
        JsonNode half = Json.object().textNode("ä".repeat(262_144 / 4));
        assertThat(Trial.output("'{% $states.input & $states.input %}'")
                        .input(half)
                        .run()
                        .error())
                .isEqualTo("States.DataLimitExceeded");
        assertThat(Trial.of(
                                "'A': {'Type': 'Pass', 'Assign': {'v': '{% $states.input & $states.input %}'}, 'End': true}",
                                "A")
                        .input(half)
                        .run()
                        .error())
                .isEqualTo("States.DataLimitExceeded");
    }

    @Test
    void theVariablesOfOneAssignHaveALimitTogether() {
        String states =
                "'A': {'Type': 'Pass', 'Assign': {'v': '{% $states.input %}', 'w': '{% $states.input %}'}, 'End': true}";
        int half = 262_144 / 2;

        assertThat(Trial.of(states, "A")
                        .input(Json.object().textNode("x".repeat(half - 2)))
                        .run()
                        .status())
                .isEqualTo(Execution.Status.SUCCEEDED);
        assertThat(Trial.of(states, "A")
                        .input(Json.object().textNode("x".repeat(half - 1)))
                        .run()
                        .error())
                .isEqualTo("States.DataLimitExceeded");
    }

    @Test
    void evaluatedFieldsOfATaskReachItsRunner() {
        List<TaskCall> calls = new ArrayList<>();
        String states = "'A': {" + TASK
                + ", 'TimeoutSeconds': '{% $states.input.t %}', 'HeartbeatSeconds': '{% $states.input.h %}',"
                + " 'Credentials': {'RoleArn': '{% $states.input.r %}'}, 'End': true}";

        Trial.of(states, "A")
                .input("{'t': 9, 'h': 3, 'r': 'arn:aws:iam::1:role/other'}")
                .tasks(call -> {
                    calls.add(call);
                    return Json.object();
                })
                .run();

        assertThat(calls).singleElement().satisfies(call -> {
            assertThat(call.timeout())
                    .hasValueSatisfying(timeout -> assertThat(timeout).hasSeconds(9));
            assertThat(call.heartbeat())
                    .hasValueSatisfying(heartbeat -> assertThat(heartbeat).hasSeconds(3));
            assertThat(call.credentials()).contains(Trial.json("{'RoleArn': 'arn:aws:iam::1:role/other'}"));
            assertThat(call.state()).isEqualTo("A");
            assertThat(call.context().at("/State/RetryCount").asInt(-1)).isZero();
        });
    }
}
