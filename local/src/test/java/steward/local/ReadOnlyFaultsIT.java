package steward.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static steward.local.TestInstallation.execute;
import static steward.local.TestInstallation.random;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import steward.Access;
import steward.Instance;
import steward.error.VerificationFailed;
import steward.local.TestInstallation.Outcome;
import steward.local.postgres.Majors;
import steward.local.postgres.PostgresServer;
import steward.postgres.Postgres;
import steward.role.VerifyReadOnly;
import steward.secret.Secrets;

final class ReadOnlyFaultsIT {
    private static final String[] SHOP = {
        "CREATE SCHEMA shop", "CREATE TABLE shop.orders (id integer PRIMARY KEY, total numeric)"
    };

    private final TestInstallation steward = TestInstallation.SHARED;

    static List<Integer> majors() {
        return Majors.underTest();
    }

    /** What somebody else did, the check that has to notice, and how it is taken back. */
    private record Hole(String opened, String check, String closed) {}

    @ParameterizedTest
    @MethodSource("majors")
    void aReaderThatCanDoMoreIsFound(int major) throws SQLException {
        ReadOnlySite site = ReadOnlySite.create(steward, major, SHOP);
        site.asOwner(
                "CREATE SEQUENCE shop.numbers",
                // Would answer "insufficient privilege" in the server's place, if it were asked.
                "CREATE FUNCTION shop.lie() RETURNS trigger LANGUAGE plpgsql AS"
                        + " $$ BEGIN RAISE insufficient_privilege; END $$",
                "CREATE TRIGGER lie BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON shop.orders"
                        + " EXECUTE FUNCTION shop.lie()");
        site.grant();
        List<Hole> holes = List.of(
                new Hole("GRANT INSERT ON shop.orders TO %s", "cannot insert", "REVOKE INSERT ON shop.orders FROM %s"),
                new Hole(
                        "GRANT UPDATE (total) ON shop.orders TO %s",
                        "cannot update", "REVOKE UPDATE (total) ON shop.orders FROM %s"),
                new Hole(
                        "GRANT DELETE ON shop.orders TO PUBLIC",
                        "cannot delete",
                        "REVOKE DELETE ON shop.orders FROM PUBLIC"),
                new Hole(
                        "GRANT TRUNCATE ON shop.orders TO %s",
                        "cannot truncate", "REVOKE TRUNCATE ON shop.orders FROM %s"),
                new Hole(
                        "GRANT TRIGGER ON shop.orders TO %s",
                        "cannot make a trigger", "REVOKE TRIGGER ON shop.orders FROM %s"),
                new Hole(
                        "GRANT USAGE ON shop.numbers TO %s",
                        "cannot advance a sequence", "REVOKE USAGE ON shop.numbers FROM %s"),
                new Hole("GRANT CREATE ON SCHEMA shop TO %s", "cannot create", "REVOKE CREATE ON SCHEMA shop FROM %s"),
                new Hole(
                        "GRANT CREATE ON SCHEMA shop TO PUBLIC",
                        "cannot create",
                        "REVOKE CREATE ON SCHEMA shop FROM PUBLIC"),
                new Hole(
                        "GRANT CREATE ON DATABASE %2$s TO %1$s",
                        "cannot create", "REVOKE CREATE ON DATABASE %2$s FROM %1$s"),
                new Hole(
                        "GRANT TEMPORARY ON DATABASE %2$s TO PUBLIC",
                        "cannot create a temporary table", "REVOKE TEMPORARY ON DATABASE %2$s FROM PUBLIC"),
                new Hole(
                        "ALTER DEFAULT PRIVILEGES GRANT INSERT ON TABLES TO %s",
                        "cannot insert", "ALTER DEFAULT PRIVILEGES REVOKE INSERT ON TABLES FROM %s"));
        for (Hole hole : chosen(holes, major)) {
            site.asOwner(hole.opened().formatted(site.reader(), site.database()));
            Outcome outcome = site.tryToGrant();
            assertThat(outcome.error()).as(hole.opened()).contains("steward.error.VerificationFailed");
            assertThat(outcome.cause().orElseThrow()).startsWith(hole.check() + ": user \"" + site.reader());
            site.asOwner(hole.closed().formatted(site.reader(), site.database()));
            assertThat(site.leftovers()).isEmpty();
        }
        assertThat(site.grant()).contains("cannot insert: refused");
    }

    /** The first on every major, each of the others on every third, unless there is time. */
    private static List<Hole> chosen(List<Hole> holes, int major) {
        List<Hole> chosen = IntStream.range(0, holes.size())
                .filter(i -> i == 0 || (i + major) % 3 == 0 || Boolean.getBoolean("steward.soak"))
                .mapToObj(holes::get)
                .toList();
        System.out.printf("Postgres %d: %d of %d holes%n", major, chosen.size(), holes.size());
        return chosen;
    }

    /** By the proof alone: with nothing but a view in it, no table would tell. */
    @Test
    void aSchemaThatIsClosedAfterTheGrantsIsFound() throws SQLException {
        ReadOnlySite site = ReadOnlySite.create(steward, majors().getLast(), "CREATE SCHEMA shop");
        site.asOwner("CREATE VIEW shop.one AS SELECT 1");
        site.grant();
        PostgresServer server = steward.server(site.instance());
        Instance instance = new Instance(site.instance(), server.host(), server.port(), server.version(), "none");
        VerifyReadOnly.Input input = new VerifyReadOnly.Input(
                instance, ReadOnlySite.PROJECT, site.database(), site.database(), site.reader(), List.of());
        try (Access access = new Access(
                new Postgres(server.rootCertificate()), new Secrets(steward.installation.secretsManager()))) {
            assertThat(VerifyReadOnly.run(input, access).checks()).isNotEmpty();
            site.asOwner("REVOKE USAGE ON SCHEMA shop FROM " + site.reader());
            assertThatThrownBy(() -> VerifyReadOnly.run(input, access))
                    .isInstanceOf(VerificationFailed.class)
                    .hasMessageContaining("no USAGE on schema shop of " + site.database());
        }
        assertThat(site.leftovers()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("majors")
    void aReaderThatReachesAnotherProjectsDatabaseIsFound(int major) throws SQLException {
        ReadOnlySite site = ReadOnlySite.create(steward, major, SHOP);
        String other = random("other");
        steward.succeed("create-database", Map.of("instance", site.instance(), "project", "globex", "database", other));
        assertThat(site.grant())
                .anyMatch(line -> line.startsWith("cannot connect to another project's database: refused"));
        try (Connection owner = steward.connect("globex", site.instance(), other, other)) {
            execute(owner, "GRANT CONNECT ON DATABASE %s TO PUBLIC".formatted(other));
            Outcome outcome = site.tryToGrant();
            execute(owner, "REVOKE CONNECT ON DATABASE %s FROM PUBLIC".formatted(other));
            assertThat(outcome.error()).contains("steward.error.VerificationFailed");
            assertThat(outcome.cause().orElseThrow())
                    .startsWith("cannot connect to another project's database: ")
                    .contains(other);
        }
        assertThat(site.leftovers()).isEmpty();
    }

    /** Sessions are cut off at any moment; retries end where an undisturbed run ends, with nothing left over. */
    @ParameterizedTest
    @MethodSource("majors")
    void cutConnectionsChangeNothingInTheEnd(int major) throws Exception {
        String[] tables = IntStream.range(0, 150)
                .mapToObj("CREATE TABLE t%d ()"::formatted)
                .toArray(String[]::new);
        ReadOnlySite site = ReadOnlySite.create(steward, major, tables);
        AtomicInteger cut = new AtomicInteger();
        List<String> checks;
        try (Connection knife = site.steward().server(major).connectAsSuperuser("postgres")) {
            Thread cutting = Thread.ofPlatform().start(() -> cut(site, knife, cut));
            checks = site.grant();
            cutting.interrupt();
            cutting.join();
        }
        assertThat(cut).hasPositiveValue();
        assertThat(site.grant()).isEqualTo(checks);
        assertThat(site.leftovers()).isEmpty();
        ReadOnlySite undisturbed = ReadOnlySite.create(steward, major, tables);
        undisturbed.grant();
        assertThat(site.namelessPrivileges()).isEqualTo(undisturbed.namelessPrivileges());
        assertThat(site.look("SELECT count(*) FROM pg_class WHERE relname ~ '^t[0-9]+$' AND has_table_privilege('"
                        + site.reader() + "', oid, 'SELECT')"))
                .containsExactly("150");
    }

    private static void cut(ReadOnlySite site, Connection knife, AtomicInteger cut) {
        String terminate = """
                SELECT pg_terminate_backend(pid)
                  FROM (SELECT pid FROM pg_stat_activity WHERE datname = '%1$s' AND usename IN ('%1$s', '%2$s')
                         ORDER BY backend_start DESC LIMIT 1) AS newest
                """.formatted(site.database(), site.reader());
        try {
            while (cut.get() < 2) {
                cut.addAndGet(TestInstallation.rows(knife, terminate).size());
                Thread.sleep(Duration.ofMillis(cut.get() == 0 ? 5 : 50));
            }
        } catch (SQLException e) {
            throw new IllegalStateException("the knife is blunt", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
