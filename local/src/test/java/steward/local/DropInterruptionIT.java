package steward.local;

import static org.assertj.core.api.Assertions.assertThat;
import static steward.local.TestInstallation.execute;
import static steward.local.TestInstallation.random;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import steward.local.TestInstallation.Outcome;
import steward.local.postgres.Majors;

@DisabledIfSystemProperty(
        named = FunctionRunner.PROCESSES,
        matches = "true",
        disabledReason = CuttingDriver.IN_THIS_JVM)
final class DropInterruptionIT {
    private static CuttingDriver driver;

    private final TestInstallation steward = TestInstallation.SHARED;

    static List<Integer> majors() {
        return Soak.ends(Majors.underTest());
    }

    @BeforeAll
    static void takeTheDriversPlace() throws SQLException {
        driver = CuttingDriver.install();
    }

    @AfterAll
    static void giveItBack() throws SQLException {
        driver.close();
    }

    private String createSite(String instance) {
        String site = random("site");
        driver.live();
        steward.succeed("create-database", Map.of("instance", instance, "project", "acme", "database", site));
        return site;
    }

    /** Runs a workflow, cutting it at a statement if there is one; says whether there was. */
    private boolean isCut(String workflow, Map<String, ?> input, int statement) {
        driver.dieBefore(statement);
        Outcome outcome = steward.run(workflow, input);
        boolean cut = driver.statements() > statement;
        driver.live();
        if (cut) {
            assertThat(outcome.error()).contains(CuttingDriver.FunctionKilled.class.getName());
        } else {
            assertThat(outcome.error()).as(outcome.toString()).isEmpty();
        }
        return cut;
    }

    @ParameterizedTest
    @MethodSource("majors")
    void aDropOfADatabaseThatWasCutAnywhereIsFinished(int major) throws SQLException {
        String instance = TestInstallation.instance(major);
        List<String> expected = null;
        int cut = 0;
        boolean more = true;
        for (; more; cut++) {
            String site = createSite(instance);
            Map<String, Object> input =
                    Map.of("instance", instance, "database", site, "confirm", site, "skipFinalDump", true);
            more = isCut("drop-database", input, cut);
            steward.succeed("drop-database", input);
            List<String> left = Catalogue.of(steward, instance, site);
            assertThat(left).as("cut %d", cut).noneMatch(line -> line.startsWith("database|"));
            expected = expected == null ? left : expected;
            assertThat(left).as("cut %d", cut).isEqualTo(expected);
            steward.connect("acme", instance, site, "postgres").close();
        }
        assertThat(cut).isGreaterThan(8);
        System.out.printf("Postgres %d: drop-database was cut at each of %d statements%n", major, cut - 1);
    }

    @ParameterizedTest
    @MethodSource("majors")
    void aDropOfAUserThatWasCutAnywhereIsFinished(int major) throws SQLException {
        String instance = TestInstallation.instance(major);
        String site = createSite(instance);
        List<String> before = Catalogue.of(steward, instance, site);
        int cut = 0;
        boolean more = true;
        for (; more; cut++) {
            String reader = random("reader");
            steward.succeed("create-user", Map.of("instance", instance, "project", "acme", "user", reader));
            try (Connection owner = steward.connect("acme", instance, site, site)) {
                execute(
                        owner,
                        "GRANT CONNECT ON DATABASE %s TO %s".formatted(site, reader),
                        "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO " + reader);
            }
            Map<String, Object> input = Map.of("instance", instance, "user", reader);
            more = isCut("drop-user", input, cut);
            steward.succeed("drop-user", input);
            assertThat(Catalogue.of(steward, instance, reader))
                    .as("cut %d", cut)
                    .singleElement()
                    .asString()
                    .startsWith("secret|steward/acme/%s/NAME|2|".formatted(instance))
                    .doesNotEndWith("|null");
        }
        assertThat(Catalogue.of(steward, instance, site)).isEqualTo(before);
        assertThat(cut).isGreaterThan(7);
        System.out.printf("Postgres %d: drop-user was cut at each of %d statements%n", major, cut - 1);
    }
}
