package steward.local.asl;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class HistoryTest {

    private static List<String> chain(Trial trial) {
        return trial.events().stream()
                .map(event -> event.id() + " " + event.type() + " <" + event.previousEventId())
                .toList();
    }

    @Test
    void aServiceCallIsScheduledStartedAndDone() {
        Trial trial = Trial.of("""
                        'T': {'Type': 'Task', 'Resource': 'arn:aws:states:::aws-sdk:rds:describeDBInstances', 'Arguments': {'n': 1},
                              'TimeoutSeconds': 9, 'HeartbeatSeconds': 3, 'Credentials': {'RoleArn': 'r'},
                              'Assign': {'v': [1]}, 'End': true}
                        """, "T")
                .input("{'a': 1}")
                .tasks(call -> Trial.json("{'ok': true}"))
                .run();

        assertThat(chain(trial))
                .containsExactly(
                        "1 ExecutionStarted <0",
                        "2 TaskStateEntered <0",
                        "3 TaskScheduled <2",
                        "4 TaskStarted <3",
                        "5 TaskSucceeded <4",
                        "6 TaskStateExited <5",
                        "7 ExecutionSucceeded <6");
        assertThat(trial.event("ExecutionStarted").details())
                .isEqualTo(Trial.json("{'input': '{`a`:1}', 'inputDetails': {'truncated': false}, 'roleArn': '"
                        .concat(Trial.IDENTITY.roleArn() + "'}")
                        .replace("`", "\\\"")));
        assertThat(trial.event("TaskScheduled").details()).isEqualTo(Trial.json("""
                        {'resourceType': 'aws-sdk:rds', 'resource': 'describeDBInstances', 'region': 'us-east-1',
                         'parameters': '{`n`:1}', 'timeoutInSeconds': 9, 'heartbeatInSeconds': 3,
                         'taskCredentials': {'roleArn': 'r'}}
                        """.replace("`", "\\\"")));
        assertThat(trial.event("TaskStarted").details())
                .isEqualTo(Trial.json("{'resourceType': 'aws-sdk:rds', 'resource': 'describeDBInstances'}"));
        assertThat(trial.event("TaskSucceeded").details()).isEqualTo(Trial.json("""
                        {'resourceType': 'aws-sdk:rds', 'resource': 'describeDBInstances',
                         'output': '{`ok`:true}', 'outputDetails': {'truncated': false}}
                        """.replace("`", "\\\"")));
        assertThat(trial.event("TaskStateExited").details()).isEqualTo(Trial.json("""
                        {'name': 'T', 'output': '{`ok`:true}', 'outputDetails': {'truncated': false},
                         'assignedVariables': {'v': '[1]'}, 'assignedVariablesDetails': {'truncated': false}}
                        """.replace("`", "\\\"")));
    }

    @Test
    void aRetryIsScheduledAgainInTheSameVisit() {
        Trial trial = Trial.of("""
                        'T': {'Type': 'Task', 'Resource': 'arn:aws:lambda:us-east-1:0:function:f', 'End': true,
                              'Retry': [{'ErrorEquals': ['E'], 'MaxAttempts': 1}]}
                        """, "T")
                .tasks(call -> {
                    throw new TaskFailed("E", "c");
                })
                .run();

        assertThat(chain(trial))
                .containsExactly(
                        "1 ExecutionStarted <0",
                        "2 TaskStateEntered <0",
                        "3 LambdaFunctionScheduled <2",
                        "4 LambdaFunctionStarted <3",
                        "5 LambdaFunctionFailed <4",
                        "6 LambdaFunctionScheduled <5",
                        "7 LambdaFunctionStarted <6",
                        "8 LambdaFunctionFailed <7",
                        "9 ExecutionFailed <8");
        assertThat(trial.event("LambdaFunctionScheduled").details())
                .isEqualTo(
                        Trial.json(
                                "{'resource': 'arn:aws:lambda:us-east-1:0:function:f', 'input': '{}', 'inputDetails': {'truncated': false}}"));
        assertThat(trial.event("LambdaFunctionStarted").details().isNull()).isTrue();
        assertThat(trial.event("LambdaFunctionFailed").details()).isEqualTo(Trial.json("{'error': 'E', 'cause': 'c'}"));
        assertThat(trial.event("ExecutionFailed").details()).isEqualTo(Trial.json("{'error': 'E', 'cause': 'c'}"));
        assertThat(trial.events().get(5).timestamp()).isEqualTo(Trial.START.plusSeconds(1));
    }

    @Test
    void aJobThatWasTakenIsSubmitted() {
        Trial trial = Trial.of(
                        "'T': {'Type': 'Task', 'Resource': 'arn:aws:states:::states:startExecution.sync:2', 'End': true}",
                        "T")
                .tasks(call -> {
                    call.progress().submitted(Trial.json("{'ExecutionArn': 'x'}"));
                    return Json.object();
                })
                .run();

        assertThat(chain(trial)).contains("5 TaskSubmitted <4", "6 TaskSucceeded <5");
        assertThat(trial.event("TaskSubmitted").details().path("resource").asText())
                .isEqualTo("startExecution.sync:2");
        assertThat(trial.event("TaskSubmitted").details().path("resourceType").asText())
                .isEqualTo("states");
    }

    @Test
    void iterationsHaveChainsOfTheirOwn() {
        Trial trial = Trial.of("""
                        'M': {'Type': 'Map', 'MaxConcurrency': 1, 'Items': [1, 2], 'End': true,
                              'ItemProcessor': {'StartAt': 'P', 'States': {'P': {'Type': 'Pass', 'End': true}}}}
                        """, "M").run();

        assertThat(chain(trial))
                .containsExactly(
                        "1 ExecutionStarted <0",
                        "2 MapStateEntered <0",
                        "3 MapStateStarted <2",
                        "4 MapIterationStarted <3",
                        "5 PassStateEntered <4",
                        "6 PassStateExited <5",
                        "7 MapIterationSucceeded <6",
                        "8 MapIterationStarted <3",
                        "9 PassStateEntered <8",
                        "10 PassStateExited <9",
                        "11 MapIterationSucceeded <10",
                        "12 MapStateSucceeded <11",
                        "13 MapStateExited <11",
                        "14 ExecutionSucceeded <13");
        assertThat(trial.event("MapStateStarted").details()).isEqualTo(Trial.json("{'length': 2}"));
        assertThat(trial.event("MapIterationStarted").details()).isEqualTo(Trial.json("{'name': 'M', 'index': 0}"));
    }

    @Test
    void branchesHaveChainsOfTheirOwn() {
        Trial trial = Trial.of("""
                        'P': {'Type': 'Parallel', 'End': true, 'Branches': [
                           {'StartAt': 'A', 'States': {'A': {'Type': 'Wait', 'Seconds': 2, 'End': true}}},
                           {'StartAt': 'B', 'States': {'B': {'Type': 'Wait', 'Seconds': 1, 'End': true}}}]}
                        """, "P").run();

        assertThat(chain(trial))
                .containsExactly(
                        "1 ExecutionStarted <0",
                        "2 ParallelStateEntered <0",
                        "3 ParallelStateStarted <2",
                        "4 WaitStateEntered <3",
                        "5 WaitStateEntered <3",
                        "6 WaitStateExited <5",
                        "7 WaitStateExited <4",
                        "8 ParallelStateSucceeded <7",
                        "9 ParallelStateExited <7",
                        "10 ExecutionSucceeded <9");
    }

    @Test
    void theTwentyFiveThousandthEventIsTheFailure() {
        Trial trial = Trial.of("""
                        'Loop': {'Type': 'Choice', 'Choices': [{'Condition': '{% $states.input.spin %}', 'Next': 'Loop'}], 'Default': 'End'},
                        'End': {'Type': 'Succeed'}
                        """, "Loop").input("{'spin': true}").run();

        assertThat(trial.error()).isEqualTo("States.Runtime");
        assertThat(trial.cause()).isEqualTo("The execution reached the maximum number of history events (25000).");
        HistoryEvent last = trial.events().getLast();
        assertThat(last.id()).isEqualTo(25_000);
        assertThat(last.previousEventId()).isEqualTo(24_999);
        assertThat(last.type()).isEqualTo("ExecutionFailed");
        assertThat(trial.events().get(24_998).type()).isEqualTo("ChoiceStateExited");
    }
}
