package steward.local;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Every workflow there is, with an input for one project, in an order in which each finds what it needs. Whoever adds a
 * workflow adds it here: a test compares the names with the files.
 */
final class Workflows {
    /**
     * Those that touch a tenant's database logged in as the tenant only, in a task's process of its own, or none at all:
     * they have tests of their own.
     */
    private static final Set<String> OTHERS =
            Set.of("copy-snapshots", "dump-database", "restore-database", "restore-dump", "sweep");

    private Workflows() {}

    /** Those whose definition exists. */
    static List<WorkflowRun> all(String instance, String project, String database, String reader) {
        Set<String> defined = Home.definitions().keySet();
        return all(Map.of("instance", instance, "project", project, "database", database, "user", reader)).stream()
                .filter(run -> defined.contains(run.name()))
                .toList();
    }

    private static List<WorkflowRun> all(Map<String, Object> names) {
        return List.of(
                run("create-database", names, Map.of(), "instance", "project", "database"),
                extension(names, "hstore"),
                extension(names, "citext"),
                extension(names, "pg_trgm"),
                extension(names, "btree_gin"),
                extension(names, "unaccent"),
                extension(names, "postgres_fdw"),
                run("create-user", names, Map.of("user", names.get("database")), "instance", "project"),
                reading(run("grant-read-only", names, Map.of(), "instance", "project", "database", "user")),
                reading(run("revoke-read-only", names, Map.of(), "instance", "database", "user")),
                run("rotate-password", names, Map.of("user", names.get("database")), "instance"),
                reading(run("drop-user", names, Map.of(), "instance", "user")),
                run(
                        "drop-database",
                        names,
                        Map.of("confirm", names.get("database"), "skipFinalDump", true),
                        "instance",
                        "database"));
    }

    /** The names of all that are listed. */
    static Set<String> names() {
        return Stream.concat(
                        all(Map.of("instance", "", "project", "", "database", "", "user", "")).stream()
                                .map(WorkflowRun::name),
                        OTHERS.stream())
                .collect(Collectors.toSet());
    }

    private static WorkflowRun extension(Map<String, Object> names, String extension) {
        return run("enable-extension", names, Map.of("extension", extension), "instance", "database");
    }

    private static WorkflowRun run(
            String name, Map<String, Object> names, Map<String, Object> others, String... fields) {
        Map<String, Object> input = List.of(fields).stream().collect(Collectors.toMap(field -> field, names::get));
        input.putAll(others);
        return new WorkflowRun(name, input, false);
    }

    private static WorkflowRun reading(WorkflowRun run) {
        return new WorkflowRun(run.name(), run.input(), true);
    }
}
