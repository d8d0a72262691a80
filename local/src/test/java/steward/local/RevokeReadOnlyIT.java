package steward.local;

import static org.assertj.core.api.Assertions.assertThat;
import static steward.local.TestInstallation.execute;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import steward.local.TestInstallation.Outcome;
import steward.local.postgres.Majors;

final class RevokeReadOnlyIT {
    private static final String[] SHOP = {
        "CREATE SCHEMA shop", "CREATE TABLE shop.orders (id integer PRIMARY KEY, total numeric)"
    };

    private final TestInstallation steward = TestInstallation.SHARED;

    static List<Integer> majors() {
        return Majors.underTest();
    }

    @ParameterizedTest
    @MethodSource("majors")
    void revokingTakesBackExactlyWhatWasGranted(int major) throws SQLException {
        ReadOnlySite site = ReadOnlySite.create(steward, major, SHOP);
        steward.succeed("create-user", Map.of("instance", site.instance(), "project", "acme", "user", site.reader()));
        List<String> before = site.privileges();
        site.grant();
        site.grant("shop");
        site.asOwner("CREATE TABLE shop.later ()", "DROP TABLE shop.later");
        assertThat(site.privileges()).isNotEqualTo(before);

        assertThat(site.revoke().toString())
                .isEqualTo("{\"user\":\"%s\",\"database\":\"%s\"}".formatted(site.reader(), site.database()));
        assertThat(site.privileges()).isEqualTo(before);
        assertThat(refusal(site)).isEqualTo("42501");
        site.revoke();
        assertThat(site.privileges()).isEqualTo(before);

        site.grant();
        assertThat(site.readerSees("SELECT count(*) FROM shop.orders")).containsExactly("0");
        site.revoke();
        assertThat(site.privileges()).isEqualTo(before);
        try (Connection master = steward.server(major).connectAsMaster("postgres")) {
            execute(master, "DROP ROLE " + site.reader());
        }
    }

    private static String refusal(ReadOnlySite site) {
        try {
            site.connectAs(site.reader()).close();
            return "none";
        } catch (SQLException e) {
            return e.getSQLState();
        }
    }

    @ParameterizedTest
    @MethodSource("majors")
    void revokingLeavesWhatSomebodyElseGranted(int major) throws SQLException {
        ReadOnlySite site = ReadOnlySite.create(steward, major, SHOP);
        site.grant();
        site.asOwner(
                "GRANT INSERT ON shop.orders TO " + site.reader(),
                "GRANT CONNECT ON DATABASE " + site.database() + " TO PUBLIC");
        Outcome outcome = steward.run("revoke-read-only", site.revokeInput());
        assertThat(outcome.error()).contains("steward.error.VerificationFailed");
        assertThat(outcome.cause().orElseThrow()).contains("can still connect");
        site.asOwner("REVOKE CONNECT ON DATABASE " + site.database() + " FROM PUBLIC");
        site.revoke();
        assertThat(site.privileges().stream().filter(line -> line.endsWith("|" + site.reader())))
                .containsExactly("relation|shop.orders|INSERT|f|%s|%s".formatted(site.database(), site.reader()));
    }
}
