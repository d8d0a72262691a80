package steward.local.asl;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Runs recorded executions through the runner: task results are replayed, outcomes compared. Prints each case that
 * fails and, last, how many passed.
 */
public final class ReplayCases {

    private final PrintStream out;
    private int passed;
    private int failed;

    ReplayCases(PrintStream out) {
        this.out = out;
    }

    /**
     * Replays files and folders of cases.
     *
     * @param arguments paths; a folder stands for every {@code .json} file in it, at any depth
     */
    public static void main(String[] arguments) {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        if (arguments.length == 0) {
            out.println("usage: replay-asl FILE-OR-FOLDER...");
            System.exit(2);
        }
        ReplayCases cases = new ReplayCases(out);
        for (String argument : arguments) {
            cases.replay(Path.of(argument));
        }
        System.exit(cases.summarize() ? 0 : 1);
    }

    /** True if none failed, and there was one to pass. */
    boolean summarize() {
        out.println(passed + " passed, " + failed + " failed");
        return failed == 0 && passed > 0;
    }

    void replay(Path path) {
        if (!Files.isDirectory(path)) {
            replayFile(path);
            return;
        }
        try (Stream<Path> files = Files.walk(path)) {
            List<Path> cases = files.filter(Files::isRegularFile)
                    .filter(file -> file.toString().endsWith(".json"))
                    .sorted()
                    .toList();
            cases.forEach(this::replayFile);
            if (cases.isEmpty()) {
                report(path.toString(), List.of("no .json file in this folder"));
            }
        } catch (IOException | UncheckedIOException unreadable) {
            report(path.toString(), List.of("cannot be read: " + unreadable));
        }
    }

    private void replayFile(Path file) {
        try {
            JsonNode root = Json.parse(Files.readString(file));
            String id = root.path("id").asText(file.toString());
            report(id, differences(root));
        } catch (JsonProcessingException malformed) {
            report(file.toString(), List.of("is no JSON: " + malformed.getOriginalMessage()));
        } catch (IOException unreadable) {
            report(file.toString(), List.of("cannot be read: " + unreadable));
        } catch (RuntimeException | StackOverflowError broken) {
            report(file.toString(), List.of("could not be replayed: " + broken));
        }
    }

    private void report(String id, List<String> differences) {
        if (differences.isEmpty()) {
            passed++;
            return;
        }
        failed++;
        out.println("FAILED " + id);
        differences.forEach(difference -> out.println("  " + difference));
    }

    /** What differs from the recording; empty if the case passes. */
    static List<String> differences(JsonNode root) {
        List<String> problems = problems(root);
        if (!problems.isEmpty()) {
            return problems;
        }
        String definition =
                root.has("definitionText") ? root.path("definitionText").asText() : Json.write(root.path("definition"));
        boolean mustBeRefused = root.path("kind").asText().equals("invalid-definition");
        try {
            StateMachine machine = StateMachine.parse(definition);
            if (mustBeRefused) {
                return List.of("expected: the definition is refused", "actual: it was accepted");
            }
            return new Replay(machine, root).differences();
        } catch (InvalidDefinition refused) {
            return mustBeRefused ? List.of() : List.of("expected: an execution", "actual: " + refused.getMessage());
        }
    }

    private static List<String> problems(JsonNode root) {
        List<String> problems = new ArrayList<>();
        if (!root.isObject()) {
            return List.of("is no case: expected an object");
        }
        if (!root.has("definition") && !root.has("definitionText")) {
            problems.add("is no case: there is no definition");
        }
        String kind = root.path("kind").asText();
        if (!kind.equals("execution") && !kind.equals("invalid-definition")) {
            problems.add("is no case: kind is '" + kind + "', not execution or invalid-definition");
        }
        if (kind.equals("execution") && root.path("expected").path("status").isMissingNode()) {
            problems.add("is no case: there is no expected status");
        }
        if (root.has("tasks") && !root.path("tasks").isArray()) {
            problems.add("is no case: tasks is no array");
        }
        return problems;
    }
}
