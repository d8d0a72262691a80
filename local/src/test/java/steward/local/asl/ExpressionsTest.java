package steward.local.asl;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExpressionsTest {

    private static final String QUERY_ERROR = "States.QueryEvaluationError";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "$partition([1,2,3,4,5], 2)           | [[1,2],[3,4],[5]]",
                "$exists($partition([], 2))           | false",
                "$exists($partition([1], 0))          | false",
                "$partition([0], 2)                   | [[0]]",
                "$partition([1,2,3], 2.9)             | [[1,2],[3]]",
                "$range(0, 6, 2)                      | [0,2,4,6]",
                "$range(5, 1, -2)                     | [5,3,1]",
                "$range(1, 9, 9)                      | 1",
                "$range(-1.7, 2, 1)                   | [-1,0,1,2]",
                "$range(5, 1, -1.5)                   | [5,4,3,2,1]",
                "$hash('input', 'SHA-1')              | '140f86aae51ab9e1cda9b4254fe98a74eb54c1a1'",
                "$hash('', 'MD5')                     | 'd41d8cd98f00b204e9800998ecf8427e'",
                "$length($hash('a', 'SHA-256'))       | 64",
                "$length($hash('a', 'SHA-384'))       | 96",
                "$length($hash('a', 'SHA-512'))       | 128",
                "$random(42)                          | 0.7275636800328681",
                "$random(42) = $random(42)            | true",
                "$random() < 1 and $random() >= 0     | true",
                "$uuid() = $uuid()                    | false",
                "$contains($uuid(), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/) | true",
                "$parse('{\"a\": [1, null]}')         | {'a':[1,null]}",
                "$parse('-0')                         | 0",
                "$parse('null')                       | null",
                "$parse('9223372036854775808')        | 9.223372036854776E18",
                "$now()                               | '2026-01-01T00:00:00.000Z'",
                "$now('[Y0001]')                      | '2026'",
                "$millis()                            | 1767225600000",
                "null                                 | null",
                "[]                                   | []",
                "[1]                                  | [1]",
                "[[1]]                                | [[1]]",
                "{'a': null}                          | {'a':null}",
                "{'a': $states.input.missing, 'b': 1} | {'b':1}",
                "($v := 1; $v + 1)                    | 2",
                "0.1 + 0.2 > 0.3                      | true",
                "10 / 4                               | 2.5",
                "7 % 4                                | 3",
                "$string({'a': null}) = '{\"a\":null}' | true",
                "$type(null)                          | 'null'",
                "$exists($states.input.missing)       | false",
                "$count(null)                         | 1",
                "$count([null])                       | 1",
                "$count($states.input.missing)        | 0",
                "$map(null, function($v) { 7 })       | 7",
                "$zip([1], null)                      | [[1,null]]",
                "$reduce([1], function($a, $b) { $b }, null) | 1",
                "$reverse(null)                       | [null]",
                "$distinct([1, 1])                    | [1]",
                "$distinct([{'a': 1}, {'a': 1}].a)    | 1",
                "$distinct([{'a': 1}, {'a': 2}].a)    | [1,2]",
                "$match('abab', /ab/, 1).index        | 0",
                "$count($match('aaa', /a/, 2))        | 2",
                "$count($match('aaa', /a/, 0))        | 0",
                "$count($match('aaa', /a/))           | 3",
                "$replace('a1b2', /([a-z])(\\d)/, function($m) { $m.groups[1] & $m.groups[0] }) | '1a2b'",
                "$replace('a-b', /-/, '\\\\')         | 'a\\\\b'",
                "$replace('abc', /(b)/, '<$$$1$0$2>') | 'a<$bb>c'",
                "$replace('aaa', /a/, 'b', 2)         | 'bba'",
                "$replace('a/b.txt', /[^\\/]*$/, '')   | 'a/'",
                "$replace('abc', /(b)(x)?/, '$1$2$3-$') | 'ab-$c'",
                "$replace('abc', /b/, '$1$12$$')      | 'a2$c'",
                "$decodeUrlComponent('a%2Bb+c%20d')   | 'a+b+c d'",
                "$decodeUrl('?a=b+c%20d')             | '?a=b+c d'",
                "1 /* one */                          | 1",
                "$number('0x1F') + $number('0b11') + $number('0o17') | 49",
                "$number('-1.5e2')                    | -150",
                "$encodeUrl('https://x.y/ü?a=b c&d=%')| 'https://x.y/%C3%BC?a=b%20c&d=%25'",
            })
    void giveWhatStepFunctionsGives(String expression, String expected) {
        JsonNode output = evaluating(expression.strip()).run().output();

        assertThat(SameJson.same(output, Trial.json(expected.strip())))
                .as(output + " is " + expected)
                .isTrue();
    }

    /** A machine whose only state has this expression as Output/a[1]. */
    private static Trial failing(String expression) {
        ObjectNode state = Json.object().put("Type", "Pass").put("End", true);
        state.putObject("Output").putArray("a").add(0).add("{% " + expression + " %}");
        return only(state);
    }

    private static Trial evaluating(String expression) {
        return only(Json.object().put("Type", "Pass").put("End", true).put("Output", "{% " + expression + " %}"));
    }

    private static Trial only(ObjectNode state) {
        ObjectNode machine = Json.object().put("QueryLanguage", "JSONata").put("StartAt", "Only");
        machine.putObject("States").set("Only", state);
        return Trial.of(StateMachine.parse(Json.write(machine)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "$states.input.missing",
                "$nobody",
                "$states.result",
                "$eval('1+1')",
                "$hash('a', 'SHA-3')",
                "$hash('a')",
                "$partition([1], 0)",
                "$partition([1], -1)",
                "$range(1, 2, 0)",
                "$range(1, 1e9, 1)",
                "$parse('{')",
                "$parse('')",
                "$parse('1 2')",
                "$random('a')",
                "1 + 'a'",
                "'a' < 1",
                "$sum(['a'])",
                "$error('on purpose')",
                "$number('x')",
                "$number(' 1 ')",
                "$number('+1')",
                "$number('1.')",
                "{'total': $sum(null)}",
                "{'joined': $join(null)}",
                "{'url': $encodeUrl(null)}",
                "($f := function($n) { $f($n + 1) + 1 }; $f(1))",
                "function($x) { $x }",
                "[function($x) { $x }]",
                "/a/",
            })
    void failTheStateWithOneName(String expression) {
        Trial trial = failing(expression).run();

        assertThat(trial.error()).as(expression).isEqualTo(QUERY_ERROR);
        assertThat(trial.cause())
                .startsWith("An error occurred while executing the state 'Only' (entered at the event id #2). "
                        + "The JSONata expression '")
                .contains("specified for the field 'Output/a[1]'");
        assertThat(trial.event("EvaluationFailed").details().path("location").asText())
                .isEqualTo("Output/a[1]");
        assertThat(trial.event("EvaluationFailed").details().path("state").asText())
                .isEqualTo("Only");
    }

    @Test
    void anExpressionThatNeverEndsIsStopped() {
        Trial trial =
                Trial.output("'{% ($f := function($n) { $f($n) }; $f(1)) %}'").run();

        assertThat(trial.error()).isEqualTo(QUERY_ERROR);
        assertThat(trial.cause()).contains("timeout");
    }

    @Test
    void onlyTheWholeTextIsAnExpression() {
        String fields = "{'a': ' {% 1 %}', 'b': '{% 1 %} ', 'c': '{% 1', 'd': '1 %}', '{% 1 %}': '{%1%}', 'e': '{%}'}";

        assertThat(Trial.output(fields).run().output())
                .isEqualTo(Trial.json(
                        "{'a': ' {% 1 %}', 'b': '{% 1 %} ', 'c': '{% 1', 'd': '1 %}', '{% 1 %}': 1, 'e': '{%}'}"));
    }

    @Test
    void integersStayIntegersAndLargeOnesStayExact() {
        JsonNode input = Trial.json("{'int': 1, 'float': 1.0, 'long': 9007199254740993, 'small': 1e-7}");

        JsonNode output =
                Trial.output("'{% $states.input %}'").input(input).run().output();

        assertThat(output).isEqualTo(input);
        assertThat(output.path("int")).isInstanceOf(IntNode.class);
        assertThat(output.path("long")).isInstanceOf(LongNode.class);
        assertThat(Trial.output("'{% 2 * 3 %}'").run().output()).isInstanceOf(IntNode.class);
        assertThat(Trial.output("'{% 65536 * 65536 %}'").run().output()).isEqualTo(new LongNode(4294967296L));
    }

    @Test
    void integersThatAreTooLongAreNumbersAsInJavaScript() {
        JsonNode input = Trial.json("{'longest': 9223372036854775807, 'longer': 9223372036854775808}");

        JsonNode output =
                Trial.output("'{% $states.input %}'").input(input).run().output();

        assertThat(output).isEqualTo(Trial.json("{'longest': 9223372036854775807, 'longer': 9.223372036854776E18}"));
    }

    @Test
    void nullIsKeptAndUndefinedIsNot() {
        JsonNode input = Trial.json("{'n': null, 'list': [null, 1, null], 'deep': {'n': [null]}}");

        assertThat(Trial.output("{'a': '{% $states.input.n %}', 'b': '{% $states.input %}', 'c': null}")
                        .input(input)
                        .run()
                        .output())
                .isEqualTo(Trial.json(
                        "{'a': null, 'b': {'n': null, 'list': [null, 1, null], 'deep': {'n': [null]}}, 'c': null}"));
        assertThat(Trial.output("'{% $states.input.n = null %}'")
                        .input(input)
                        .run()
                        .output()
                        .asBoolean())
                .isTrue();
        assertThat(Trial.output("'{% $count($states.input.list) %}'")
                        .input(input)
                        .run()
                        .output()
                        .asInt())
                .isEqualTo(3);
    }

    @Test
    void singletonsFollowJsonataAndFieldsKeepTheirArrays() {
        JsonNode input = Trial.json("{'one': [{'a': 1}], 'two': [{'a': 1}, {'a': 2}], 'field': [1]}");
        String output = """
                {'path': '{% $states.input.one.a %}', 'kept': '{% $states.input.one.a[] %}',
                 'many': '{% $states.input.two.a %}', 'field': '{% $states.input.field %}',
                 'built': '{% [$states.input.one.a] %}', 'filtered': '{% $states.input.two[a = 2] %}'}
                """;

        assertThat(Trial.output(output).input(input).run().output())
                .isEqualTo(Trial.json(
                        "{'path': 1, 'kept': [1], 'many': [1, 2], 'field': [1], 'built': [1], 'filtered': {'a': 2}}"));
    }

    @Test
    void quotesAndBackslashesInDataAreNoSyntax() {
        JsonNode input = Json.object().put("text", "\" & '\\ %} {% $states ; /* `");
        String states = """
                'A': {'Type': 'Pass', 'Assign': {'v': '{% $states.input.text %}'}, 'Next': 'B'},
                'B': {'Type': 'Pass', 'Output': '{% $v & $v %}', 'End': true}
                """;

        String text = input.path("text").asText();
        assertThat(Trial.of(states, "A").input(input).run().output().asText()).isEqualTo(text + text);
    }

    @Test
    void oneExpressionServesManyThreads() {
        StateMachine machine = StateMachine.parse("""
                {"QueryLanguage": "JSONata", "StartAt": "A", "States": {"A": {"Type": "Pass", "End": true,
                 "Output": "{% $map($states.input.items, function($i) { $i * 2 + $count($states.input.items) }) %}"}}}
                """);

        IntStream.range(0, 2000).parallel().forEach(number -> {
            JsonNode input = Trial.json("{'items': [" + number + ", 1, 2]}");
            Execution.Result result = new Execution(
                            machine, Trial.IDENTITY, input, call -> call.context(), Time.system(), event -> {})
                    .run();
            assertThat(result.output()).contains(Trial.json("[" + (number * 2 + 3) + ", 5, 7]"));
        });
    }
}
