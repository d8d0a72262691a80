package steward.task;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import steward.error.NotPermitted;

/**
 * The client tools of one Postgres version. The client's major has to equal the server's: pg_dump refuses a newer server,
 * and pg_restore from 17 on sends a setting that older servers do not know.
 *
 * @param version as the tools say it, for instance {@code 17.11}
 */
record Tools(String version, Path folder) {
    private static final Path DEBIAN = Path.of("/usr/lib/postgresql");
    private static final Pattern VERSION = Pattern.compile("\\(PostgreSQL\\) (\\d+)(?:\\.(\\d+))?");

    int major() {
        return Integer.parseInt(version.split("\\.", -1)[0]);
    }

    private int minor() {
        String[] parts = version.split("\\.", -1);
        return parts.length > 1 ? Integer.parseInt(parts[1]) : 0;
    }

    Path dump() {
        return folder.resolve("pg_dump");
    }

    Path restore() {
        return folder.resolve("pg_restore");
    }

    /**
     * The tools of a server's major.
     *
     * @param path the folders to look in besides Debian's, as in the variable PATH
     * @throws NotPermitted naming the versions that there are
     */
    static Tools of(String serverVersion, int major, String path) {
        List<Path> folders = folders(path);
        // Every program that is asked for its version takes time: those whose folder has the major's name come first.
        String name = Integer.toString(major);
        Stream<Path> likely = folders.stream().filter(folder -> isBelow(folder, name));
        Stream<Path> others = folders.stream().filter(folder -> !isBelow(folder, name));
        return Stream.concat(likely, others)
                .map(Tools::at)
                .filter(tools -> tools.major() == major)
                .findFirst()
                .orElseThrow(() -> none(serverVersion, folders));
    }

    private static boolean isBelow(Path folder, String name) {
        return Stream.iterate(folder, Objects::nonNull, Path::getParent)
                .map(Path::getFileName)
                .anyMatch(part -> part != null && part.toString().equals(name));
    }

    private static NotPermitted none(String serverVersion, List<Path> folders) {
        return new NotPermitted("the server is Postgres %s, but the task has the client tools of %s only"
                .formatted(
                        serverVersion,
                        folders.stream().map(Tools::at).map(Tools::version).toList()));
    }

    /** Debian's come first: on the PATH there may be anything. */
    private static List<Path> folders(String path) {
        Stream<Path> named = Arrays.stream(path.split(":", -1))
                .filter(folder -> !folder.isEmpty())
                .map(Path::of);
        return Stream.concat(debian().stream(), named)
                .filter(folder -> Files.isExecutable(folder.resolve("pg_dump"))
                        && Files.isExecutable(folder.resolve("pg_restore")))
                .toList();
    }

    private static List<Path> debian() {
        if (!Files.isDirectory(DEBIAN)) {
            return List.of();
        }
        try (Stream<Path> majors = Files.list(DEBIAN)) {
            return majors.map(major -> major.resolve("bin")).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException("looking for client tools", e);
        }
    }

    private static Tools at(Path folder) {
        Path program = folder.resolve("pg_dump");
        try {
            Process process = new ProcessBuilder(program.toString(), "--version")
                    .redirectErrorStream(true)
                    .start();
            String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            Matcher version = VERSION.matcher(answer);
            if (!version.find()) {
                throw new IllegalStateException(program + ": says no version: " + answer.strip());
            }
            String minor = version.group(2);
            return new Tools(minor == null ? version.group(1) : version.group(1) + "." + minor, folder);
        } catch (IOException e) {
            throw new UncheckedIOException(program + " cannot be run", e);
        }
    }

    /**
     * Refuses clients with known holes.
     *
     * @param minimums {@code 18.7,17.12}: the least minor of each major; majors that are not named are not checked
     * @throws NotPermitted naming the versions
     */
    void requireAtLeast(String minimums) {
        for (String minimum : minimums.split(",", -1)) {
            String[] parts = minimum.strip().split("\\.", -1);
            if (parts.length == 2
                    && parts[0].equals(Integer.toString(major()))
                    && minor() < Integer.parseInt(parts[1])) {
                throw new NotPermitted(
                        "client tools %s are older than %s, before which they have known holes: the image must be built again"
                                .formatted(version, minimum.strip()));
            }
        }
    }
}
