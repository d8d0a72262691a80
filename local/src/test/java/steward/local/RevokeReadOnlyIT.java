package steward.local;

import static org.assertj.core.api.Assertions.assertThat;
import static steward.local.TestInstallation.execute;

import com.fasterxml.jackson.databind.JsonNode;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
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

    static List<Integer> ends() {
        return Soak.ends(majors());
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
                .isEqualTo("{\"user\":\"%s\",\"database\":\"%s\",\"endedSessions\":0,\"notes\":[]}"
                        .formatted(site.reader(), site.database()));
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
        assertThat(notes(site.revoke()))
                .containsExactly("other privileges, not given by grant-read-only: INSERT on shop.orders");
        assertThat(site.privileges().stream().filter(line -> line.endsWith("|" + site.reader())))
                .containsExactly("relation|shop.orders|INSERT|f|%s|%s".formatted(site.database(), site.reader()));
    }

    /** A pool would go on reading what everybody may, and what a function with its owner's rights tells. */
    @ParameterizedTest
    @MethodSource("ends")
    void theReadersSessionsEndInThatDatabaseOnly(int major) throws SQLException {
        ReadOnlySite site = ReadOnlySite.create(steward, major, SHOP);
        ReadOnlySite other = new ReadOnlySite(
                steward, site.instance(), ReadOnlySite.create(steward, major).database(), site.reader());
        site.grant();
        other.grant();
        try (Connection pooled = site.connectAs(site.reader());
                Connection elsewhere = other.connectAs(site.reader());
                Connection owner = site.connectAs(site.database())) {
            JsonNode output = site.revoke();
            assertThat(pooled.isValid(10)).isFalse();
            assertThat(output.path("endedSessions").asInt()).isEqualTo(1);
            assertThat(elsewhere.isValid(10)).isTrue();
            assertThat(owner.isValid(10)).isTrue();
        }
        assertThat(site.revoke().path("endedSessions").asInt()).isZero();
    }

    /** What somebody did to the reader in a hurry, and what the output then says of the proof. */
    private record Locked(String how, String note) {}

    @ParameterizedTest
    @MethodSource("ends")
    void aReaderThatCannotLogInLosesItsAccessToo(int major) throws SQLException {
        for (Locked locked : List.of(
                new Locked("ALTER ROLE %s NOLOGIN", "is not permitted to log in"),
                new Locked("ALTER ROLE %s CONNECTION LIMIT 0", "too many connections for role"),
                new Locked("ALTER ROLE %s PASSWORD 'changed by hand'", "password authentication failed"),
                new Locked("SELECT 'the secret of %s'", "is scheduled for deletion"))) {
            ReadOnlySite site = ReadOnlySite.create(steward, major, SHOP);
            site.grant();
            try (Connection pooled = site.connectAs(site.reader());
                    Connection master = steward.server(major).connectAsMaster("postgres")) {
                execute(master, locked.how().formatted(site.reader()));
                if (locked.how().startsWith("SELECT")) {
                    steward.secrets.deleteSecret(request -> request.secretId(
                            "steward/%s/%s/%s".formatted(ReadOnlySite.PROJECT, site.instance(), site.reader())));
                }
                site.asOwner("GRANT CONNECT ON DATABASE " + site.database() + " TO PUBLIC");
                Outcome open = steward.run("revoke-read-only", site.revokeInput());
                assertThat(open.error()).as(locked.how()).contains("steward.error.VerificationFailed");
                assertThat(open.cause().orElseThrow()).contains("can still connect");
                site.asOwner("REVOKE CONNECT ON DATABASE " + site.database() + " FROM PUBLIC");

                assertThat(notes(site.revoke()))
                        .as(locked.how())
                        .singleElement()
                        .asString()
                        .startsWith("not proved by a login, only by the catalogue: ")
                        .contains(locked.note());
                assertThat(pooled.isValid(10)).isFalse();
            }
            assertThat(site.privileges()).noneMatch(line -> line.endsWith("|" + site.reader()));
        }
    }

    private static List<String> notes(JsonNode output) {
        return StreamSupport.stream(output.path("notes").spliterator(), false)
                .map(JsonNode::asText)
                .toList();
    }
}
