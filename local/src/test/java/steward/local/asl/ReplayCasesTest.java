package steward.local.asl;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplayCasesTest {

    private static final String CASE = """
            {"id": "double", "kind": "execution",
             "definition": {"QueryLanguage": "JSONata", "StartAt": "Ask", "States": {
               "Ask": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "TimeoutSeconds": 5,
                       "Arguments": {"n": "{% $states.input.n %}"}, "Assign": {"seen": 1}, "Next": "Double"},
               "Double": {"Type": "Pass", "Output": "{% $states.input.n * 2 %}", "End": true}}},
             "input": {"n": 21},
             "tasks": [{"state": "Ask", "arguments": {"n": 21.0}, "timeoutSeconds": 5, "output": {"n": 4}}],
             "expected": {"status": "SUCCEEDED", "output": 8},
             "observed": {"path": ["Ask", "Double"], "assigned": [{"state": "Ask", "variables": {"seen": 1}}]}}
            """;

    @TempDir
    private Path folder;

    @Test
    void aCaseThatMatchesItsRecordingPasses() throws IOException {
        assertThat(replay(CASE)).isEqualTo("1 passed, 0 failed\n");
    }

    @Test
    void everythingThatIsRecordedIsCompared() throws IOException {
        assertFails("\"output\": 8", "\"output\": 9");
        assertFails("SUCCEEDED\", \"output\": 8", "FAILED\", \"error\": \"E\"");
        assertFails("\"arguments\": {\"n\": 21.0}", "\"arguments\": {\"n\": 22}");
        assertFails("\"timeoutSeconds\": 5", "\"timeoutSeconds\": 6");
        assertFails("[\"Ask\", \"Double\"]", "[\"Ask\"]");
        assertFails("{\"seen\": 1}}]", "{\"seen\": 2}}]");
        assertFails("\"tasks\": [", "\"tasks\": [{\"state\": \"Other\", \"output\": 1}, ");
        assertFails("\"state\": \"Ask\", \"arguments\"", "\"state\": \"Nobody\", \"arguments\"");
        assertFails("\"End\": true", "\"End\": true, \"InputPath\": \"$\"");
    }

    @Test
    void aFailureWithoutAnErrorNameIsNotTheSameAsOneWithIt() throws IOException {
        String failing = """
                {"id": "fail", "kind": "execution", "input": {}, "tasks": [],
                 "definition": {"QueryLanguage": "JSONata", "StartAt": "F", "States": {"F": {"Type": "Fail"}}},
                 "expected": {"status": "FAILED", "error": null}}
                """;

        assertThat(replay(failing)).isEqualTo("1 passed, 0 failed\n");
        assertThat(replay(failing.replace("null", "\"\""))).contains("FAILED fail", "0 passed, 1 failed");
    }

    @Test
    void aDefinitionThatMustBeRefusedPassesOnlyIfItIs() throws IOException {
        String refused = "{\"id\": \"r\", \"kind\": \"invalid-definition\", \"definition\": {}}";

        assertThat(replay(refused)).isEqualTo("1 passed, 0 failed\n");
        assertThat(replay(CASE.replace("\"execution\"", "\"invalid-definition\"")))
                .contains("expected: the definition is refused", "0 passed, 1 failed");
    }

    @Test
    void filesThatAreNoCasesFailWithoutHarmToTheOthers() throws IOException {
        Files.writeString(folder.resolve("1.json"), "{");
        Files.writeString(folder.resolve("2.json"), "[1]");
        Files.writeString(folder.resolve("3.json"), "{\"kind\": \"execution\", \"definition\": {}}");
        Files.write(folder.resolve("4.json"), new byte[] {(byte) 0xff, (byte) 0xfe, 0});
        Files.writeString(folder.resolve("5.json"), "{\"a\":".repeat(5000));
        Files.writeString(folder.resolve("6.json"), CASE);

        assertThat(replay(folder))
                .contains("1.json", "is no JSON", "2.json", "expected an object", "3.json", "no expected status")
                .contains("4.json", "5.json")
                .endsWith("1 passed, 5 failed\n");
    }

    @Test
    void nothingToReplayIsAFailure() {
        assertThat(replay(folder)).contains("no .json file").endsWith("0 passed, 1 failed\n");
        assertThat(replay(folder.resolve("missing.json")))
                .contains("cannot be read")
                .endsWith("0 passed, 1 failed\n");
    }

    private void assertFails(String recorded, String instead) throws IOException {
        assertThat(CASE).contains(recorded);
        assertThat(replay(CASE.replace(recorded, instead)))
                .as(instead)
                .contains("FAILED double", "expected: ", "actual: ")
                .endsWith("0 passed, 1 failed\n");
    }

    private String replay(String text) throws IOException {
        return replay(Files.writeString(folder.resolve("case.json"), text));
    }

    private static String replay(Path path) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ReplayCases cases = new ReplayCases(new PrintStream(out, true, StandardCharsets.UTF_8));
        cases.replay(path);
        cases.summarize();
        return out.toString(StandardCharsets.UTF_8).replace("\r", "");
    }
}
