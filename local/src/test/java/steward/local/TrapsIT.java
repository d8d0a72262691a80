package steward.local;

import static org.assertj.core.api.Assertions.assertThat;
import static steward.local.TestInstallation.execute;
import static steward.local.TestInstallation.random;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.sfn.model.ExecutionStatus;
import steward.local.TestInstallation.Outcome;
import steward.local.postgres.Majors;

/**
 * Every workflow over every booby-trapped database, each trap in a database of its own: none catches the master or
 * rdsadmin, and every workflow ends right or with an error of ours. Whom a trap catches it writes to the server's log,
 * which no rollback and no DROP DATABASE takes back.
 */
final class TrapsIT {
    private static final long SEED = Long.getLong("steward.seed", 20_260_101L);

    private static final String CANARY = """
            CREATE SCHEMA canary;
            GRANT USAGE ON SCHEMA canary TO PUBLIC;
            CREATE FUNCTION canary.spring() RETURNS integer LANGUAGE plpgsql AS $$
            BEGIN
              RAISE LOG 'canary:%:%,%', pg_catalog.current_database(), current_user, session_user;
              RETURN 1;
            END
            $$;
            """;

    private final TestInstallation steward = TestInstallation.SHARED;

    private record Case(Trap trap, int major) {}

    @Test
    void noTrapCatchesTheMasterAndEveryWorkflowEndsWellOrWithANamedError() throws Exception {
        List<Case> cases = cases();
        List<String> failures = new ArrayList<>();
        try (var threads = Executors.newFixedThreadPool(4)) {
            List<Callable<List<String>>> work = new ArrayList<>();
            cases.forEach(each -> work.add(() -> run(each)));
            for (Future<List<String>> done : threads.invokeAll(work)) {
                failures.addAll(done.get());
            }
        }
        System.out.printf("%d traps, %d databases, seed %d%n", Trap.all().size(), cases.size(), SEED);
        assertThat(String.join("\n", failures)).isEmpty();
        assertThat(Trap.all()).hasSizeGreaterThanOrEqualTo(40);
    }

    /** One major for each trap, chosen by the seed; all when soaking. */
    private static List<Case> cases() throws IOException {
        Random random = new Random(SEED);
        List<Case> cases = new ArrayList<>();
        for (Trap trap : Trap.all()) {
            List<Integer> majors = new ArrayList<>(Majors.underTest());
            Collections.shuffle(majors, random);
            majors.stream().limit(Soak.times(1, majors.size())).forEach(major -> cases.add(new Case(trap, major)));
        }
        return cases;
    }

    /** What went wrong. */
    private List<String> run(Case each) throws SQLException, IOException {
        String instance = TestInstallation.instance(each.major);
        String site = random("trapped");
        steward.succeed("create-database", Map.of("instance", instance, "project", "acme", "database", site));
        Trap trap = each.trap.with(Map.of("database", site, "owner", site));
        List<String> failures = new ArrayList<>();
        try {
            install(instance, site, trap);
            control(instance, site, trap);
        } catch (SQLException | AssertionError e) {
            return List.of("%s on %d: %s".formatted(trap.name(), each.major, e.getMessage()));
        }
        long sprung = caught(instance, site);
        for (WorkflowRun workflow : Workflows.all(instance, "acme", site, random("reader"))) {
            Outcome outcome = steward.run(workflow.name(), workflow.input());
            if (outcome.status() != ExecutionStatus.SUCCEEDED
                    && !outcome.error().orElse("").startsWith("steward.error.")) {
                failures.add("%s on %d: %s: %s".formatted(trap.name(), each.major, workflow, outcome));
            }
        }
        if (caught(instance, site) != sprung) {
            failures.add("%s on %d: caught the master".formatted(trap.name(), each.major));
        }
        return failures;
    }

    private void install(String instance, String site, Trap trap) throws SQLException {
        try (Connection owner = steward.connect("acme", instance, site, site)) {
            execute(owner, CANARY);
            execute(owner, trap.sql());
            execute(owner, "GRANT ALL ON ALL TABLES IN SCHEMA public TO PUBLIC");
        }
    }

    /** That the trap is one: it catches a master in a session like anybody's. */
    private void control(String instance, String site, Trap trap) throws SQLException, IOException {
        if (trap.fires()) {
            try (Connection master = steward.server(instance).connectAsMaster(site)) {
                execute(master, trap.control());
            }
            assertThat(caught(instance, site)).as("catches a careless master").isPositive();
            return;
        }
        String[] expected = trap.control().split(" ", 2);
        assertThat(failure(instance, site, expected[1])).isEqualTo(expected[0]);
    }

    private String failure(String instance, String site, String statement) {
        try (Connection master = steward.server(instance).connectAsMaster(site)) {
            execute(master, statement);
            return "none";
        } catch (SQLException e) {
            return e.getSQLState();
        }
    }

    /** How often the master or rdsadmin were caught in this database. Autovacuum is rdsadmin's, but acts as the owner. */
    private long caught(String instance, String site) throws IOException {
        Pattern line = Pattern.compile("canary:" + site + ":((master|rdsadmin|rds_superuser|pg_monitor),.*|.*,master)");
        try (var lines = Files.lines(steward.server(instance).log(), StandardCharsets.UTF_8)) {
            return lines.filter(text -> line.matcher(text).find()).count();
        }
    }

    @Test
    void everyWorkflowIsInTheList() {
        assertThat(Workflows.names()).containsAll(Home.definitions().keySet());
    }
}
