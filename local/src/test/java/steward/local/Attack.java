package steward.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * One line of {@code attacks.txt}, which says what the columns mean.
 *
 * @param line its number, to find it again
 * @param who owner or reader
 */
record Attack(
        int line,
        String kind,
        String who,
        String where,
        int first,
        int last,
        Set<String> expected,
        boolean control,
        String what) {

    private static final Path FILE = Path.of("src/test/resources/attacks.txt");

    static List<Attack> all() throws IOException {
        List<String> lines = Files.readAllLines(FILE);
        return IntStream.range(0, lines.size())
                .filter(i -> !lines.get(i).isBlank() && !lines.get(i).startsWith("#"))
                .boxed()
                .flatMap(i -> parse(i + 1, lines.get(i)).stream())
                .toList();
    }

    private static List<Attack> parse(int line, String text) {
        String[] columns = text.split(" \\| ", 7);
        if (columns.length != 7) {
            throw new IllegalStateException("attacks.txt, line %d: has %d columns".formatted(line, columns.length));
        }
        String[] majors = columns[3].split("-", -1);
        List<String> attackers = columns[1].equals("both") ? List.of("owner", "reader") : List.of(columns[1]);
        return attackers.stream()
                .map(who -> new Attack(
                        line,
                        columns[0],
                        who,
                        columns[2],
                        Integer.parseInt(majors[0]),
                        Integer.parseInt(majors[1]),
                        new TreeSet<>(Arrays.asList(columns[4].split(","))),
                        columns[5].equals("+"),
                        columns[6]))
                .toList();
    }

    boolean appliesTo(int major) {
        return first <= major && major <= last;
    }

    boolean isConnect() {
        return what.startsWith("CONNECT ");
    }

    /** With the names of this run in it. */
    Attack with(Map<String, String> names) {
        String filled = what;
        for (Map.Entry<String, String> name : names.entrySet()) {
            filled = filled.replace("{" + name.getKey() + "}", name.getValue());
        }
        return as(filled);
    }

    /** Something else by the same attacker. */
    Attack as(String other) {
        return new Attack(line, kind, who, where, first, last, expected, control, other);
    }

    @Override
    public String toString() {
        return "attacks.txt, line %d, as %s: %s".formatted(line, who, what);
    }
}
