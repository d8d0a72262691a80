package steward.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The checked-out repository: where the state machines are. */
public final class Home {
    private static final String DEFINITION = ".asl.json";

    private Home() {}

    /** The repository's root: system property {@code steward.home}, which scripts and tests set. */
    public static Path root() {
        return Path.of(System.getProperty("steward.home", ".")).toAbsolutePath().normalize();
    }

    /** The program of the tasks, as their image starts it, with the Java of this JVM. */
    static List<String> taskCommand() {
        Path built = root().resolve("tasks/target");
        return List.of(
                root().resolve("tasks/supervise").toString(),
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "@" + root().resolve("tasks/java.options"),
                // Without the cache, or with an older Java, classes come from the jars: slower, not otherwise.
                "-XX:+IgnoreUnrecognizedVMOptions",
                "-XX:AOTCache=" + built.resolve("classes.aot"),
                "-cp",
                jar(built) + ":" + built.resolve("lib") + "/*",
                "steward.task.Main");
    }

    /** The jars of AWS's runtime interface client for Java. */
    public static Path lambdaRuntime() {
        return root().resolve("local/target/lambda-runtime");
    }

    private static Path jar(Path built) {
        try (Stream<Path> files = Files.list(built)) {
            return files.filter(file -> file.getFileName().toString().matches("steward-tasks-.*\\.jar"))
                    .findFirst()
                    .orElseThrow(
                            () -> new IllegalStateException("no program of the tasks in " + built + ": mvn package"));
        } catch (IOException e) {
            throw new UncheckedIOException("looking for the program of the tasks: mvn package builds it", e);
        }
    }

    /** The definitions in {@code statemachines/} by workflow, as they are written: with {@code ${...}} in them. */
    public static SortedMap<String, String> definitions() {
        SortedMap<String, String> definitions = new TreeMap<>();
        try (Stream<Path> files = Files.list(root().resolve("statemachines"))) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(DEFINITION)).toList()) {
                String name = file.getFileName().toString();
                definitions.put(name.substring(0, name.length() - DEFINITION.length()), Files.readString(file));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("reading the state machines below " + root(), e);
        }
        return definitions;
    }
}
