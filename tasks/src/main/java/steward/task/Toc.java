package steward.task;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import steward.error.InvalidInput;

/**
 * A dump's table of contents, as {@code pg_restore --list} prints it.
 *
 * @param lines {@code 3456; 0 16420 TABLE DATA public orders owner}
 */
record Toc(List<String> lines) {
    /** Names may hold what ends a line for Java, but not for pg_restore. */
    private static final Pattern ENTRY = Pattern.compile("\\d+; \\d+ (\\d+) (.*)", Pattern.DOTALL);

    private static final Pattern EXTENSION = Pattern.compile("EXTENSION - (.*) ", Pattern.DOTALL);
    /** What only the master could restore, and has made already. */
    private static final Pattern OF_THE_MASTER =
            Pattern.compile("EXTENSION - |COMMENT - EXTENSION |(ACL - SCHEMA|ACL -) (- )?public ");

    private static final Pattern COMMENT_ON_PUBLIC = Pattern.compile("COMMENT - SCHEMA public ");
    /** Of initdb's own schema; one of that name that was made later has another. */
    private static final String OID_OF_PUBLIC = "2200";
    /** What only the master may make, and a project's user cannot have made. */
    private static final Pattern MASTERS_ONLY =
            Pattern.compile("(EVENT TRIGGER -|PUBLICATION TABLES IN SCHEMA) (.*) \\S+", Pattern.DOTALL);

    private static final Pattern PUBLICATION = Pattern.compile("PUBLICATION - (.*) \\S+", Pattern.DOTALL);
    private static final Pattern FOR_ALL_TABLES = Pattern.compile("(?m)^CREATE PUBLICATION .* FOR ALL TABLES\\b");

    /** Kinds are words in capitals. */
    private static final Pattern KIND = Pattern.compile("[A-Z]+( [A-Z]+)*");

    private static final Pattern NEVER_LEFT_OUT = Pattern.compile("TABLE |SEQUENCE |BLOB|ROW SECURITY ");

    static Toc of(Tools tools, Path dump) {
        Program list = new Program("listing the dump", tools.restore(), List.of("--list", dump.toString()));
        List<String> lines = list.run(
                line -> {},
                output -> new String(output.readAllBytes(), StandardCharsets.UTF_8)
                        .lines()
                        .filter(line -> !line.isEmpty() && !line.startsWith(";"))
                        .toList());
        if (!lines.stream().allMatch(line -> ENTRY.matcher(line).matches())) {
            // What is not understood would not be restored.
            throw new IllegalStateException("pg_restore lists the dump in a way that is not known");
        }
        return new Toc(lines);
    }

    private static boolean is(String line, Pattern pattern) {
        return pattern.matcher(entry(line)).lookingAt();
    }

    /** Whether it makes the schema. An owner has no blank in its name, or the line is that of a schema with one. */
    private static boolean isSchema(String line, String schema) {
        String entry = entry(line);
        String begin = "SCHEMA - " + schema + " ";
        return entry.startsWith(begin) && entry.indexOf(' ', begin.length()) < 0;
    }

    private static boolean isPublic(String line) {
        Matcher entry = ENTRY.matcher(line);
        boolean isInitdbs = entry.matches() && entry.group(1).equals(OID_OF_PUBLIC);
        return isSchema(line, "public") || (isInitdbs && entry(line).startsWith("SCHEMA - public "));
    }

    private static String entry(String line) {
        Matcher entry = ENTRY.matcher(line);
        return entry.matches() ? entry.group(2) : "";
    }

    /** The extensions that the dump needs; without plpgsql, which every database has. */
    Set<String> extensions() {
        return lines.stream()
                .map(line -> EXTENSION.matcher(entry(line)))
                .filter(Matcher::lookingAt)
                .map(extension -> extension.group(1).strip())
                .filter(Predicate.not("plpgsql"::equals))
                .collect(Collectors.toUnmodifiableSet());
    }

    /**
     * Whether it has rows of a table, or a sequence's value.
     *
     * @param name as pg_restore lists it: with a blank for each line's end
     */
    boolean hasData(String schema, String name) {
        return lines.stream().anyMatch(line -> isData(line, schema, name));
    }

    private static boolean isData(String line, String schema, String name) {
        String entry = entry(line);
        return entry.startsWith("TABLE DATA %s %s ".formatted(schema, name))
                || entry.startsWith("SEQUENCE SET %s %s ".formatted(schema, name));
    }

    /**
     * What only the master may make: event triggers, and publications of whatever tables there are.
     *
     * @return the entries, with what is said about each
     */
    Map<String, String> ofTheMasterOnly(Tools tools, Path dump, Scratch scratch) {
        Map<String, String> found = new LinkedHashMap<>();
        for (String line : lines) {
            Matcher entry = MASTERS_ONLY.matcher(entry(line));
            Matcher publication = PUBLICATION.matcher(entry(line));
            if (entry.matches()) {
                put(found, line, entry.group(1).replace(" -", ""), entry.group(2));
            } else if (publication.matches() && isForAllTables(tools, dump, scratch, line)) {
                put(found, line, "PUBLICATION", publication.group(1));
            }
        }
        return found;
    }

    private void put(Map<String, String> found, String line, String kind, String name) {
        String what = "%s %s".formatted(kind.toLowerCase(Locale.ROOT), name);
        found.put(line, what + ": is not restored, since only the master may make it");
        comments("-", kind, name)
                .forEach(comment -> found.put(comment, "comment on %s: is not restored with it".formatted(what)));
    }

    private Stream<String> comments(String schema, String kind, String name) {
        // Names are quoted there where they have to be.
        List<String> begins = Stream.of(name, '"' + name.replace("\"", "\"\"") + '"')
                .map(each -> "COMMENT %s %s %s ".formatted(schema, kind, each))
                .toList();
        return lines.stream().filter(line -> begins.stream().anyMatch(entry(line)::startsWith));
    }

    /**
     * What the input asks to leave out.
     *
     * @param wanted each as pg_restore's list names an entry, or its messages, which do without the schema: {@code INDEX
     *     public orders_idx} or {@code INDEX orders_idx}
     * @return the entries and the comments on them, with what is said about each
     * @throws InvalidInput if there is none of that name, or one that holds data or hides some
     */
    Map<String, String> leftOut(List<String> wanted) {
        Map<String, String> found = new LinkedHashMap<>();
        for (String name : wanted) {
            List<String> named =
                    lines.stream().filter(line -> isNamed(entry(line), name)).toList();
            if (named.isEmpty()) {
                throw new InvalidInput("leaveOut: the dump has no entry \"%s\"".formatted(name));
            }
            for (String line : named) {
                if (is(line, NEVER_LEFT_OUT)) {
                    throw new InvalidInput(
                            "leaveOut: \"%s\" holds data, or hides some: a restore without it would not be one"
                                    .formatted(name));
                }
                String listed = withoutOwner(entry(line));
                found.put(line, listed + ": is left out, as the input asks");
                kinds(listed)
                        .flatMap(kind -> {
                            String[] rest = listed.substring(kind.length() + 1).split(" ", 2);
                            return rest.length == 2 ? comments(rest[0], kind, rest[1]) : Stream.empty();
                        })
                        .forEach(comment -> found.putIfAbsent(
                                comment, withoutOwner(entry(comment)) + ": is left out with what it is about"));
            }
        }
        return found;
    }

    private static boolean isNamed(String entry, String name) {
        String listed = withoutOwner(entry);
        return listed.equals(name)
                || kinds(name).filter(kind -> listed.startsWith(kind + " ")).anyMatch(kind -> {
                    int afterSchema = listed.indexOf(' ', kind.length() + 1);
                    return afterSchema >= 0 && listed.substring(afterSchema).equals(name.substring(kind.length()));
                });
    }

    /** What may be its kind: where that ends in words in capitals, and a schema or a name begins, its text does not say. */
    private static Stream<String> kinds(String text) {
        Matcher capitals = KIND.matcher(text);
        return capitals.lookingAt()
                ? IntStream.rangeClosed(1, capitals.end())
                        .filter(end -> text.startsWith(" ", end))
                        .mapToObj(end -> text.substring(0, end))
                : Stream.empty();
    }

    private static String withoutOwner(String entry) {
        return entry.substring(0, Math.max(0, entry.lastIndexOf(' ')));
    }

    private static boolean isForAllTables(Tools tools, Path dump, Scratch scratch, String line) {
        Path only = scratch.write("publication.list", List.of(line));
        Program script = new Program(
                "reading the dump's publications",
                tools.restore(),
                List.of("--use-list=" + only, "--file=-", dump.toString()));
        return script.run(
                said -> {},
                output -> FOR_ALL_TABLES
                        .matcher(new String(output.readAllBytes(), StandardCharsets.UTF_8))
                        .find());
    }

    /**
     * The entries that a project's user restores.
     *
     * @param publicIsTheirs whether schema public belongs to the user, so that its comment can be set
     * @param foreign extensions' tables and sequences that the user cannot fill
     * @param schemas that the new database has already: scripts of extensions make some that are no members of them
     * @param left entries that are left out
     */
    List<String> restorable(
            boolean publicIsTheirs, Collection<ForeignRelation> foreign, Set<String> schemas, Set<String> left) {
        return lines.stream()
                .filter(line -> schemas.stream().noneMatch(schema -> isSchema(line, schema)))
                .filter(line -> !is(line, OF_THE_MASTER) && !isPublic(line))
                .filter(line -> publicIsTheirs || !is(line, COMMENT_ON_PUBLIC))
                .filter(line -> foreign.stream().noneMatch(member -> isData(line, member.schema(), member.name())))
                .filter(line -> !left.contains(line))
                .toList();
    }
}
