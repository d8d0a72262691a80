package steward.local.asl;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ConcurrencyTest {

    private final List<String> log = Collections.synchronizedList(new ArrayList<>());

    /** A Map over the input, with a task per item that sleeps as many seconds as the item says; -1 fails at once. */
    private Trial mapping(String fields) {
        Trial trial = Trial.of("""
                'M': {'Type': 'Map', FIELDS 'End': true, 'ItemProcessor': {'StartAt': 'T', 'States': {
                  'T': {'Type': 'Task', 'Resource': 'arn:aws:states:::lambda:invoke', 'End': true}}}}
                """.replace("FIELDS", fields.isEmpty() ? "" : fields + ","), "M");
        return trial.tasks(call -> sleeping(trial.time(), call));
    }

    private JsonNode sleeping(Time time, TaskCall call) throws TaskFailed, InterruptedException {
        int seconds = call.arguments().intValue();
        log.add("start " + call.iteration());
        try {
            time.sleep(Duration.ofSeconds(Math.abs(seconds)));
        } catch (InterruptedException stopped) {
            log.add("interrupted " + call.iteration());
            throw stopped;
        }
        log.add("end " + call.iteration());
        if (seconds < 0) {
            throw new TaskFailed("E", "item " + call.iteration());
        }
        return Json.object().put("slept", seconds);
    }

    @Test
    void itemsRunAtOnceAndTheirResultsComeInTheirOrder() {
        Trial trial = mapping("").input("[30, 10, 20]").run();

        assertThat(trial.elapsed()).hasSeconds(30);
        assertThat(trial.output()).isEqualTo(Trial.json("[{'slept': 30}, {'slept': 10}, {'slept': 20}]"));
        assertThat(log).containsExactly("start [0]", "start [1]", "start [2]", "end [1]", "end [2]", "end [0]");
    }

    @Test
    void noMoreItemsThanMaxConcurrencyRunAtOnce() {
        Trial trial = mapping("'MaxConcurrency': 2").input("[30, 10, 5, 20]").run();

        assertThat(log)
                .containsExactly(
                        "start [0]", "start [1]", "end [1]", "start [2]", "end [2]", "start [3]", "end [0]", "end [3]");
        assertThat(trial.elapsed()).hasSeconds(35);
    }

    @Test
    void zeroMeansNoLimit() {
        assertThat(mapping("'MaxConcurrency': '{% 0 %}'")
                        .input("[9, 9, 9, 9]")
                        .run()
                        .elapsed())
                .hasSeconds(9);
    }

    @Test
    void theFirstFailureEndsTheOthersAndStartsNoMore() {
        Trial trial = mapping("'MaxConcurrency': 3").input("[60, -5, 60, 1]").run();

        assertThat(trial.error()).isEqualTo("E");
        assertThat(trial.cause()).isEqualTo("item [1]");
        assertThat(trial.elapsed()).hasSeconds(5);
        assertThat(log)
                .containsExactlyInAnyOrder(
                        "start [0]", "start [1]", "start [2]", "end [1]", "interrupted [0]", "interrupted [2]");
        assertThat(trial.types())
                .filteredOn(type -> type.matches(".*(Aborted|Failed)"))
                .containsExactly(
                        "TaskFailed",
                        "MapIterationFailed",
                        "TaskStateAborted",
                        "MapIterationAborted",
                        "TaskStateAborted",
                        "MapIterationAborted",
                        "MapStateFailed",
                        "ExecutionFailed");
    }

    @Test
    void toleratedFailuresAreLeftOut() {
        String tolerance = "'ToleratedFailureCount': 1";

        assertThat(mapping(tolerance).input("[1, -1, 2]").run().output())
                .isEqualTo(Trial.json("[{'slept': 1}, {'slept': 2}]"));
        Trial exceeded = mapping(tolerance).input("[-1, -2, 60]").run();
        assertThat(exceeded.error()).isEqualTo("States.ExceedToleratedFailureThreshold");
        assertThat(exceeded.elapsed()).hasSeconds(2);
        assertThat(mapping("'ToleratedFailureCount': 0").input("[-1]").run().error())
                .isEqualTo("States.ExceedToleratedFailureThreshold");
    }

    @Test
    void aPercentageIsOfAllItems() {
        String tolerance = "'ToleratedFailurePercentage': '{% 50 %}'";

        assertThat(mapping(tolerance).input("[-1, -1, 1, 1]").run().output()).hasSize(2);
        assertThat(mapping(tolerance).input("[-1, -1, -1, 1]").run().error())
                .isEqualTo("States.ExceedToleratedFailureThreshold");
        assertThat(mapping("'ToleratedFailurePercentage': '{% 101 %}'")
                        .input("[1]")
                        .run()
                        .error())
                .isEqualTo("States.QueryEvaluationError");
    }

    @Test
    void anEmptyMapSucceeds() {
        Trial trial = mapping("").input("[]").run();

        assertThat(trial.output()).isEqualTo(Trial.json("[]"));
        assertThat(trial.types())
                .containsExactly(
                        "ExecutionStarted",
                        "MapStateEntered",
                        "MapStateStarted",
                        "MapStateSucceeded",
                        "MapStateExited",
                        "ExecutionSucceeded");
    }

    @Test
    void retryOnAMapRunsAllOfItAnew() {
        Trial trial = mapping("'Retry': [{'ErrorEquals': ['E'], 'MaxAttempts': 1}]")
                .input("[3, -5]")
                .run();

        assertThat(trial.error()).isEqualTo("E");
        assertThat(trial.elapsed()).hasSeconds(5 + 1 + 5);
        assertThat(log).filteredOn("start [0]"::equals).hasSize(2);
    }

    @Test
    void theSelectorSeesTheInputOfTheMapAndTheItem() {
        Trial trial = Trial.of("""
                        'M': {'Type': 'Map', 'Items': '{% $states.input.list %}', 'End': true,
                          'ItemSelector': {'all': '{% $count($states.input.list) %}', 'v': '{% $states.context.Map.Item.Value %}',
                                           'i': '{% $states.context.Map.Item.Index %}'},
                          'ItemProcessor': {'StartAt': 'P', 'States': {'P': {'Type': 'Pass', 'End': true,
                            'Output': '{% $states.input.v & $states.context.Map.Item.Value & $states.context.Map.Item.Index & $states.input.all %}'}}}}
                        """, "M").input("{'list': ['a', 'b']}").run();

        assertThat(trial.output()).isEqualTo(Trial.json("['aa02', 'bb12']"));
    }

    @Test
    void aSelectorThatFailsIsAFailureOfTheMap() {
        Trial trial = mapping(
                        "'ItemSelector': '{% $states.input.missing %}', 'Catch': [{'ErrorEquals': ['E'], 'Next': 'M'}]")
                .input("[1]")
                .run();

        assertThat(trial.error()).isEqualTo("States.QueryEvaluationError");
        assertThat(trial.event("EvaluationFailed").details().path("location").asText())
                .isEqualTo("ItemSelector");
    }

    @Test
    void branchesRunAtOnceWithTheSameInputAndVariablesOfTheirOwn() {
        Trial trial = Trial.of("""
                        'A': {'Type': 'Pass', 'Assign': {'x': 1}, 'Next': 'P'},
                        'P': {'Type': 'Parallel', 'Arguments': {'n': 5}, 'Next': 'Z', 'Branches': [
                          {'StartAt': 'B', 'States': {
                             'B': {'Type': 'Wait', 'Seconds': 20, 'Assign': {'y': '{% $x + 1 %}'}, 'Next': 'B2'},
                             'B2': {'Type': 'Pass', 'Output': '{% [$x, $y, $states.input.n] %}', 'End': true}}},
                          {'StartAt': 'C', 'States': {
                             'C': {'Type': 'Wait', 'Seconds': 10, 'Assign': {'y': '{% $x + 10 %}'}, 'Next': 'C2'},
                             'C2': {'Type': 'Pass', 'Output': '{% [$x, $y, $states.input.n] %}', 'End': true}}}]},
                        'Z': {'Type': 'Pass', 'Output': {'r': '{% $states.input %}', 'leaked': '{% $exists($y) %}', 'x': '{% $x %}'}, 'End': true}
                        """, "A").run();

        assertThat(trial.output()).isEqualTo(Trial.json("{'r': [[1, 2, 5], [1, 11, 5]], 'leaked': false, 'x': 1}"));
        assertThat(trial.elapsed()).hasSeconds(20);
    }

    @Test
    void aFailingBranchEndsWhatIsNestedInItsSiblings() {
        Trial trial = Trial.of("""
                        'P': {'Type': 'Parallel', 'End': true, 'Branches': [
                          {'StartAt': 'W', 'States': {'W': {'Type': 'Wait', 'Seconds': 3, 'Next': 'F'},
                                                      'F': {'Type': 'Fail', 'Error': 'Branch', 'Cause': 'c'}}},
                          {'StartAt': 'Q', 'States': {'Q': {'Type': 'Parallel', 'End': true, 'Branches': [
                             {'StartAt': 'V', 'States': {'V': {'Type': 'Wait', 'Seconds': 1000, 'End': true}}}]}}}]}
                        """, "P").run();

        assertThat(trial.error()).isEqualTo("Branch");
        assertThat(trial.cause()).isEqualTo("c");
        assertThat(trial.elapsed()).hasSeconds(3);
        assertThat(trial.types())
                .endsWith("WaitStateAborted", "ParallelStateAborted", "ParallelStateFailed", "ExecutionFailed");
    }

    @Test
    void virtualTimeTakesTheSameCourseEveryTime() {
        List<String> first = course();

        for (int run = 0; run < 20; run++) {
            assertThat(course()).isEqualTo(first);
        }
    }

    private List<String> course() {
        Trial trial = mapping(
                        "'MaxConcurrency': 3, 'ToleratedFailureCount': 1, 'Retry': [{'ErrorEquals': ['States.ALL'], 'JitterStrategy': 'FULL'}]")
                .input("[3, 1, 2, -2, 1, 1, -3, 5]")
                .run();
        return trial.events().stream()
                .map(event -> event.id() + "<" + event.previousEventId() + " " + event.timestamp() + " " + event.type())
                .toList();
    }

    @Test
    void inSystemTimeBranchesReallyRunAtOnce() {
        StateMachine machine = StateMachine.parse("""
                {"QueryLanguage": "JSONata", "StartAt": "M", "States": {"M": {"Type": "Map", "MaxConcurrency": 4, "End": true,
                  "Items": "{% [1..8] %}", "ItemProcessor": {"StartAt": "T", "States": {
                  "T": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "End": true}}}}}}
                """);
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();

        Execution.Result result = new Execution(
                        machine,
                        Trial.IDENTITY,
                        Json.object(),
                        call -> {
                            most.accumulateAndGet(running.incrementAndGet(), Math::max);
                            Thread.sleep(Duration.ofMillis(100));
                            running.decrementAndGet();
                            return call.arguments();
                        },
                        Time.system(),
                        event -> {})
                .run();

        assertThat(result.output()).contains(Trial.json("[1, 2, 3, 4, 5, 6, 7, 8]"));
        assertThat(most).hasValue(4);
    }

    @Test
    void anExecutionMayRunWithinATaskOfAnother() {
        Trial outer = Trial.of(
                "'T': {'Type': 'Task', 'Resource': 'arn:aws:states:::states:startExecution.sync:2', 'End': true}", "T");
        outer.tasks(call -> {
                    StateMachine machine = StateMachine.parse(
                            "{\"QueryLanguage\": \"JSONata\", \"StartAt\": \"W\", \"States\": {\"W\": {\"Type\": \"Wait\", \"Seconds\": 50, \"End\": true}}}");
                    Execution child = new Execution(
                            machine,
                            Trial.IDENTITY,
                            Trial.json("7"),
                            inside -> inside.context(),
                            outer.time(),
                            event -> {});
                    return child.run().output().orElseThrow();
                })
                .run();

        assertThat(outer.output().asInt()).isEqualTo(7);
        assertThat(outer.elapsed()).hasSeconds(50);
    }
}
