package steward.local.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.sfn.SfnClient;
import software.amazon.awssdk.services.sfn.model.DescribeExecutionResponse;
import software.amazon.awssdk.services.sfn.model.ExecutionAlreadyExistsException;
import software.amazon.awssdk.services.sfn.model.ExecutionDoesNotExistException;
import software.amazon.awssdk.services.sfn.model.ExecutionListItem;
import software.amazon.awssdk.services.sfn.model.ExecutionRedriveStatus;
import software.amazon.awssdk.services.sfn.model.ExecutionStatus;
import software.amazon.awssdk.services.sfn.model.HistoryEvent;
import software.amazon.awssdk.services.sfn.model.HistoryEventType;
import software.amazon.awssdk.services.sfn.model.InvalidArnException;
import software.amazon.awssdk.services.sfn.model.InvalidExecutionInputException;
import software.amazon.awssdk.services.sfn.model.InvalidNameException;
import software.amazon.awssdk.services.sfn.model.InvalidTokenException;
import software.amazon.awssdk.services.sfn.model.ResourceNotFoundException;
import software.amazon.awssdk.services.sfn.model.StateMachineDoesNotExistException;
import software.amazon.awssdk.services.sfn.model.StateMachineListItem;
import software.amazon.awssdk.services.sfn.model.Tag;
import software.amazon.awssdk.services.sfn.model.ValidateStateMachineDefinitionResultCode;
import software.amazon.awssdk.services.sfn.model.ValidationException;
import steward.local.asl.TaskFailed;

final class StepFunctionsTest {

    private static final String ONE_TASK = """
            {"QueryLanguage": "JSONata", "StartAt": "Work", "States": {"Work": {"Type": "Task",
             "Resource": "arn:aws:states:::aws-sdk:rds:describeDBInstances", "TimeoutSeconds": 60,
             "Arguments": {"a": "{% $states.input.a %}"}, "End": true}}}
            """;

    private final TestTime time = new TestTime(Instant.parse("2026-03-01T10:20:30.456Z"));
    private final CountDownLatch release = new CountDownLatch(1);
    private final TestEndpoint endpoint = new TestEndpoint(time, call -> {
        switch (call.arguments().path("a").asText()) {
            case "wait" -> release.await();
            case "fail" -> throw new TaskFailed("Rds.DbInstanceNotFoundException", "not there");
            case "defect" -> throw new IllegalStateException("planned");
            default -> {}
        }
        return call.arguments();
    });
    private final StepFunctions stepFunctions = endpoint.endpoint.stepFunctions();
    private final SfnClient client = endpoint.stepFunctions;
    private String machine = "";

    /** Some tests plan failures that are rightly logged. Held here: the logging framework would forget it. */
    private final Logger log = Logger.getLogger(RunningExecution.class.getName());

    @BeforeEach
    void register() {
        log.setLevel(Level.OFF);
        machine = stepFunctions.register("work", ONE_TASK);
    }

    @AfterEach
    void close() {
        log.setLevel(null);
        endpoint.close();
    }

    @Test
    void aStateMachineIsListedAndDescribed() {
        stepFunctions.register("another", ONE_TASK);
        var described = client.describeStateMachine(it -> it.stateMachineArn(machine));

        assertThat(client.listStateMachines().stateMachines())
                .extracting(StateMachineListItem::name)
                .containsExactly("another", "work");
        assertThat(machine).isEqualTo("arn:aws:states:us-east-1:000000000000:stateMachine:work");
        assertThat(described.definition()).isEqualTo(ONE_TASK);
        assertThat(described.typeAsString()).isEqualTo("STANDARD");
        assertThat(described.statusAsString()).isEqualTo("ACTIVE");
        assertThat(described.creationDate()).isEqualTo(time.now());
    }

    @Test
    void anExecutionRunsToItsEnd() {
        var started = start("first", "{\"a\": \"x\"}");
        var ended = ended(started);

        assertThat(started).isEqualTo("arn:aws:states:us-east-1:000000000000:execution:work:first");
        assertThat(ended.status()).isEqualTo(ExecutionStatus.SUCCEEDED);
        assertThat(ended.input()).isEqualTo("{\"a\": \"x\"}");
        assertThat(ended.inputDetails().included()).isTrue();
        assertThat(ended.output()).isEqualTo("{\"a\":\"x\"}");
        assertThat(ended.startDate()).isEqualTo(time.now());
        assertThat(ended.stopDate()).isEqualTo(time.now());
        assertThat(ended.redriveStatus()).isEqualTo(ExecutionRedriveStatus.NOT_REDRIVABLE);
        assertThat(client.describeStateMachineForExecution(it -> it.executionArn(started))
                        .definition())
                .isEqualTo(ONE_TASK);
    }

    @Test
    void aFailureShowsErrorAndCause() {
        var ended = ended(start("failing", "{\"a\": \"fail\"}"));

        assertThat(ended.status()).isEqualTo(ExecutionStatus.FAILED);
        assertThat(ended.error()).isEqualTo("Rds.DbInstanceNotFoundException");
        assertThat(ended.cause()).isEqualTo("not there");
        assertThat(ended.output()).isNull();
        assertThat(ended.redriveStatus()).isEqualTo(ExecutionRedriveStatus.REDRIVABLE);
    }

    @Test
    void theHistoryHasAllEventsWithTheirDetails() {
        var arn = start("told", "{\"a\": \"x\"}");
        ended(arn);
        var events = client.getExecutionHistory(it -> it.executionArn(arn)).events();

        assertThat(events)
                .extracting(HistoryEvent::type)
                .containsExactly(
                        HistoryEventType.EXECUTION_STARTED,
                        HistoryEventType.TASK_STATE_ENTERED,
                        HistoryEventType.TASK_SCHEDULED,
                        HistoryEventType.TASK_STARTED,
                        HistoryEventType.TASK_SUCCEEDED,
                        HistoryEventType.TASK_STATE_EXITED,
                        HistoryEventType.EXECUTION_SUCCEEDED);
        assertThat(events.get(0).executionStartedEventDetails().input()).isNotEmpty();
        assertThat(events.get(1).stateEnteredEventDetails().name()).isEqualTo("Work");
        assertThat(events.get(2).taskScheduledEventDetails().parameters()).contains("\"x\"");
        assertThat(events.get(5).stateExitedEventDetails().output()).isEqualTo("{\"a\":\"x\"}");
        assertThat(events.get(6).executionSucceededEventDetails().output()).isEqualTo("{\"a\":\"x\"}");
        assertThat(events.get(6).timestamp()).isEqualTo(time.now());
    }

    @Test
    void theHistoryComesInPagesInBothDirections() {
        var arn = start("paged", "{\"a\": \"x\"}");
        ended(arn);

        var forwards =
                client.getExecutionHistoryPaginator(it -> it.executionArn(arn).maxResults(2));
        var backwards = client.getExecutionHistoryPaginator(
                it -> it.executionArn(arn).maxResults(3).reverseOrder(true));
        assertThat(forwards.events()).extracting(HistoryEvent::id).containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L);
        assertThat(backwards.events()).extracting(HistoryEvent::id).containsExactly(7L, 6L, 5L, 4L, 3L, 2L, 1L);
        assertThatExceptionOfType(InvalidTokenException.class)
                .isThrownBy(() ->
                        client.getExecutionHistory(it -> it.executionArn(arn).nextToken("*")));
    }

    @Test
    void theHistoryHidesDataIfAsked() {
        var arn = start("hidden", "{\"a\": \"x\"}");
        ended(arn);
        var events = client.getExecutionHistory(it -> it.executionArn(arn).includeExecutionData(false))
                .events();

        assertThat(events).hasSize(7);
        assertThat(events.get(1).stateEnteredEventDetails().name()).isEqualTo("Work");
        assertThat(events.get(0).executionStartedEventDetails().input()).isNull();
        assertThat(events.get(1).stateEnteredEventDetails().input()).isNull();
        assertThat(events.get(2).taskScheduledEventDetails().parameters()).isNull();
        assertThat(events.get(5).stateExitedEventDetails().output()).isNull();
        assertThat(events.get(6).executionSucceededEventDetails().output()).isNull();
    }

    @Test
    void theSameNameAndInputIsTheSameExecutionWhileItRuns() {
        var first = client.startExecution(
                it -> it.stateMachineArn(machine).name("once").input("{\"a\":\"wait\"}"));
        time.pass(Duration.ofMinutes(1));
        var second = client.startExecution(
                it -> it.stateMachineArn(machine).name("once").input("{\"a\":\"wait\"}"));

        assertThat(second.executionArn()).isEqualTo(first.executionArn());
        assertThat(second.startDate()).isEqualTo(first.startDate());
        assertThatExceptionOfType(ExecutionAlreadyExistsException.class)
                .isThrownBy(() -> start("once", "{\"a\":\"other\"}"))
                .withMessageContaining("Execution Already Exists: '" + first.executionArn() + "'");
        release.countDown();
        ended(first.executionArn());
        assertThatExceptionOfType(ExecutionAlreadyExistsException.class)
                .isThrownBy(() -> start("once", "{\"a\":\"wait\"}"));
    }

    @Test
    void aNameMayBeUsedAgainAfterNinetyDays() {
        var arn = start("old", "{\"a\":\"x\"}");
        ended(arn);
        time.pass(Duration.ofDays(90).plusSeconds(1));

        assertThatExceptionOfType(ExecutionDoesNotExistException.class).isThrownBy(() -> describe(arn));
        assertThat(ended(start("old", "{\"a\":\"x\"}")).startDate()).isEqualTo(time.now());
    }

    @Test
    void ofManyStartedAtOnceUnderOneNameOneRuns() throws Exception {
        var begun = new ConcurrentLinkedQueue<String>();
        stepFunctions.listen(new ExecutionListener() {
            @Override
            public void happened(String executionArn, steward.local.asl.HistoryEvent event) {
                if (event.id() == 1) {
                    begun.add(executionArn);
                }
            }
        });
        try (var threads = Executors.newFixedThreadPool(16)) {
            var calls = IntStream.range(0, 320)
                    .<Callable<String>>mapToObj(call -> () -> start("contested-" + call / 16, "{\"a\":\"wait\"}"))
                    .toList();
            for (var result : threads.invokeAll(calls)) {
                assertThat(result.get()).contains(":contested-");
            }
        }
        client.listExecutions(it -> it.stateMachineArn(machine))
                .executions()
                .forEach(execution -> client.stopExecution(it -> it.executionArn(execution.executionArn())));
        assertThat(List.copyOf(begun)).hasSize(20).doesNotHaveDuplicates();
    }

    @Test
    void whatWasStoppedIsOverWhenTheAnswerComes() {
        stepFunctions.listen(new ExecutionListener() {
            @Override
            public void happened(String executionArn, steward.local.asl.HistoryEvent event) {
                if (event.type().equals("ExecutionAborted")) {
                    // Not by parking: the thread has just been woken, and would not park.
                    var until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(200);
                    while (System.nanoTime() < until) {
                        Thread.onSpinWait();
                    }
                }
            }
        });
        var arn = start("slow", "{\"a\":\"wait\"}");
        client.stopExecution(it -> it.executionArn(arn));

        assertThat(describe(arn).status()).isEqualTo(ExecutionStatus.ABORTED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "with space",
                "a/b",
                "a:b",
                "what?",
                "a*",
                "{a}",
                "a\"b",
                "tab\t",
                "back\\slash",
                "a#b",
                "\u0001",
                "\u0085"
            })
    void aBadNameIsRefused(String name) {
        assertThatExceptionOfType(InvalidNameException.class).isThrownBy(() -> start(name, "{}"));
    }

    @Test
    void aNameHasAtMostEightyCharacters() {
        assertThat(start("ü-".repeat(40), "{\"a\":\"x\"}")).endsWith("ü-");
        assertThatExceptionOfType(ValidationException.class)
                .isThrownBy(() -> start("a".repeat(81), "{}"))
                .withMessageContaining("Member must have length less than or equal to 80");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "{\"a\":1} {}", "a", "{\"a\":01}"})
    void anInputThatIsNotJsonIsRefused(String input) {
        assertThatExceptionOfType(InvalidExecutionInputException.class).isThrownBy(() -> start("bad", input));
        assertThat(client.listExecutions(it -> it.stateMachineArn(machine)).executions())
                .isEmpty();
    }

    @Test
    void withoutNameAndInputOneIsMade() {
        var started = client.startExecution(it -> it.stateMachineArn(machine));

        assertThat(started.executionArn()).matches(".*:execution:work:[0-9a-f-]{36}");
        assertThat(ended(started.executionArn()).input()).isEqualTo("{}");
    }

    @Test
    void whatDoesNotExistIsNamed() {
        assertThatExceptionOfType(StateMachineDoesNotExistException.class)
                .isThrownBy(() -> client.startExecution(it -> it.stateMachineArn(machine + "s")))
                .withMessageContaining("State Machine Does Not Exist: '" + machine + "s'");
        assertThatExceptionOfType(StateMachineDoesNotExistException.class)
                .isThrownBy(() -> client.listExecutions(it -> it.stateMachineArn(machine + "s")));
        assertThatExceptionOfType(ExecutionDoesNotExistException.class)
                .isThrownBy(() -> describe("arn:aws:states:us-east-1:000000000000:execution:work:none"));
        assertThatExceptionOfType(InvalidArnException.class).isThrownBy(() -> describe("work"));
        assertThatExceptionOfType(InvalidArnException.class).isThrownBy(() -> describe(machine));
    }

    @Test
    void aStoppedExecutionIsAborted() {
        var arn = start("stopped", "{\"a\":\"wait\"}");
        time.pass(Duration.ofSeconds(5));
        var stopped =
                client.stopExecution(it -> it.executionArn(arn).error("By.Hand").cause("enough"));

        var described = describe(arn);
        assertThat(described.status()).isEqualTo(ExecutionStatus.ABORTED);
        assertThat(described.stopDate()).isEqualTo(stopped.stopDate()).isEqualTo(time.now());
        assertThat(described.error()).isEqualTo("By.Hand");
        assertThat(described.cause()).isEqualTo("enough");
        time.pass(Duration.ofSeconds(5));
        assertThat(client.stopExecution(it -> it.executionArn(arn)).stopDate()).isEqualTo(stopped.stopDate());
    }

    @Test
    void executionsAreListedNewestFirstInPagesAndByStatus() {
        IntStream.range(0, 25).forEach(number -> ended(start("done-" + number, "{\"a\":\"x\"}")));
        start("running", "{\"a\":\"wait\"}");
        stepFunctions.register("another", ONE_TASK);

        var all =
                client.listExecutionsPaginator(it -> it.stateMachineArn(machine).maxResults(10));
        var running = client.listExecutions(it -> it.stateMachineArn(machine).statusFilter(ExecutionStatus.RUNNING));
        assertThat(all.executions())
                .hasSize(26)
                .first()
                .extracting(ExecutionListItem::name)
                .isEqualTo("running");
        assertThat(running.executions()).extracting(ExecutionListItem::name).containsExactly("running");
    }

    @Test
    void aDefectOfATaskDoesNotLeaveTheExecutionRunning() {
        var ended = ended(start("defect", "{\"a\":\"defect\"}"));

        assertThat(ended.status()).isEqualTo(ExecutionStatus.FAILED);
        assertThat(ended.error()).isEqualTo("States.Runtime");
    }

    @Test
    void listenersHearOfEventsAndChangesInOrder() {
        var heard = new ConcurrentLinkedQueue<String>();
        stepFunctions.listen(new ExecutionListener() {
            @Override
            public void happened(String executionArn, steward.local.asl.HistoryEvent event) {
                heard.add(event.type());
            }

            @Override
            public void changed(ExecutionDescription execution) {
                heard.add(execution.name() + " " + execution.status());
            }
        });
        var over = new CountDownLatch(1);
        stepFunctions.listen(new ExecutionListener() {
            @Override
            public void changed(ExecutionDescription execution) {
                if (execution.stopDate().isPresent()) {
                    over.countDown();
                }
            }
        });
        start("heard", "{\"a\":\"x\"}");

        assertThat(within5Seconds(over)).isTrue();
        assertThat(List.copyOf(heard))
                .hasSize(9)
                .startsWith("heard RUNNING", "ExecutionStarted")
                .endsWith("ExecutionSucceeded", "heard SUCCEEDED");
    }

    @Test
    void aListenerThatFailsDoesNotFailTheExecution() {
        stepFunctions.listen(new ExecutionListener() {
            @Override
            public void changed(ExecutionDescription execution) {
                throw new IllegalStateException("planned");
            }
        });

        assertThat(ended(start("unmoved", "{\"a\":\"x\"}")).status()).isEqualTo(ExecutionStatus.SUCCEEDED);
    }

    @Test
    void tagsOfAStateMachineAreKept() {
        client.tagResource(it -> it.resourceArn(machine).tags(tag("a", "1"), tag("b", "2")));
        client.untagResource(it -> it.resourceArn(machine).tagKeys("a"));

        assertThat(client.listTagsForResource(it -> it.resourceArn(machine)).tags())
                .containsExactly(tag("b", "2"));
        assertThatExceptionOfType(ResourceNotFoundException.class)
                .isThrownBy(() -> client.listTagsForResource(it -> it.resourceArn(machine + "s")));
    }

    @Test
    void aDefinitionIsValidated() {
        var good = client.validateStateMachineDefinition(it -> it.definition(ONE_TASK));
        var bad = client.validateStateMachineDefinition(
                it -> it.definition(ONE_TASK.replace("\"End\": true", "\"Next\": \"No\"")));

        assertThat(good.result()).isEqualTo(ValidateStateMachineDefinitionResultCode.OK);
        assertThat(bad.result()).isEqualTo(ValidateStateMachineDefinitionResultCode.FAIL);
        assertThat(bad.diagnostics()).isNotEmpty();
    }

    @Test
    void aNewDefinitionIsForNewExecutions() {
        var running = start("running", "{\"a\":\"wait\"}");
        stepFunctions.register("work", ONE_TASK.replace("Work", "Labour"));
        var newer = start("newer", "{\"a\":\"x\"}");
        release.countDown();
        ended(running);
        ended(newer);

        assertThat(entered(running)).isEqualTo("Work");
        assertThat(entered(newer)).isEqualTo("Labour");
    }

    private String entered(String arn) {
        return client.getExecutionHistory(it -> it.executionArn(arn))
                .events()
                .get(1)
                .stateEnteredEventDetails()
                .name();
    }

    private String start(String name, String input) {
        return client.startExecution(
                        it -> it.stateMachineArn(machine).name(name).input(input))
                .executionArn();
    }

    private DescribeExecutionResponse describe(String arn) {
        return client.describeExecution(it -> it.executionArn(arn));
    }

    private DescribeExecutionResponse ended(String arn) {
        var deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (System.nanoTime() < deadline) {
            var described = describe(arn);
            if (described.status() != ExecutionStatus.RUNNING) {
                return described;
            }
            Thread.onSpinWait();
        }
        throw new AssertionError(arn + " still runs");
    }

    private static boolean within5Seconds(CountDownLatch latch) {
        try {
            return latch.await(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static Tag tag(String key, String value) {
        return Tag.builder().key(key).value(value).build();
    }
}
