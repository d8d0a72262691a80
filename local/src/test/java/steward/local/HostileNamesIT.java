package steward.local;

import static org.assertj.core.api.Assertions.assertThat;
import static steward.local.TestInstallation.random;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.sfn.model.ExecutionStatus;
import steward.local.TestInstallation.Outcome;
import steward.local.postgres.Majors;

/** Hostile names in every field of the workflows, on real servers: refused by a named error, or made exactly so. */
final class HostileNamesIT {
    private static final long SEED = Long.getLong("steward.seed", 20_260_101L);
    private static final List<String> KINDS = List.of("user", "database", "project", "extension", "schema", "instance");
    private static final List<String> PIECES = List.of(
            "\"",
            "'",
            "\\",
            ";",
            "--",
            "$$",
            "%I",
            "?",
            "{%",
            "${x}",
            "\n",
            "\u0000",
            "\u0001",
            " ",
            "\u202e",
            "é",
            "😀",
            "\ud83d",
            "中",
            "pg_",
            "rds",
            "steward",
            "postgres",
            "master",
            "public",
            "A",
            "/",
            "..",
            "-",
            "_",
            "@",
            "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");

    private final TestInstallation steward = TestInstallation.SHARED;

    private record Case(String kind, String name, int major, String site) {}

    @Test
    void everyNameIsRefusedOrMadeExactly() throws Exception {
        Map<Integer, String> sites = new HashMap<>();
        for (int major : Majors.underTest()) {
            String site = random("site");
            steward.succeed(
                    "create-database",
                    Map.of("instance", TestInstallation.instance(major), "project", "acme", "database", site));
            sites.put(major, site);
        }
        Map<String, Integer> made = new HashMap<>();
        int tried = 0;
        try (var threads = Executors.newFixedThreadPool(4)) {
            List<Callable<String>> work = new ArrayList<>();
            cases(sites).forEach(each -> work.add(() -> run(each)));
            tried = work.size();
            for (Future<String> done : threads.invokeAll(work)) {
                made.merge(done.get(), 1, Integer::sum);
            }
        }
        System.out.printf("%d hostile names, seed %d: %s%n", tried, SEED, made);
        assertThat(made).containsKeys("made", "steward.error.InvalidInput");
        for (int major : Majors.underTest()) {
            assertThat(Catalogue.leftovers(steward, TestInstallation.instance(major)))
                    .isEmpty();
        }
    }

    private static List<Case> cases(Map<Integer, String> sites) {
        Random random = new Random(SEED);
        List<Integer> majors = Majors.underTest();
        Set<Case> cases = new LinkedHashSet<>();
        for (String kind : KINDS) {
            for (int i = 0; i < Soak.times(40, 5_000); i++) {
                int major = majors.get(random.nextInt(majors.size()));
                cases.add(new Case(
                        kind,
                        name(random),
                        major,
                        Optional.ofNullable(sites.get(major)).orElseThrow()));
            }
        }
        return List.copyOf(cases);
    }

    private static String name(Random random) {
        StringBuilder name =
                new StringBuilder(random.nextInt(3) == 0 ? "" : "h" + Long.toString(random.nextLong() >>> 20, 36));
        for (int i = random.nextInt(3); i > 0; i--) {
            name.append(PIECES.get(random.nextInt(PIECES.size())));
        }
        return name.toString();
    }

    /** How it ended: the error's name, or {@code made} if what was asked for is there under exactly this name. */
    private String run(Case each) throws SQLException {
        String instance = TestInstallation.instance(each.major);
        Map<String, Object> input = input(each, instance);
        String workflow = each.kind.equals("extension") || each.kind.equals("schema")
                ? "enable-extension"
                : each.kind.equals("database") ? "create-database" : "create-user";
        Outcome outcome = steward.run(workflow, input);
        if (outcome.status() == ExecutionStatus.SUCCEEDED) {
            assertThat(exists(each, instance)).as("%s", each).isTrue();
            return "made";
        }
        String error = outcome.error().orElse("");
        assertThat(error).as("%s: %s", each, outcome).startsWith("steward.error.");
        return error;
    }

    private static Map<String, Object> input(Case each, String instance) {
        Map<String, Object> input = new HashMap<>(Map.of("instance", instance));
        switch (each.kind) {
            case "extension" -> input.put("database", each.site);
            case "schema" -> input.putAll(Map.of("database", each.site, "extension", "hstore"));
            default -> input.putAll(Map.of("project", "acme", "user", random("user")));
        }
        input.put(each.kind, each.name);
        return input;
    }

    private boolean exists(Case each, String instance) throws SQLException {
        return switch (each.kind) {
            case "user" ->
                one(instance, "postgres", "SELECT count(*) FROM pg_roles WHERE rolname::text = ?", each.name);
            case "database" ->
                one(instance, "postgres", "SELECT count(*) FROM pg_database WHERE datname::text = ?", each.name);
            case "project" ->
                one(
                        instance,
                        "postgres",
                        "SELECT least(count(*), 1) FROM pg_shdescription WHERE description = ?",
                        "steward:project=" + each.name);
            default -> each.name.equals("hstore") || each.name.equals("public") || each.name.equals(instance);
        };
    }

    private boolean one(String instance, String database, String sql, String name) throws SQLException {
        try (Connection connection = steward.server(instance).connectAsSuperuser(database);
                PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, name);
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next() && rows.getLong(1) == 1;
            }
        }
    }
}
