package steward.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static steward.local.TestInstallation.execute;
import static steward.local.TestInstallation.random;
import static steward.local.TestInstallation.rows;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import steward.local.TestInstallation.Outcome;
import steward.local.postgres.Majors;

final class ReadOnlyIT {
    private static final String ODD = "\"O'dd \"\"Näme\"\" ? {d x} %I $1 \\\"";
    private static final String[] SHOP = {
        "CREATE SCHEMA shop",
        "CREATE TABLE shop.orders (id serial PRIMARY KEY, total numeric NOT NULL)",
        "INSERT INTO shop.orders (total) VALUES (42)",
        "CREATE TABLE shop.visits (day date NOT NULL) PARTITION BY RANGE (day)",
        "CREATE TABLE shop.visits_2026 PARTITION OF shop.visits FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')",
        "INSERT INTO shop.visits VALUES ('2026-02-03')",
        "CREATE MATERIALIZED VIEW shop.totals AS SELECT sum(total) FROM shop.orders",
        "CREATE MATERIALIZED VIEW shop.empty AS SELECT 1 AS one WITH NO DATA",
        "CREATE VIEW shop.big AS SELECT * FROM shop.orders WHERE total > 10",
        "CREATE SEQUENCE shop.numbers",
        "CREATE TABLE public.front (title text GENERATED ALWAYS AS ('x') STORED)",
        "CREATE TABLE public.nothing ()",
        "CREATE SCHEMA " + ODD,
        "CREATE TABLE " + ODD + "." + ODD + " (" + ODD + " integer)"
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
    void theReaderReadsWhatIsThereAndWhatComesLater(int major) throws SQLException {
        ReadOnlySite site = ReadOnlySite.create(steward, major, SHOP);
        JsonNode output = steward.succeed("grant-read-only", site.input());

        assertThat(output.path("user").asText()).isEqualTo(site.reader());
        assertThat(output.path("database").asText()).isEqualTo(site.database());
        assertThat(output.size()).isEqualTo(4);
        JsonNode secret = steward.secret("acme", site.instance(), site.reader());
        assertThat(secret.path("dbname").asText()).isEqualTo(site.database());
        assertThat(steward.secrets
                        .describeSecret(request ->
                                request.secretId(output.path("secretArn").asText()))
                        .name())
                .endsWith("/" + site.reader());
        assertThat(ReadOnlySite.checks(output))
                .contains(
                        "reads shop.orders: yes",
                        "reads shop.visits: yes",
                        "reads shop.visits_2026: yes",
                        "reads shop.totals: yes",
                        "reads public.front: yes",
                        "reads public.nothing: yes",
                        "reads " + ODD + "." + ODD + ": yes",
                        "reads a table that the owner makes afterwards: yes",
                        "reads its sequence: yes",
                        "cannot insert: refused",
                        "cannot update: refused (tried at 6 of 7 tables, looked up for all)",
                        "cannot delete: refused",
                        "cannot truncate: refused",
                        "cannot alter: refused",
                        "cannot drop: refused",
                        "cannot advance a sequence: refused",
                        "cannot create a schema: refused",
                        "cannot create a temporary table: refused",
                        "cannot become the owner: refused",
                        "may be read, but was not tried: materialized view without data shop.empty, view shop.big");
        site.asOwner(
                "CREATE TABLE shop.later AS SELECT 7 AS seven",
                "CREATE SCHEMA blog",
                "CREATE TABLE blog.posts AS SELECT 8 AS eight",
                "CREATE TABLE shop.visits_2027 PARTITION OF shop.visits FOR VALUES FROM ('2027-01-01') TO ('2028-01-01')",
                "CREATE MATERIALIZED VIEW blog.summary AS SELECT count(*) FROM blog.posts",
                "CREATE VIEW blog.view AS SELECT 9",
                "CREATE SEQUENCE blog.sequence");
        for (Map.Entry<String, String> found : Map.of(
                        "SELECT total FROM shop.orders",
                        "42",
                        "SELECT * FROM shop.totals",
                        "42",
                        "SELECT count(*) FROM shop.visits_2026",
                        "1",
                        "SELECT count(*) FROM shop.visits_2027",
                        "0",
                        "SELECT last_value FROM shop.numbers",
                        "1",
                        "SELECT count(*) FROM " + ODD + "." + ODD,
                        "0",
                        "SELECT seven FROM shop.later",
                        "7",
                        "SELECT eight FROM blog.posts, blog.summary",
                        "8",
                        "SELECT * FROM blog.view",
                        "9",
                        "SELECT last_value FROM blog.sequence",
                        "1")
                .entrySet()) {
            assertThat(site.readerSees(found.getKey())).as(found.getKey()).containsExactly(found.getValue());
        }
        assertThat(site.leftovers()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("majors")
    void theReaderCanDoNothingElse(int major) throws SQLException {
        ReadOnlySite site = ReadOnlySite.create(steward, major, SHOP);
        ReadOnlySite other = ReadOnlySite.create(steward, major);
        List<String> checks = site.grant();

        try (Connection reader = site.connectAs(site.reader())) {
            for (String sql : List.of(
                    "INSERT INTO shop.orders (total) VALUES (1)",
                    "UPDATE shop.orders SET total = 1",
                    "DELETE FROM shop.orders",
                    "TRUNCATE shop.orders",
                    "COMMENT ON TABLE shop.orders IS 'mine'",
                    "SELECT * FROM shop.orders FOR UPDATE",
                    "ALTER TABLE shop.orders ADD COLUMN x integer",
                    "DROP TABLE shop.orders",
                    "CREATE INDEX ON shop.orders (total)",
                    "CREATE TRIGGER t BEFORE INSERT ON shop.orders EXECUTE FUNCTION suppress_redundant_updates_trigger()",
                    "REFRESH MATERIALIZED VIEW shop.totals",
                    "INSERT INTO shop.visits_2026 VALUES ('2026-01-01')",
                    "UPDATE shop.big SET total = 1",
                    "SELECT nextval('shop.numbers')",
                    "SELECT setval('shop.numbers', 9)",
                    "CREATE TABLE shop.mine ()",
                    "CREATE SCHEMA mine",
                    "CREATE TEMPORARY TABLE mine ()",
                    "SET ROLE " + site.database(),
                    "SET SESSION AUTHORIZATION " + site.database(),
                    "ALTER DATABASE " + site.database() + " SET work_mem = '1GB'",
                    "ALTER DEFAULT PRIVILEGES FOR ROLE " + site.database() + " GRANT ALL ON TABLES TO PUBLIC",
                    "CREATE PUBLICATION mine")) {
                assertThatThrownBy(() -> execute(reader, sql))
                        .as(sql)
                        .isInstanceOfSatisfying(
                                SQLException.class,
                                refusal -> assertThat(refusal.getSQLState()).isEqualTo("42501"));
            }
            String inPublic = "CREATE TABLE public.mine ()";
            if (major >= 15) {
                assertThatThrownBy(() -> execute(reader, inPublic)).hasMessageContaining("permission denied");
            }
            assertThat(checks.stream().filter(line -> line.startsWith("everybody may create")))
                    .hasSize(major >= 15 ? 0 : 1)
                    .allMatch(line -> line.endsWith("schema public of rdsadmin"));
        }
        assertThatThrownBy(() -> steward.connect("acme", site.instance(), site.reader(), other.database()))
                .hasMessageContaining("permission denied for database");
    }

    @ParameterizedTest
    @MethodSource("majors")
    void whatNobodyCanCoverIsReported(int major) throws SQLException {
        ReadOnlySite site = ReadOnlySite.create(steward, major, SHOP);
        String importer = random("importer");
        steward.succeed("create-user", Map.of("instance", site.instance(), "project", "acme", "user", importer));
        site.asOwner(
                "GRANT CONNECT ON DATABASE " + site.database() + " TO " + importer,
                "GRANT USAGE, CREATE ON SCHEMA shop TO " + importer,
                "CREATE SCHEMA inbox",
                "GRANT ALL ON SCHEMA inbox TO " + importer,
                "ALTER TABLE shop.orders ENABLE ROW LEVEL SECURITY",
                "CREATE POLICY mine ON shop.orders TO " + site.database() + " USING (true)",
                "CREATE FUNCTION shop.escalate() RETURNS integer LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'");
        try (Connection connection = site.connectAs(importer)) {
            execute(
                    connection,
                    "CREATE TABLE shop.imported ()",
                    "CREATE TABLE inbox.raw ()",
                    "GRANT SELECT ON inbox.raw TO PUBLIC");
        }
        List<String> checks = site.grant();

        assertThat(checks)
                .contains(
                        "tables of other roles, which default privileges do not cover: inbox.raw of %1$s (readable), shop.imported of %1$s (not readable)"
                                .formatted(importer),
                        "row security may hide rows: shop.orders",
                        "functions that run with their owner's rights and that it may call: shop.escalate")
                .doesNotContain("reads shop.imported: yes", "reads inbox.raw: yes")
                .contains("reads shop.orders: yes");
        assertThat(site.readerSees("SELECT count(*) FROM shop.orders")).containsExactly("0");
        assertThatThrownBy(() -> site.readerSees("SELECT FROM shop.imported"))
                .hasMessageContaining("permission denied");
    }

    @ParameterizedTest
    @MethodSource("majors")
    void tablesOfExtensionsAreReadAndNotReported(int major) throws SQLException {
        ReadOnlySite site = ReadOnlySite.create(steward, major);
        steward.succeed(
                "enable-extension",
                Map.of("instance", site.instance(), "database", site.database(), "extension", "pg_stat_statements"));
        assertThat(site.grant()).noneMatch(line -> line.contains("pg_stat_statements"));
    }

    /** As it is in databases made from template1 on 13 and 14, upgraded or not, once somebody has hardened them. */
    @ParameterizedTest
    @MethodSource("ends")
    void aSchemaOfTheMastersIsOpenedToo(int major) throws SQLException {
        ReadOnlySite site = ReadOnlySite.create(steward, major);
        try (Connection superuser = steward.server(major).connectAsSuperuser(site.database())) {
            execute(
                    superuser,
                    "CREATE SCHEMA closed AUTHORIZATION master",
                    "ALTER SCHEMA public OWNER TO master",
                    "REVOKE ALL ON SCHEMA public FROM PUBLIC",
                    "GRANT ALL ON SCHEMA public TO " + site.database());
        }
        site.asOwner("CREATE TABLE public.front AS SELECT 6 AS six");
        assertThat(site.grant()).contains("reads public.front: yes", "reads its sequence: yes");
        assertThat(site.readerSees("SELECT six FROM public.front")).containsExactly("6");
        assertThat(site.readerSees("SELECT has_schema_privilege('closed', 'USAGE')"))
                .containsExactly("f");

        List<String> privileges = site.privileges();
        site.grant();
        assertThat(site.privileges()).isEqualTo(privileges);
        site.revoke();
        assertThat(site.privileges()).noneMatch(line -> line.endsWith("|" + site.reader()));
        site.grant("public");
        assertThat(site.readerSees("SELECT six FROM public.front")).containsExactly("6");
    }

    /** The rewriter takes such a statement away before the server looks at privileges. */
    @ParameterizedTest
    @MethodSource("ends")
    void tablesThatRulesKeepAsTheyAreAreNoObstacle(int major) throws SQLException {
        ReadOnlySite site = ReadOnlySite.create(steward, major, SHOP);
        site.asOwner(
                "CREATE TABLE shop.audit (line text)",
                "CREATE RULE no_insert AS ON INSERT TO shop.audit DO INSTEAD NOTHING",
                "CREATE RULE no_update AS ON UPDATE TO shop.audit DO INSTEAD NOTHING",
                "CREATE RULE no_delete AS ON DELETE TO shop.audit DO INSTEAD NOTHING");
        assertThat(site.grant())
                .contains(
                        "reads shop.audit: yes",
                        "cannot insert: refused (tried at 7 of 8 tables, looked up for all)",
                        "cannot delete: refused (tried at 7 of 8 tables, looked up for all)",
                        "cannot truncate: refused");
    }

    /** CREATE INDEX holds such a lock for as long as it builds. */
    @ParameterizedTest
    @MethodSource("ends")
    void aTableThatIsBeingIndexedIsNoObstacle(int major) throws SQLException {
        ReadOnlySite site = ReadOnlySite.create(steward, major, SHOP);
        try (Connection building = site.connectAs(site.database())) {
            execute(building, "BEGIN", "LOCK TABLE shop.orders IN SHARE MODE");
            assertThat(site.grant())
                    .contains(
                            "reads shop.orders: yes",
                            "cannot insert: refused (tried at 6 of 7 tables, looked up for all)",
                            "cannot delete: refused (tried at 6 of 7 tables, looked up for all)",
                            "cannot truncate: refused");
        }
    }

    /** To read no row of it calls at the other server all the same. */
    @ParameterizedTest
    @MethodSource("ends")
    void whatHasAForeignPartIsNotTried(int major) throws SQLException {
        ReadOnlySite site = ReadOnlySite.create(steward, major);
        try (Connection superuser = steward.server(major).connectAsSuperuser(site.database())) {
            execute(
                    superuser,
                    "CREATE EXTENSION postgres_fdw",
                    "CREATE SERVER archive FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '127.0.0.1', port '1')",
                    "GRANT USAGE ON FOREIGN SERVER archive TO " + site.database());
        }
        site.asOwner(
                "CREATE USER MAPPING FOR CURRENT_USER SERVER archive",
                "CREATE SCHEMA shop",
                "CREATE TABLE shop.visits (year integer, day integer) PARTITION BY LIST (year)",
                "CREATE TABLE shop.visits_2025 PARTITION OF shop.visits FOR VALUES IN (2025) PARTITION BY LIST (day)",
                "CREATE FOREIGN TABLE shop.visits_old PARTITION OF shop.visits_2025 FOR VALUES IN (1) SERVER archive",
                "CREATE TABLE shop.visits_2026 PARTITION OF shop.visits FOR VALUES IN (2026)",
                "CREATE TABLE shop.parent (id integer)",
                "CREATE FOREIGN TABLE shop.child () INHERITS (shop.parent) SERVER archive");
        assertThat(site.grant())
                .contains(
                        "reads shop.visits_2026: yes",
                        "may be read, but was not tried: foreign table shop.child, foreign table shop.visits_old,"
                                + " partitioned table with a foreign part shop.visits,"
                                + " partitioned table with a foreign part shop.visits_2025,"
                                + " table with a foreign part shop.parent")
                .doesNotContain("reads shop.visits: yes");
        assertThat(site.readerSees("SELECT count(*) FROM ONLY shop.parent")).containsExactly("0");
    }

    @ParameterizedTest
    @MethodSource("ends")
    void largeObjectsAreReported(int major) throws SQLException {
        ReadOnlySite site = ReadOnlySite.create(steward, major);
        assertThat(site.grant()).noneMatch(line -> line.contains("large object"));
        site.asOwner(
                "SELECT lo_create(7001), lo_create(7002), lo_create(7003)",
                "GRANT SELECT ON LARGE OBJECT 7002 TO " + site.reader());
        assertThat(site.grant())
                .contains("large objects of the owner's, which stay closed unless it opens them one by one:"
                        + " 2 of 3 cannot be read");
        assertThat(site.readerSees("SELECT length(lo_get(7002))")).containsExactly("0");
        assertThatThrownBy(() -> site.readerSees("SELECT lo_get(7003)")).hasMessageContaining("permission denied");
        if (major >= 18) {
            site.asOwner(
                    "ALTER DEFAULT PRIVILEGES GRANT SELECT ON LARGE OBJECTS TO " + site.reader(),
                    "SELECT lo_create(7004)");
            assertThat(site.readerSees("SELECT length(lo_get(7004))")).containsExactly("0");
            assertThat(site.grant()).anyMatch(line -> line.endsWith(": 2 of 4 cannot be read"));
        }
    }

    @ParameterizedTest
    @MethodSource("majors")
    void onlyTheSchemasNamedAreOpened(int major) throws SQLException {
        ReadOnlySite site = ReadOnlySite.create(steward, major, SHOP);
        site.asOwner("CREATE SCHEMA secrets", "CREATE TABLE secrets.keys AS SELECT 1");
        List<String> checks = site.grant("shop");

        assertThat(checks)
                .contains("reads shop.orders: yes", "reads a table that the owner makes afterwards: yes")
                .noneMatch(line -> line.contains("secrets") || line.contains("front") || line.contains("outside"));
        site.asOwner("CREATE TABLE shop.later ()", "CREATE TABLE secrets.later ()", "CREATE SCHEMA more");
        assertThat(site.readerSees("SELECT count(*) FROM shop.later")).containsExactly("0");
        for (String closed : List.of("secrets.keys", "secrets.later", "public.front")) {
            assertThatThrownBy(() -> site.readerSees("SELECT FROM " + closed))
                    .as(closed)
                    .hasMessageContaining("permission denied");
        }
        assertThat(site.readerSees("SELECT has_schema_privilege('more', 'USAGE')"))
                .containsExactly("f");
        assertThat(site.grant("secrets"))
                .contains("reads secrets.keys: yes")
                .anyMatch(line -> line.startsWith("may also be read, outside the schemas named: shop.big"));
        assertThat(site.leftovers()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("majors")
    void aSecondRunChangesNothing(int major) throws SQLException {
        ReadOnlySite site = ReadOnlySite.create(steward, major, SHOP);
        List<String> checks = site.grant();
        List<String> privileges = site.privileges();
        String rows = "SELECT c.oid::text, c.xmin FROM pg_class c WHERE relnamespace::regnamespace::text !~ '^pg_'"
                + " UNION ALL SELECT oid::text, xmin FROM pg_namespace UNION ALL SELECT oid::text, xmin FROM pg_default_acl"
                + " UNION ALL SELECT datname, xmin FROM pg_database WHERE datname = current_database() ORDER BY 1";
        List<String> versions = site.look(rows);
        JsonNode secret = steward.secret("acme", site.instance(), site.reader());

        assertThat(site.grant()).isEqualTo(checks);

        assertThat(site.privileges()).isEqualTo(privileges);
        assertThat(site.look(rows)).isEqualTo(versions);
        assertThat(steward.secret("acme", site.instance(), site.reader())).isEqualTo(secret);
    }

    @ParameterizedTest
    @MethodSource("majors")
    void manyAtOnceAllEndWell(int major) throws Exception {
        ReadOnlySite site = ReadOnlySite.create(steward, major, SHOP);
        List<String> readers = List.of(site.reader(), site.reader(), random("reader"), random("reader"));
        List<Outcome> outcomes = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var running = readers.stream()
                    .map(reader -> threads.submit(() -> steward.run("grant-read-only", site.input("user", reader))))
                    .toList();
            for (var each : running) {
                outcomes.add(each.get());
            }
        }
        assertThat(outcomes).allMatch(outcome -> outcome.status().toString().equals("SUCCEEDED"));
        assertThat(site.leftovers()).isEmpty();
    }

    /** A function that was killed leaves its table; the session of one that still runs is there to be seen. */
    @ParameterizedTest
    @MethodSource("majors")
    void whatACutOffProofLeftIsRemovedByTheNext(int major) throws SQLException {
        ReadOnlySite site = ReadOnlySite.create(steward, major, SHOP);
        String name =
                "format('steward_proof_%s_%s', pid, to_hex((extract(epoch FROM backend_start) * 1000000)::bigint))";
        try (Connection running = site.connectAs(site.database())) {
            String live = rows(running, "SELECT " + name + " FROM pg_stat_activity WHERE pid = pg_backend_pid()")
                    .getFirst();
            execute(
                    running,
                    "CREATE SCHEMA " + live,
                    "CREATE TABLE " + live + ".later ()",
                    "CREATE SCHEMA steward_proof_1_5e",
                    "CREATE TABLE steward_proof_1_5e.later ()",
                    "CREATE SCHEMA steward_proof_2_5e",
                    "CREATE TABLE shop.steward_proof_3_5e ()",
                    "CREATE TABLE shop.steward_proof_of_purchase ()");
            site.grant();
            assertThat(site.leftovers()).containsExactlyInAnyOrder(live, "steward_proof_of_purchase");
        }
    }

    @Test
    void eightHundredTablesFitIntoTheOutput() throws SQLException {
        ReadOnlySite site = ReadOnlySite.create(steward, majors().getLast());
        site.asOwner(IntStream.range(0, 800)
                .mapToObj(
                        "CREATE TABLE public.\"%04d \"\"long\"\" name with ümläuts and quotes \"\"\"\"\"\"\"\"\" ()"
                                ::formatted)
                .toArray(String[]::new));
        JsonNode output = steward.succeed("grant-read-only", site.input());
        assertThat(output.toString().getBytes(StandardCharsets.UTF_8)).hasSizeLessThan(32 * 1024);
        assertThat(ReadOnlySite.checks(output))
                .anyMatch(line -> line.matches("reads \\d+ more tables: yes"))
                .contains("cannot insert: refused (tried at 20 of 801 tables, looked up for all)");
        assertThat(
                        site.readerSees(
                                "SELECT count(*) FROM pg_class WHERE relname LIKE '%long%' AND has_table_privilege(oid, 'SELECT')"))
                .containsExactly("800");
    }
}
