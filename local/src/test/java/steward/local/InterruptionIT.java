package steward.local;

import static org.assertj.core.api.Assertions.assertThat;
import static steward.local.TestInstallation.execute;
import static steward.local.TestInstallation.random;

import com.fasterxml.jackson.databind.JsonNode;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import steward.local.TestInstallation.Outcome;
import steward.local.aws.Faults;
import steward.local.postgres.Majors;

final class InterruptionIT {
    private static final String UNFINISHED = "datname ~ '^steward-tmp-'";

    private static CuttingDriver driver;

    private final TestInstallation steward = TestInstallation.SHARED;

    static List<Integer> majors() {
        return Soak.newest(Majors.underTest());
    }

    @BeforeAll
    static void takeTheDriversPlace() throws SQLException {
        driver = CuttingDriver.install();
    }

    @AfterAll
    static void giveItBack() throws SQLException {
        driver.close();
    }

    private static Map<String, Object> input(String instance, String site) {
        return Map.of("instance", instance, "project", "acme", "database", site, "extensions", List.of("hstore"));
    }

    @DisabledIfSystemProperty(
            named = FunctionRunner.PROCESSES,
            matches = "true",
            disabledReason = CuttingDriver.IN_THIS_JVM)
    @ParameterizedTest
    @MethodSource("majors")
    void aRunAfterACutAtAnyStatementEndsAsAnUndisturbedOne(int major) throws SQLException {
        String instance = TestInstallation.instance(major);
        String undisturbed = random("site");
        driver.live();
        steward.succeed("create-database", input(instance, undisturbed));
        int statements = driver.statements();
        List<String> expected = Catalogue.of(steward, instance, undisturbed);
        assertThat(statements).isGreaterThan(20);

        int left = 0;
        for (int cut = 0; cut < statements; cut++) {
            String site = cutAt(cut, instance);
            boolean unfinished = !left(instance).isEmpty();
            assertThat(again(instance, site)).as("cut %d", cut).isEqualTo(expected);
            if (unfinished) {
                left++;
                String another = cutAt(cut, instance);
                interruptDropOfWhatIsLeft(instance);
                assertThat(again(instance, another))
                        .as("cut %d, and a drop", cut)
                        .isEqualTo(expected);
            }
        }
        assertThat(left).as("cuts that leave a database under another name").isPositive();
        assertThat(Catalogue.leftovers(steward, instance)).isEmpty();
        System.out.printf("Postgres %d: create-database was cut at each of %d statements%n", major, statements);
    }

    /** Cuts a run short before one of its statements; the name of the database that it was to make. */
    private String cutAt(int statement, String instance) {
        String site = random("site");
        driver.dieBefore(statement);
        Outcome killed = steward.run("create-database", input(instance, site));
        assertThat(killed.error()).as("cut %d", statement).contains(CuttingDriver.FunctionKilled.class.getName());
        driver.live();
        return site;
    }

    /** Runs it again, undisturbed: what is there then. */
    private List<String> again(String instance, String site) throws SQLException {
        JsonNode output = steward.succeed("create-database", input(instance, site));
        assertThat(output.path("owner").asText()).isEqualTo(site);
        steward.connect("acme", instance, site, site).close();
        return Catalogue.of(steward, instance, site);
    }

    private List<String> left(String instance) throws SQLException {
        return steward.look(instance, "postgres", "SELECT datname FROM pg_database WHERE " + UNFINISHED);
    }

    /** As a run that was cut while it dropped what another had made first; nothing but another drop is possible then. */
    private void interruptDropOfWhatIsLeft(String instance) throws SQLException {
        try (Connection superuser = steward.server(instance).connectAsSuperuser("postgres")) {
            execute(superuser, "UPDATE pg_database SET datconnlimit = -2 WHERE " + UNFINISHED);
        }
    }

    /** Its secret is restored, and has the password of the user that was dropped. */
    @DisabledIfSystemProperty(
            named = FunctionRunner.PROCESSES,
            matches = "true",
            disabledReason = CuttingDriver.IN_THIS_JVM)
    @ParameterizedTest
    @MethodSource("majors")
    void aUserMadeAgainAfterACutAtAnyStatementHasANewPassword(int major) throws SQLException {
        String instance = TestInstallation.instance(major);
        driver.live();
        int cut = 0;
        for (boolean killed = true; killed; cut++) {
            String user = random("user");
            Map<String, Object> input = Map.of("instance", instance, "project", "acme", "user", user);
            steward.succeed("create-user", input);
            JsonNode known = steward.secret("acme", instance, user);
            steward.succeed("drop-user", Map.of("instance", instance, "user", user));
            driver.dieBefore(cut);
            killed = steward.run("create-user", input).error().isPresent();
            driver.live();

            steward.succeed("create-user", input);

            assertThat(steward.secret("acme", instance, user).path("password"))
                    .as("cut %d", cut)
                    .isNotEqualTo(known.path("password"));
            steward.connect("acme", instance, user, "postgres").close();
        }
        assertThat(cut).isGreaterThan(4);
    }

    @Test
    void anAnswerOfSecretsManagerThatGetsLostChangesNothing() throws SQLException {
        String instance = TestInstallation.instance(Majors.underTest().getLast());
        String undisturbed = random("site");
        driver.live();
        steward.succeed("create-database", input(instance, undisturbed));
        List<String> expected = Catalogue.of(steward, instance, undisturbed);
        Faults faults = steward.installation.endpoint().faults();
        for (String action : List.of("DescribeSecret", "CreateSecret", "GetSecretValue")) {
            for (Faults.Moment moment : Faults.Moment.values()) {
                String site = random("site");
                Faults.Fault fault = faults.drop("secretsmanager:" + action, 1, moment);
                steward.succeed("create-database", input(instance, site));
                assertThat(fault.happened()).as("%s %s", action, moment).isTrue();
                assertThat(Catalogue.of(steward, instance, site)).isEqualTo(expected);
                steward.connect("acme", instance, site, site).close();
            }
        }
    }
}
