package steward.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A file of {@code traps/}: what a tenant leaves in its database for whoever comes. It begins with two comments: what it
 * is, and how it would catch an administrator in an ordinary session, either {@code fire:} with statements that make it
 * call {@code canary.spring()}, or {@code proof:} with an SQLSTATE and a statement (or CONNECT) that then fails so.
 *
 * @param fires whether it calls {@code canary.spring()}
 * @param control the statements, or SQLSTATE and statement
 */
record Trap(String name, boolean fires, String control, String sql) {
    private static final Path FOLDER = Path.of("src/test/resources/traps");
    private static final Pattern HEAD = Pattern.compile("-- .+\\n-- (fire|proof): (.+)\\n([^§]+)");

    static List<Trap> all() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.sorted().map(Trap::read).toList();
        }
    }

    private static Trap read(Path file) {
        try {
            Matcher parts = HEAD.matcher(Files.readString(file));
            if (!parts.matches()) {
                throw new IllegalStateException(file + ": does not begin with two comments");
            }
            String name = file.getFileName().toString().replace(".sql", "");
            return new Trap(name, parts.group(1).equals("fire"), parts.group(2), parts.group(3));
        } catch (IOException e) {
            throw new IllegalStateException("reading " + file, e);
        }
    }

    /** For a certain database. */
    Trap with(Map<String, String> names) {
        String filled = sql;
        for (Map.Entry<String, String> name : names.entrySet()) {
            filled = filled.replace("{" + name.getKey() + "}", name.getValue());
        }
        return new Trap(name, fires, control, filled);
    }
}
