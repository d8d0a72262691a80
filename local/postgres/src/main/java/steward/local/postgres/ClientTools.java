package steward.local.postgres;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The folders of this machine that hold {@code pg_dump} and {@code pg_restore}, which the embedded servers lack. Some also
 * hold {@code psql}.
 */
public final class ClientTools {
    private static final Path DEBIAN = Path.of("/usr/lib/postgresql");
    private static final Pattern VERSION = Pattern.compile("\\(PostgreSQL\\) (\\d+)");

    private ClientTools() {}

    /**
     * The folder of each supported major that has its tools here, oldest first. They are looked for in this order: the system
     * property {@code steward.clients} (a folder with {@code <major>/bin} in it), Debian's place, the PATH, and the folder
     * that {@code scripts/clients} fills.
     */
    public static SortedMap<Integer, Path> found() {
        SortedMap<Integer, Path> found = new TreeMap<>();
        candidates()
                .forEach(folder -> major(folder).ifPresent(major -> found.putIfAbsent(major, folder.toAbsolutePath())));
        found.keySet().retainAll(Majors.supported());
        return found;
    }

    /** As {@link #found()}, of {@link Majors#underTest()} only. */
    public static SortedMap<Integer, Path> underTest() {
        SortedMap<Integer, Path> found = found();
        found.keySet().retainAll(Majors.underTest());
        return found;
    }

    /** For test reports: the version of each, asked for again. */
    public static String describe(Map<Integer, Path> tools) {
        return tools.values().stream()
                .map(folder -> "%s in %s".formatted(version(folder), folder))
                .collect(Collectors.joining(", "));
    }

    private static Stream<Path> candidates() {
        Stream<Path> configured = Optional.ofNullable(System.getProperty("steward.clients"))
                .filter(folder -> !folder.isBlank())
                .map(folder -> majors(Path.of(folder)))
                .orElseGet(Stream::empty);
        Stream<Path> path = Arrays.stream(
                        Optional.ofNullable(System.getenv("PATH")).orElse("").split(File.pathSeparator, -1))
                .filter(folder -> folder.startsWith("/"))
                .map(Path::of);
        Stream<Path> fetched = majors(Folders.cache().resolve("clients"));
        return Stream.of(configured, majors(DEBIAN), path, fetched).flatMap(folders -> folders);
    }

    private static Stream<Path> majors(Path parent) {
        return Majors.supported().stream().map(major -> parent.resolve(major + "/bin"));
    }

    private static Optional<Integer> major(Path folder) {
        boolean both = Stream.of("pg_dump", "pg_restore")
                .map(folder::resolve)
                .allMatch(program -> Files.isRegularFile(program) && Files.isExecutable(program));
        if (!both) return Optional.empty();
        return Optional.of(version(folder))
                .map(VERSION::matcher)
                .filter(Matcher::find)
                .map(found -> Integer.valueOf(found.group(1)));
    }

    /**
     * For instance {@code pg_dump (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)}.
     *
     * @throws ServerFailed when it is there but does not run: the machine has to be put right
     */
    private static String version(Path folder) {
        return Command.run(List.of(folder.resolve("pg_dump").toString(), "--version"))
                .strip();
    }
}
