package steward.local.asl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DefinitionTest {

    private static final String END = "'End': true";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'A': {'Type': 'Pass', 'End': true}",
                "'A': {'Type': 'Pass', 'End': false, 'Next': 'B'}, 'B': {'Type': 'Succeed', 'Output': 1}",
                "'A': {'Type': 'Task', 'Resource': 'arn:aws:states:::lambda:invoke', 'TimeoutSeconds': '{% 1 %}', 'End': true}",
                "'A': {'Type': 'Task', 'Resource': 'arn:aws:states:::lambda:invoke', 'Retry': [], 'Catch': [], 'End': true}",
                "'A': {'Type': 'Wait', 'Seconds': 0, 'End': true}",
                "'A': {'Type': 'Wait', 'Timestamp': '2026-01-01T00:00:00.123+02:00', 'End': true}",
                "'A': {'Type': 'Map', 'Items': {'a': 1}, 'ItemProcessor': {'StartAt': 'B', 'States': {'B': {'Type': 'Pass', 'End': true}}}, 'End': true}",
                "'A': {'Type': 'Choice', 'Choices': [{'Condition': true, 'Next': 'B'}]}, 'B': {'Type': 'Fail'}",
                "'A': {'Type': 'Pass', 'Output': {'x.$': '$.a', 'y': 'States.Format()', 'z': ' {% ( %}'}, 'End': true}",
                "'A': {'Type': 'Pass', 'Output': '{% [1,2][$ > 1] ~> $map(function($v) { $v }) %}', 'End': true}",
                "'A': {'Type': 'Pass', 'Output': '{% $states.input.items[name = 1].{$string(1): name} %}', 'End': true}",
                "'A': {'Type': 'Pass', 'Output': '{% $states.input.items.($f := function($v) { $v + name }; $f(1) + $.name) %}', 'End': true}",
                "'A': {'Type': 'Pass', 'Output': '{% $states.input ~> |$|{$string(1): name}| %}', 'End': true}",
                "'A': {'Type': 'Pass', 'Output': '{% $exists($a) ? $a : $b %}', 'End': true}",
                "'A': {'Type': 'Pass', 'Output': '{% $a ? $a : $b %}', 'End': true}",
                "'A': {'Type': 'Pass', 'Output': '{% $noSuchFunction(1) %}', 'End': true}",
            })
    void acceptsWhatAwsAccepts(String states) {
        assertThat(Trial.of(states, "A")).isNotNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'A': {'Type': 'Nothing', 'End': true}                                  | /States/A/Type         | must be one of",
                "'A': {'End': true}                                                     | /States/A              | required: [Type]",
                "'A': {'Type': 'Pass'}                                                  | /States/A              | [Next, End]",
                "'A': {'Type': 'Pass', 'End': false}                                    | /States/A              | [Next, End]",
                "'A': {'Type': 'Pass', 'End': true, 'Next': 'A'}                        | /States/A              | [Next, End]",
                "'A': {'Type': 'Pass', 'End': 'yes'}                                    | /States/A/End          | Boolean",
                "'A': {'Type': 'Pass', 'Next': 'B'}                                     | /States/A/Next         | Missing 'Next' target: B",
                "'A': {'Type': 'Pass', 'Next': 'A'}                                     | ``                     | no terminal state",
                "'A': {'Type': 'Pass', 'End': true}, 'B': {'Type': 'Pass', 'End': true} | /States/B              | not reachable",
                "'B': {'Type': 'Pass', 'End': true}                                     | /StartAt               | Missing 'StartAt' target: A",
                "'A': {'Type': 'Pass', 'End': true, 'Typo': 1}                          | /States/A              | 'Typo' is not supported",
                "'A': {'Type': 'Pass', 'End': true, 'Catch': []}                        | /States/A              | 'Catch' is not supported",
                "'A': {'Type': 'Wait', 'Seconds': 1, 'End': true, 'TimeoutSeconds': 1}  | /States/A              | 'TimeoutSeconds' is not supported",
                "'A': {'Type': 'Fail', 'End': true}                                     | /States/A              | 'End' is not supported",
                "'A': {'Type': 'Fail', 'Error': 7}                                      | /States/A/Error        | String",
                "'A': {'Type': 'Pass', 'End': true, 'InputPath': '$'}                   | /States/A              | 'InputPath' is only supported for the 'JSONPath'",
                "'A': {'Type': 'Pass', 'End': true, 'Result': 1}                        | /States/A              | 'Result' is only supported",
                "'A': {'Type': 'Pass', 'End': true, 'QueryLanguage': 'JSONPath'}        | /States/A              | can not be 'JSONPath'",
                "'A': {'Type': 'Pass', 'End': true, 'QueryLanguage': 'SQL'}             | /States/A/QueryLanguage| must be one of",
                "'A': {'Type': 'Choice', 'Default': 'A'}                                | /States/A              | [Choices]",
                "'A': {'Type': 'Choice', 'Choices': []}                                 | /States/A/Choices      | empty",
                "'A': {'Type': 'Choice', 'Choices': [{'Condition': 'yes', 'Next': 'A'}]}| /States/A/Choices[0]/Condition | JSONata",
                "'A': {'Type': 'Choice', 'Choices': [{'Variable': '$.a', 'Next': 'A'}]} | /States/A/Choices[0]   | 'Variable' is only supported",
                "'A': {'Type': 'Parallel', 'End': true}                                 | /States/A              | [Branches]",
                "'A': {'Type': 'Parallel', 'Branches': [], 'End': true}                 | /States/A/Branches     | empty",
                "'A': {'Type': 'Map', 'End': true}                                      | /States/A              | ItemProcessor",
                "'A': {'Type': 'Wait', 'End': true}                                     | /States/A              | [Seconds, Timestamp]",
                "'A': {'Type': 'Wait', 'Seconds': 1.5, 'End': true}                     | /States/A/Seconds      | Integer",
                "'A': {'Type': 'Wait', 'Seconds': '1', 'End': true}                     | /States/A/Seconds      | Integer",
                "'A': {'Type': 'Wait', 'Seconds': -1, 'End': true}                      | /States/A/Seconds      | between",
                "'A': {'Type': 'Wait', 'Timestamp': '2026-01-01', 'End': true}          | /States/A/Timestamp    | RFC3339",
                "'A': {'Type': 'Wait', 'Timestamp': '2026-02-30T00:00:00Z', 'End': true}| /States/A/Timestamp    | RFC3339",
                "'A': {'Type': 'Wait', 'Timestamp': '2026-01-01T00:00:00', 'End': true} | /States/A/Timestamp    | RFC3339",
                "'A': {'Type': 'Pass', 'Assign': {'states': 1}, 'End': true}            | /States/A/Assign       | reserved",
                "'A': {'Type': 'Pass', 'Assign': {'a-b': 1}, 'End': true}               | /States/A/Assign       | identifier",
                "'A': {'Type': 'Pass', 'Assign': [1], 'End': true}                      | /States/A/Assign       | Object",
                "'A': {'Type': 'Pass', 'Output': '{% 1 + %}', 'End': true}              | /States/A/Output       | end of expression",
                "'A': {'Type': 'Pass', 'Output': {'a': ['{% ( %}']}, 'End': true}       | /States/A/Output/a[0]  | end of expression",
                "'A': {'Type': 'Pass', 'Output': '{%%}', 'End': true}                   | /States/A/Output       | ``",
                "'A': {'Type': 'Pass', 'Output': '{% input.name %}', 'End': true}       | /States/A/Output       | Reference to 'input' at the top level",
                "'A': {'Type': 'Pass', 'Output': '{% $sum(items) + 1 %}', 'End': true}  | /States/A/Output       | Reference to 'items' at the top level",
                "'A': {'Type': 'Pass', 'Output': '{% $$ %}', 'End': true}               | /States/A/Output       | '$$'",
                "'A': {'Type': 'Pass', 'Output': '{% $ %}', 'End': true}                | /States/A/Output       | Reference to '$' at the top level",
                "'A': {'Type': 'Pass', 'Output': '{% $.name %}', 'End': true}           | /States/A/Output       | Reference to '$' at the top level",
                "'A': {'Type': 'Pass', 'Output': '{% $[0] %}', 'End': true}             | /States/A/Output       | Reference to '$' at the top level",
                "'A': {'Type': 'Pass', 'Output': '{% $map([1], function($v) { $v + b }) %}', 'End': true} | /States/A/Output | Reference to 'b' at the top level",
                "'A': {'Type': 'Pass', 'Output': '{% function($v) { $f($.c) }(1) %}', 'End': true} | /States/A/Output | Reference to '$' at the top level",
                "'A': {'Type': 'Pass', 'Output': '{% sum([1]) %}', 'End': true}         | /States/A/Output       | Reference to 'sum' at the top level",
                "'A': {'Type': 'Pass', 'Output': '{% $states.input.a ?? 1 %}', 'End': true} | /States/A/Output   | '??' is no operator",
                "'A': {'Type': 'Pass', 'Output': '{% [$states.input.a ?: 1] %}', 'End': true} | /States/A/Output | '?:' is no operator",
                "'A': {'Type': 'Pass', 'Output': '{% $states.errorOutput.Error %}', 'End': true} | /States/A/Output | only available in a Catch",
            })
    void refusesWhatAwsRefuses(String states, String location, String message) {
        InvalidDefinition refused = catchThrowableOfType(InvalidDefinition.class, () -> Trial.of(states.strip(), "A"));

        assertThat(refused).isNotNull();
        assertThat(refused.diagnostics()).anySatisfy(diagnostic -> {
            assertThat(diagnostic.location()).isEqualTo(location.strip());
            assertThat(diagnostic.message()).contains(message.strip());
        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'TimeoutSeconds': 0                                          | TimeoutSeconds   | between",
                "'TimeoutSeconds': 1.5                                        | TimeoutSeconds   | Integer",
                "'TimeoutSeconds': 5, 'HeartbeatSeconds': 5                   | HeartbeatSeconds | smaller than TimeoutSeconds",
                "'TimeoutSeconds': true                                       | TimeoutSeconds   | Integer",
                "'Credentials': {}                                            | Credentials      | [RoleArn]",
                "'Credentials': {'RoleArn': 'r', 'Other': 1}                  | Credentials      | 'Other' is not supported",
                "'Retry': {}                                                  | Retry            | Array",
                "'Retry': [{}]                                                | Retry[0]         | [ErrorEquals]",
                "'Retry': [{'ErrorEquals': []}]                               | Retry[0]/ErrorEquals | non-empty",
                "'Retry': [{'ErrorEquals': [1]}]                              | Retry[0]/ErrorEquals | String",
                "'Retry': [{'ErrorEquals': ['E'], 'IntervalSeconds': 0}]      | Retry[0]/IntervalSeconds | between",
                "'Retry': [{'ErrorEquals': ['E'], 'IntervalSeconds': '{% 1 %}'}] | Retry[0]/IntervalSeconds | Integer",
                "'Retry': [{'ErrorEquals': ['E'], 'MaxAttempts': -1}]         | Retry[0]/MaxAttempts | between",
                "'Retry': [{'ErrorEquals': ['E'], 'MaxAttempts': 1.5}]        | Retry[0]/MaxAttempts | Integer",
                "'Retry': [{'ErrorEquals': ['E'], 'BackoffRate': 0.5}]        | Retry[0]/BackoffRate | between",
                "'Retry': [{'ErrorEquals': ['E'], 'MaxDelaySeconds': 0}]      | Retry[0]/MaxDelaySeconds | between",
                "'Retry': [{'ErrorEquals': ['E'], 'JitterStrategy': 'HALF'}]  | Retry[0]/JitterStrategy | FULL, NONE",
                "'Retry': [{'ErrorEquals': ['States.ALL', 'E']}]              | Retry[0]/ErrorEquals | alone",
                "'Retry': [{'ErrorEquals': ['States.ALL']}, {'ErrorEquals': ['E']}] | Retry[0]/ErrorEquals | last",
                "'Catch': [{'ErrorEquals': ['E']}]                            | Catch[0]         | [Next]",
                "'Catch': [{'ErrorEquals': ['States.ALL', 'E'], 'Next': 'A'}] | Catch[0]/ErrorEquals | alone",
                "'Catch': [{'ErrorEquals': ['E'], 'Next': 'A', 'ResultPath': '$'}] | Catch[0]    | 'ResultPath' is only supported",
                "'Catch': [{'ErrorEquals': ['E'], 'Next': 'A', 'Typo': 1}]    | Catch[0]         | 'Typo' is not supported",
            })
    void refusesTasksThatAwsRefuses(String fields, String location, String message) {
        String task =
                "'A': {'Type': 'Task', 'Resource': 'arn:aws:states:::lambda:invoke', 'End': true, " + fields + "}";

        assertThatThrownBy(() -> Trial.of(task, "A"))
                .isInstanceOf(InvalidDefinition.class)
                .hasMessageContaining(message.strip())
                .hasMessageContaining(" at /States/A/" + location.strip());
    }

    @Test
    void theResourceOfATaskIsAnArn() {
        assertThatThrownBy(() -> Trial.of("'A': {'Type': 'Task', 'Resource': 'lambda', 'End': true}", "A"))
                .hasMessageContaining("not a valid resource ARN at /States/A/Resource");
        assertThatThrownBy(() -> Trial.of("'A': {'Type': 'Task', 'End': true}", "A"))
                .hasMessageContaining("required: [Resource]");
    }

    @Test
    void errorOutputBelongsToCatch() {
        String states = """
                'A': {'Type': 'Task', 'Resource': 'arn:aws:states:::lambda:invoke', 'End': true,
                      'Catch': [{'ErrorEquals': ['E'], 'Next': 'B',
                                 'Assign': {'e': '{% $states.errorOutput %}'},
                                 'Output': '{% $states.errorOutput.Cause %}'}]},
                'B': {'Type': 'Pass', 'End': true}
                """;

        assertThat(Trial.of(states, "A")).isNotNull();
    }

    @Test
    void jsonPathIsRefusedUnlessEveryStateSaysJsonata() {
        String state = "'A': {'Type': 'Pass', 'QueryLanguage': 'JSONata', 'End': true}";
        String mixed = "{'QueryLanguage': 'JSONPath', 'StartAt': 'A', 'States': {" + state + "}}";

        assertThat(Trial.ofDefinition(mixed)).isNotNull();
        assertThatThrownBy(() -> Trial.ofDefinition(mixed.replace(", 'QueryLanguage': 'JSONata'", "")))
                .isInstanceOf(InvalidDefinition.class)
                .hasMessageContaining("QueryLanguage 'JSONPath'")
                .hasMessageContaining("/States/A");
    }

    @Test
    void statesInsideOfAMapInheritFromTheMachineOnly() {
        String map = """
                {'StartAt': 'M', 'States': {'M': {'Type': 'Map', 'QueryLanguage': 'JSONata', 'End': true,
                  'ItemProcessor': {'StartAt': 'P', 'States': {'P': {'Type': 'Pass', 'End': true}}}}}}
                """;

        assertThatThrownBy(() -> Trial.ofDefinition(map)).hasMessageContaining("/States/M/ItemProcessor/States/P");
        assertThatThrownBy(() ->
                        Trial.ofDefinition(map.replace("'StartAt': 'P'", "'StartAt': 'P', 'QueryLanguage': 'JSONata'")))
                .hasMessageContaining("Field 'QueryLanguage' is not supported at /States/M/ItemProcessor");
    }

    @Test
    void distributedMapsAreRefusedByName() {
        String map = """
                'M': {'Type': 'Map', 'End': true, 'ItemReader': {}, 'ItemProcessor': {
                  'ProcessorConfig': {'Mode': 'DISTRIBUTED', 'ExecutionType': 'STANDARD'},
                  'StartAt': 'P', 'States': {'P': {'Type': 'Pass', 'End': true}}}}
                """;

        assertThatThrownBy(() -> Trial.of(map, "M"))
                .hasMessageContaining("Only INLINE mode")
                .hasMessageContaining("'ItemReader' belongs to DISTRIBUTED mode");
    }

    @Test
    void namesOfStatesAreUniqueInTheWholeMachine() {
        String parallel =
                "'P': {'Type': 'Parallel', 'End': true, 'Branches': [{'StartAt': 'P', 'States': {'P': {'Type': 'Fail'}}}]}";

        assertThatThrownBy(() -> Trial.of(parallel, "P")).hasMessageContaining("DUPLICATE_STATE_NAME");
    }

    @Test
    void aVariableThatIsInScopeCannotBeAssignedInside() {
        String states = """
                'A': {'Type': 'Pass', 'Assign': {'x': 1}, 'Next': 'Later'},
                'Later': {'Type': 'Pass', 'Next': 'P'},
                'P': {'Type': 'Parallel', 'End': true, 'Branches': [{'StartAt': 'B', 'States': {
                  'B': {'Type': 'Pass', 'Assign': {'x': 2}, 'End': true}}}]}
                """;

        assertThatThrownBy(() -> Trial.of(states, "A"))
                .hasMessageContaining("Variable 'x'")
                .hasMessageContaining("/States/P/Branches[0]/States");
        assertThat(Trial.of(states.replace("{'x': 2}", "{'y': 2}"), "A")).isNotNull();
    }

    @Test
    void aVariableAssignedOnTheWayOutMayHaveTheNameOfOneInside() {
        String states = """
                'P': {'Type': 'Parallel', 'Assign': {'x': 1}, 'End': true, 'Branches': [{'StartAt': 'B', 'States': {
                  'B': {'Type': 'Pass', 'Assign': {'x': 2}, 'End': true}}}]}
                """;

        assertThat(Trial.of(states, "P")).isNotNull();
    }

    @Test
    void textThatIsNoJsonIsRefusedWithItsPlace() {
        InvalidDefinition refused =
                catchThrowableOfType(InvalidDefinition.class, () -> StateMachine.parse("{\n \"a\": oops}"));

        assertThat(refused.diagnostics()).singleElement().satisfies(diagnostic -> {
            assertThat(diagnostic.code()).isEqualTo("INVALID_JSON_DESCRIPTION");
            assertThat(diagnostic.location()).contains("line: 2");
        });
        assertThatThrownBy(() -> StateMachine.parse("")).hasMessageContaining("must be a valid JSON object");
        assertThatThrownBy(() -> StateMachine.parse("[]")).hasMessageContaining("must be a valid JSON object");
        assertThatThrownBy(() -> StateMachine.parse("{\"States\": {}, \"States\": {}}"))
                .hasMessageContaining("INVALID_JSON_DESCRIPTION");
    }

    @Test
    void everythingThatIsWrongIsReportedAtOnce() {
        InvalidDefinition refused = catchThrowableOfType(
                InvalidDefinition.class,
                () -> Trial.of("'A': {'Type': 'Pass', 'Typo': 1}, 'B': {'Type': 'What'}", "A"));

        assertThat(refused.diagnostics())
                .extracting(Diagnostic::location)
                .containsExactly("/States/A", "/States/A", "/States/B/Type");
    }

    @Test
    void theMachineHasFieldsOfItsOwn() {
        String machine = "{'QueryLanguage': 'JSONata', 'StartAt': 'A', 'States': {'A': {'Type': 'Pass', " + END
                + "}}, 'Comment': 'says so', 'TimeoutSeconds': 7, 'Version': '1.0'}";

        StateMachine parsed = StateMachine.parse(machine.replace('\'', '"'));

        assertThat(parsed.comment()).contains("says so");
        assertThat(parsed.timeout()).contains(Duration.ofSeconds(7));
        assertThatThrownBy(() -> Trial.ofDefinition(machine.replace("1.0", "2.0")))
                .hasMessageContaining("/Version");
        assertThatThrownBy(() -> Trial.ofDefinition(machine.replace("Version", "Typo")))
                .hasMessageContaining("'Typo'");
        assertThatThrownBy(() -> Trial.ofDefinition(machine.replace(": 7", ": 0")))
                .hasMessageContaining("between");
    }

    @Test
    void theGraphHasEveryTransition() {
        String definition = """
                {'QueryLanguage': 'JSONata', 'StartAt': 'C', 'States': {
                 'C': {'Type': 'Choice', 'Choices': [{'Condition': '{% $states.input.a %}', 'Next': 'T'}], 'Default': 'E'},
                 'T': {'Type': 'Task', 'Resource': 'arn:aws:states:::x:y', 'Next': 'P',
                       'Catch': [{'ErrorEquals': ['E1', 'E2'], 'Next': 'E'}]},
                 'P': {'Type': 'Parallel', 'End': true, 'Branches': [{'StartAt': 'B', 'States': {'B': {'Type': 'Succeed'}}}]},
                 'E': {'Type': 'Fail'}}}
                """;

        StateMachine.Graph graph =
                StateMachine.parse(definition.replace('\'', '"')).graph();

        assertThat(graph.startAt()).isEqualTo("C");
        assertThat(graph.states()).extracting(StateMachine.Node::name).containsExactly("C", "T", "P", "E");
        assertThat(graph.states().get(0).transitions())
                .containsExactly(new Transition("T", "$states.input.a"), new Transition("E", "Default"));
        assertThat(graph.states().get(1).transitions())
                .containsExactly(new Transition("P", ""), new Transition("E", "E1, E2"));
        assertThat(graph.states().get(1).resource()).contains("arn:aws:states:::x:y");
        assertThat(graph.states().get(2).inner())
                .singleElement()
                .satisfies(branch -> assertThat(branch.states().get(0).type()).isEqualTo("Succeed"));
    }
}
