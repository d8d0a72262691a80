package steward.local;

import static org.assertj.core.api.Assertions.assertThat;
import static steward.local.TestInstallation.execute;
import static steward.local.TestInstallation.random;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import steward.local.TestInstallation.Outcome;
import steward.local.postgres.Majors;

final class ReadOnlyRefusalsIT {
    private static final String[] SHOP = {
        "CREATE SCHEMA shop", "CREATE TABLE shop.orders (id integer PRIMARY KEY, total numeric)"
    };

    private final TestInstallation steward = TestInstallation.SHARED;

    static List<Integer> majors() {
        return Majors.underTest();
    }

    static List<Integer> ends() {
        return Soak.ends(majors());
    }

    @ParameterizedTest
    @MethodSource("majors")
    void aReaderThatIsMoreThanALoginIsRefusedBeforeAnythingIsChanged(int major) throws SQLException {
        ReadOnlySite site = ReadOnlySite.create(steward, major, SHOP);
        steward.succeed("create-user", Map.of("instance", site.instance(), "project", "acme", "user", site.reader()));
        try (Connection master = steward.server(major).connectAsMaster("postgres")) {
            String group = random("group");
            execute(master, "CREATE ROLE " + group, "GRANT " + group + " TO " + site.reader());
        }
        List<String> before = site.privileges();
        Outcome outcome = site.tryToGrant();
        assertThat(outcome.error()).contains("steward.error.VerificationFailed");
        assertThat(outcome.cause().orElseThrow()).startsWith("cannot become another role");
        assertThat(site.privileges()).isEqualTo(before);
    }

    @ParameterizedTest
    @MethodSource("majors")
    void whatIsNotOursIsRefusedAndNothingIsChanged(int major) throws SQLException {
        ReadOnlySite site = ReadOnlySite.create(steward, major, SHOP);
        String unmarked = random("unmarked");
        String foreigner = random("foreigner");
        String plain = random("plain");
        steward.succeed("create-user", Map.of("instance", site.instance(), "project", "globex", "user", foreigner));
        try (Connection master = steward.server(major).connectAsMaster("postgres")) {
            execute(master, "CREATE ROLE " + unmarked + " LOGIN", "CREATE DATABASE " + plain + " TEMPLATE template0");
        }
        List<String> before = site.privileges();
        assertRefused(Map.of(
                site.input("project", "globex"), "NotOurs",
                site.input("database", plain), "NotOurs",
                site.input("user", unmarked), "NotOurs",
                site.input("user", foreigner), "NotOurs",
                site.input("user", "master"), "NotOurs",
                site.input("user", site.database()), "InvalidInput",
                site.input("schemas", List.of("shop", "missing")), "ObjectMissing",
                site.input("schemas", List.of("pg_catalog")), "NotPermitted"));
        Map<String, Object> revoke = site.revokeInput();
        for (Map.Entry<String, String> user : Map.of(
                        site.reader(),
                        "ObjectMissing",
                        unmarked,
                        "NotOurs",
                        foreigner,
                        "NotOurs",
                        "master",
                        "NotOurs",
                        site.database(),
                        "InvalidInput")
                .entrySet()) {
            Map<String, Object> input = new TreeMap<>(revoke);
            input.put("user", user.getKey());
            assertThat(steward.run("revoke-read-only", input).error())
                    .as(user.getKey())
                    .contains("steward.error." + user.getValue());
        }
        assertThat(site.privileges()).isEqualTo(before);
        assertThat(steward.look(
                        site.instance(),
                        "postgres",
                        "SELECT rolname FROM pg_roles WHERE rolname = '" + site.reader() + "'"))
                .isEmpty();
        assertThat(steward.secrets.listSecretsPaginator().stream()
                        .flatMap(page -> page.secretList().stream())
                        .filter(secret -> secret.name().endsWith("/" + site.reader())))
                .isEmpty();
    }

    private void assertRefused(Map<Map<String, Object>, String> inputs) {
        inputs.forEach((input, error) -> assertThat(
                        steward.run("grant-read-only", input).error())
                .as(input.toString())
                .contains("steward.error." + error));
    }

    @Test
    void impossibleInputIsRefused() throws SQLException {
        ReadOnlySite site = ReadOnlySite.create(steward, majors().getLast(), SHOP);
        assertRefused(Map.of(
                site.input("database", "postgres"), "NotOurs",
                site.input("database", random("missing")), "ObjectMissing",
                site.input("user", "Odd Name"), "InvalidInput",
                site.input("user", "rds_reader"), "InvalidInput",
                site.input("user", "x".repeat(64)), "InvalidInput",
                site.input("database", "x".repeat(64)), "InvalidInput",
                site.input("schemas", List.of()), "InvalidInput",
                site.input("schemas", List.of(7)), "InvalidInput",
                site.input("schemas", List.of("x".repeat(64))), "InvalidInput",
                site.input("adopt", true), "InvalidInput"));
    }

    /** The reader would read nothing of what the owner has there. */
    @ParameterizedTest
    @MethodSource("ends")
    void aSchemaThatTheOwnerUsesAndCannotOpenIsRefused(int major) throws SQLException {
        ReadOnlySite site = ReadOnlySite.create(steward, major, SHOP);
        String importer = random("importer");
        steward.succeed("create-user", Map.of("instance", site.instance(), "project", "acme", "user", importer));
        try (Connection superuser = steward.server(major).connectAsSuperuser(site.database())) {
            execute(
                    superuser,
                    "CREATE SCHEMA inbox AUTHORIZATION " + importer,
                    "CREATE SCHEMA hidden AUTHORIZATION " + importer,
                    "CREATE VIEW hidden.nobodys AS SELECT 1",
                    "ALTER VIEW hidden.nobodys OWNER TO " + site.database(),
                    "GRANT USAGE, CREATE ON SCHEMA inbox TO " + site.database());
        }
        site.asOwner("CREATE VIEW inbox.orders AS SELECT * FROM shop.orders");
        List<String> before = site.privileges();
        Outcome outcome = site.tryToGrant();
        assertThat(outcome.error()).contains("steward.error.NotPermitted");
        assertThat(outcome.cause().orElseThrow())
                .contains("inbox of " + importer)
                .doesNotContain("hidden");
        assertThat(site.privileges()).isEqualTo(before);

        assertThat(site.grant("shop")).contains("reads shop.orders: yes");
        try (Connection connection = steward.server(major).connectAsSuperuser(site.database())) {
            execute(connection, "GRANT USAGE ON SCHEMA inbox TO " + site.reader());
        }
        assertThat(site.grant()).contains("schemas that stay closed, to the owner too: hidden of " + importer);
    }

    @ParameterizedTest
    @MethodSource("majors")
    void anAdoptedUserWithAnOldNameCanRead(int major) throws SQLException {
        ReadOnlySite site = ReadOnlySite.create(steward, major, SHOP);
        String legacy = random("Legacy-Reader");
        try (Connection master = steward.server(major).connectAsMaster("postgres")) {
            execute(master, "CREATE ROLE \"%s\" LOGIN PASSWORD 'old'".formatted(legacy));
        }
        steward.succeed(
                "create-user", Map.of("instance", site.instance(), "project", "acme", "user", legacy, "adopt", true));
        assertThat(ReadOnlySite.checks(steward.succeed("grant-read-only", site.input("user", legacy))))
                .contains("reads shop.orders: yes");
    }
}
