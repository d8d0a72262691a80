package steward.local.postgres;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The extensions in a server's share folder. RDS lets members of rds_superuser create every extension of its list; Postgres
 * lets nobody but a superuser do so unless the control file says {@code trusted}. So we mark the listed ones, in our own copy
 * of the files; a guard in front of their scripts, and an event trigger, keep everybody else from them.
 *
 * @param folder the folder of the control files
 * @see <a href="https://www.postgresql.org/docs/current/extend-extensions.html">Packaging related objects</a>
 */
record Extensions(Path folder) {
    private static final String CONTROL = ".control";
    private static final String MARK = "trusted = true # for members of rds_superuser, as on RDS";

    /** The names on RDS's list, whether or not they are installed here. */
    static Set<String> listed() {
        return Resources.text("rds-extensions.txt")
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** The names of those installed here. */
    Set<String> installed() {
        return names(file -> true);
    }

    /** The names of those that any owner of a database may create, since their authors say so. */
    Set<String> trusted() {
        return names(file -> {
            List<String> lines = lines(file);
            return lines.stream().anyMatch(Extensions::saysTrusted) && !lines.contains(MARK);
        });
    }

    /** All that {@link #markListed()} puts into files, for the name of the folder it is in. */
    static String changes() {
        return listed() + MARK + guard("");
    }

    private static String guard(String name) {
        return Resources.text("guard.sql").replace(":extension", name);
    }

    /** Marks the listed ones as trusted, and guards the scripts of those that were not trusted before. */
    void markListed() throws IOException {
        Set<String> trusted = trusted();
        for (String name : listed()) {
            Path file = folder.resolve(name + CONTROL);
            if (!Files.exists(file) || trusted.contains(name) || lines(file).contains(MARK)) continue;
            mark(file);
            guardScripts(name);
        }
    }

    /** Whichever version is created, one of its scripts without a second version comes first. */
    private void guardScripts(String name) throws IOException {
        Pattern script = Pattern.compile(Pattern.quote(name) + "--((?!--).)+\\.sql");
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                if (script.matcher(file.getFileName().toString()).matches()) guardScript(name, file);
            }
        }
    }

    private static void guardScript(String name, Path file) throws IOException {
        String content = Files.readString(file, StandardCharsets.ISO_8859_1);
        // It may be a link to a file of the system.
        Files.delete(file);
        Files.writeString(file, guard(name) + content, StandardCharsets.ISO_8859_1);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    }

    private static void mark(Path file) throws IOException {
        List<String> lines = Stream.concat(
                        lines(file).stream().filter(line -> !line.strip().startsWith("trusted")), Stream.of(MARK))
                .toList();
        Files.write(file, lines);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    }

    private static boolean saysTrusted(String line) {
        return line.replace(" ", "").startsWith("trusted=true");
    }

    private Set<String> names(Predicate<Path> wanted) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(CONTROL))
                    .filter(wanted)
                    .map(file -> file.getFileName().toString())
                    .map(name -> name.substring(0, name.length() - CONTROL.length()))
                    .collect(Collectors.toCollection(TreeSet::new));
        } catch (IOException failure) {
            throw new ServerFailed("listing " + folder, failure);
        }
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException failure) {
            throw new ServerFailed("reading " + file, failure);
        }
    }
}
