package steward.task;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A dump's table of contents, as {@code pg_restore --list} prints it.
 *
 * @param lines {@code 3456; 0 16420 TABLE DATA public orders owner}
 */
record Toc(List<String> lines) {
    private static final Pattern ENTRY = Pattern.compile("\\d+; \\d+ \\d+ (.*)");
    private static final Pattern EXTENSION = Pattern.compile("EXTENSION - (.*) ");
    /** What only the master could restore, and has made already. */
    private static final Pattern OF_THE_MASTER =
            Pattern.compile("EXTENSION - |COMMENT - EXTENSION |(SCHEMA|ACL - SCHEMA|ACL -) (- )?public ");

    private static final Pattern COMMENT_ON_PUBLIC = Pattern.compile("COMMENT - SCHEMA public ");
    private static final Pattern REFERENCE_SYSTEMS = Pattern.compile("TABLE DATA (\\S+) spatial_ref_sys ");

    static Toc of(Tools tools, Path dump) {
        Program list = new Program("listing the dump", tools.restore(), List.of("--list", dump.toString()));
        return new Toc(list.run(
                line -> {},
                output -> new String(output.readAllBytes(), StandardCharsets.UTF_8)
                        .lines()
                        .filter(line -> ENTRY.matcher(line).matches())
                        .toList()));
    }

    private static boolean is(String line, Pattern pattern) {
        Matcher entry = ENTRY.matcher(line);
        return entry.matches() && pattern.matcher(entry.group(1)).lookingAt();
    }

    private static boolean isSchema(String line, String schema) {
        Matcher entry = ENTRY.matcher(line);
        return entry.matches() && entry.group(1).startsWith("SCHEMA - " + schema + " ");
    }

    /** The extensions that the dump needs; without plpgsql, which every database has. */
    Set<String> extensions() {
        return lines.stream()
                .map(ENTRY::matcher)
                .filter(Matcher::matches)
                .map(entry -> EXTENSION.matcher(entry.group(1)))
                .filter(Matcher::lookingAt)
                .map(extension -> extension.group(1).strip())
                .filter(Predicate.not("plpgsql"::equals))
                .collect(Collectors.toUnmodifiableSet());
    }

    /**
     * The schema of PostGIS's table of reference systems, if rows of it are in the dump. The table itself is not, since it
     * is the extension's; a tenant's own table of that name is.
     */
    Optional<String> referenceSystems() {
        return lines.stream()
                .map(ENTRY::matcher)
                .filter(Matcher::matches)
                .map(entry -> REFERENCE_SYSTEMS.matcher(entry.group(1)))
                .filter(Matcher::lookingAt)
                .map(rows -> rows.group(1))
                .filter(schema -> lines.stream().noneMatch(line -> isTable(line, schema)))
                .findFirst();
    }

    private static boolean isTable(String line, String schema) {
        Matcher entry = ENTRY.matcher(line);
        return entry.matches() && entry.group(1).startsWith("TABLE " + schema + " spatial_ref_sys ");
    }

    private static boolean isReferenceSystems(String line, String schema) {
        Matcher entry = ENTRY.matcher(line);
        return entry.matches() && entry.group(1).startsWith("TABLE DATA " + schema + " spatial_ref_sys ");
    }

    /**
     * The entries that a project's user restores.
     *
     * @param publicIsTheirs whether schema public belongs to the user, so that its comment can be set
     * @param foreign the schema of PostGIS's table of reference systems, if the user cannot write it
     * @param schemas that the new database has already: scripts of extensions make some that are no members of them
     */
    List<String> restorable(boolean publicIsTheirs, Optional<String> foreign, Set<String> schemas) {
        return lines.stream()
                .filter(line -> schemas.stream().noneMatch(schema -> isSchema(line, schema)))
                .filter(line -> !is(line, OF_THE_MASTER))
                .filter(line -> publicIsTheirs || !is(line, COMMENT_ON_PUBLIC))
                .filter(line -> foreign.filter(schema -> isReferenceSystems(line, schema))
                        .isEmpty())
                .toList();
    }
}
