package steward.local;

import static org.assertj.core.api.Assertions.assertThat;
import static steward.local.TestInstallation.execute;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import steward.local.postgres.ClientTools;
import steward.local.postgres.PostgresServer;
import steward.local.postgres.SharedServers;

/** The yardstick of dump and restore: that it sees each change, and that the fixture can come back unchanged at all. */
final class DatabaseDigestIT {
    private static final int BATCHES = 6;

    private static final SortedMap<Integer, Path> TOOLS = ClientTools.underTest();

    /** What the master makes, or what is there in every database; a name may look like one of these. */
    private static final Pattern NOT_THE_OWNERS = Pattern.compile(
            "\\d+; \\d+ \\d+ (?:EXTENSION - .*|COMMENT - EXTENSION .*|SCHEMA - public \\S+|(COMMENT|ACL) - SCHEMA public .*)");

    @TempDir
    private Path folder;

    private static List<Integer> majors() {
        assertThat(TOOLS).as("majors with pg_dump and pg_restore").isNotEmpty();
        // The two newest show both kinds of test; all of them when soaking.
        List<Integer> all = List.copyOf(TOOLS.keySet());
        return all.subList(Math.max(0, all.size() - Soak.times(2, all.size())), all.size());
    }

    private static Path tools(int major) {
        return Optional.ofNullable(TOOLS.get(major)).orElseThrow();
    }

    private static List<List<Integer>> neighbours() {
        List<List<Integer>> pairs = new ArrayList<>();
        for (int i = 1; i < majors().size(); i++) {
            pairs.add(List.of(majors().get(i - 1), majors().get(i)));
        }
        return pairs;
    }

    private static OwnedDatabase installed(PostgresServer server, int major) throws SQLException {
        OwnedDatabase database = OwnedDatabase.create(server, "UTF8");
        try (Connection owner = database.connect()) {
            Fixture.install(owner, major);
        }
        return database;
    }

    @ParameterizedTest
    @MethodSource("majors")
    void aPlainDumpOfTheFixtureComesBackAsItWas(int major) throws SQLException, IOException, InterruptedException {
        OwnedDatabase source = installed(SharedServers.server(major), major);
        OwnedDatabase target = source.another("UTF8");
        Path tools = tools(major);
        dumpAndRestore(source, target, tools);
        DatabaseDigest before = DatabaseDigest.of(source, tools);
        // pg_restore sets nothing on a database that it has not made.
        assertThat(before.without("setting")
                        .difference(DatabaseDigest.of(target, tools).without("setting")))
                .isEmpty();
        assertThat(Fixture.kinds(major)).doesNotHaveDuplicates().hasSizeGreaterThan(60);
        System.out.printf(
                "Postgres %d: %d kinds of objects came back, digest of %d lines%n",
                major, Fixture.kinds(major).size(), before.lines().size());
        target.drop();
        source.drop();
    }

    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("neighbours")
    void aDumpOfTheFixtureComesBackInTheNextMajor(List<Integer> pair)
            throws SQLException, IOException, InterruptedException {
        OwnedDatabase source = installed(SharedServers.server(pair.getFirst()), pair.getFirst());
        OwnedDatabase expected = installed(SharedServers.server(pair.getLast()), pair.getFirst());
        OwnedDatabase target = expected.another("UTF8");
        Path tools = tools(pair.getLast());
        dumpAndRestore(source, target, tools);
        assertThat(untouchedByMajors(expected, tools).difference(untouchedByMajors(target, tools)))
                .isEmpty();
        target.drop();
        expected.drop();
        source.drop();
    }

    private static DatabaseDigest untouchedByMajors(OwnedDatabase database, Path tools)
            throws SQLException, IOException, InterruptedException {
        return DatabaseDigest.of(database, tools).without("setting").withoutNotNullNames();
    }

    @ParameterizedTest
    @MethodSource("majors")
    void aDatabaseInAnotherEncodingComesBackAsItWas(int major) throws SQLException, IOException, InterruptedException {
        OwnedDatabase source = OwnedDatabase.create(SharedServers.server(major), "LATIN1");
        try (Connection owner = source.connect()) {
            Fixture.installLatin1(owner);
        }
        OwnedDatabase target = source.another("LATIN1");
        dumpAndRestore(source, target, tools(major));
        DatabaseDigest before = DatabaseDigest.of(source, tools(major));
        assertThat(before.difference(DatabaseDigest.of(target, tools(major)))).isEmpty();
        assertThat(before.lines()).contains("database|LATIN1|C|C");
        target.drop();
        source.drop();
    }

    private void dumpAndRestore(OwnedDatabase source, OwnedDatabase target, Path tools)
            throws IOException, InterruptedException {
        Path dump = folder.resolve("dump");
        ClientProgram.of(tools, source).run("pg_dump", source.name(), "-Fc", "-Z0", "-f", dump.toString());
        ClientProgram restore = ClientProgram.of(tools, target);
        Path list = Files.write(
                folder.resolve("list"),
                restore.run("pg_restore", target.name(), "--list", dump.toString())
                        .lines()
                        .filter(line -> !NOT_THE_OWNERS.matcher(line).matches())
                        .toList());
        restore.run(
                "pg_restore",
                target.name(),
                "--dbname=" + target.name(),
                "--no-owner",
                "--no-acl",
                "--exit-on-error",
                "--single-transaction",
                "--use-list=" + list,
                dump.toString());
    }

    /** A change, and what the difference has to speak of. */
    private static final List<Map.Entry<String, String>> CHANGES = List.of(
            Map.entry("UPDATE kinds.customer SET name = name || '!' WHERE id = 1000", "table|kinds.customer|"),
            Map.entry("DELETE FROM kinds.of_hashed WHERE id = 7", "table|kinds.of_hashed|"),
            Map.entry("INSERT INTO kinds.no_columns DEFAULT VALUES", "table|kinds.no_columns|6|"),
            Map.entry("INSERT INTO kinds.equal_rows VALUES ('same')", "table|kinds.equal_rows|1001|"),
            Map.entry("UPDATE kinds.texts SET value = '' WHERE value IS NULL", "table|kinds.texts|"),
            Map.entry("UPDATE kinds.one_text SET value = NULL WHERE value = ''", "table|kinds.one_text|"),
            Map.entry(
                    "UPDATE kinds.texts SET value = CASE id WHEN 8 THEN '\\\\' ELSE '\\' END WHERE id IN (8, 9)",
                    "table|kinds.texts|"),
            Map.entry("UPDATE kinds.numerics SET value = 1.1 WHERE value = 1.10 AND id = 4", "table|kinds.numerics|"),
            Map.entry("UPDATE kinds.floats SET double = 0 WHERE id = 4", "table|kinds.floats|"),
            Map.entry("UPDATE kinds.floats SET double = 0.3 WHERE id = 9", "table|kinds.floats|"),
            Map.entry("UPDATE kinds.times SET f = '1 day' WHERE f = '24 hours' AND id = 5", "table|kinds.times|"),
            Map.entry("UPDATE kinds.jsons SET a = '{}' WHERE id = 5", "table|kinds.jsons|"),
            Map.entry("UPDATE kinds.arrays SET a = '{7,8,9}' WHERE id = 2", "table|kinds.arrays|"),
            Map.entry("UPDATE kinds.toasted SET compressed = compressed || '.' WHERE id = 6", "table|kinds.toasted|"),
            Map.entry("UPDATE kinds.secured SET level = 7 WHERE id = 1", "table|kinds.secured|"),
            Map.entry("SELECT setval('kinds.called', 17, true)", "sequence|kinds.called|17|t"),
            Map.entry("SELECT setval('kinds.set_not_called', 77, true)", "sequence|kinds.set_not_called|77|t"),
            Map.entry("ALTER SEQUENCE kinds.called INCREMENT 6", "INCREMENT BY 6"),
            Map.entry("SELECT lo_put(4000003, 2500000, '\\x00')", "large object|4000003|"),
            Map.entry("SELECT lo_put(4000004, 0, '\\x01')", "large object|4000004|"),
            Map.entry("SELECT lo_create(4000099)", "large object|4000099|0|"),
            Map.entry("SELECT lo_unlink(4000002)", "large object|4000002|0|"),
            Map.entry("COMMENT ON LARGE OBJECT 4000001 IS NULL", "large object|4000001|11|"),
            Map.entry("REFRESH MATERIALIZED VIEW kinds.bosses_now WITH NO DATA", "populated|kinds.bosses_now|f"),
            Map.entry("REFRESH MATERIALIZED VIEW kinds.not_yet", "table|kinds.not_yet|2000|"),
            Map.entry("COMMENT ON COLUMN kinds.customer.mood IS NULL", "how they are"),
            Map.entry("DROP INDEX kinds.customer_sad", "customer_sad"),
            Map.entry("ALTER TABLE kinds.from_index ENABLE TRIGGER never", "DISABLE TRIGGER never"),
            Map.entry("ALTER TABLE kinds.from_index DISABLE TRIGGER log_update", "DISABLE TRIGGER log_update"),
            Map.entry("ALTER TABLE kinds.employee DROP CONSTRAINT employee_boss_fkey", "employee_boss_fkey"),
            Map.entry("DROP POLICY unused ON kinds.not_secured", "unused"),
            Map.entry("ALTER TABLE kinds.closed DISABLE ROW LEVEL SECURITY", "ROW SECURITY"),
            Map.entry("ALTER TABLE kinds.unlogged SET LOGGED", "UNLOGGED"),
            Map.entry("ALTER TABLE kinds.no_rows ALTER note SET DEFAULT ''", "DEFAULT ''"),
            Map.entry("ALTER TABLE kinds.storage_options SET (fillfactor = 43)", "fillfactor='43'"),
            Map.entry("ALTER TYPE kinds.mood ADD VALUE 'last'", "last"),
            Map.entry("ALTER PUBLICATION fixture_publication DROP TABLE kinds.customer", "fixture_publication"),
            Map.entry(
                    "CREATE OR REPLACE FUNCTION kinds.first(anyarray) RETURNS anyelement LANGUAGE sql IMMUTABLE AS 'SELECT $1[2]'",
                    "SELECT $1[2]"),
            Map.entry("DROP SCHEMA empty", "CREATE SCHEMA empty"),
            Map.entry(
                    "ALTER ROLE CURRENT_USER IN DATABASE \"%s\" SET work_mem = '10MB'",
                    "setting|(owner)|work_mem=10MB"),
            Map.entry("ALTER DATABASE \"%s\" RESET statement_timeout", "setting|all|statement_timeout=90min"));

    /** What only a superuser can do to a tenant's database. */
    private static final List<Map.Entry<String, String>> CHANGES_OF_OTHERS = List.of(
            Map.entry("ALTER FUNCTION kinds.odd_body() OWNER TO master", "owner|function|kinds.odd_body()|master"),
            Map.entry("ALTER LARGE OBJECT 4100001 OWNER TO master", "owner|large object|4100001|master"),
            Map.entry("ALTER SCHEMA second OWNER TO master", "owner|schema|second|master"),
            Map.entry(
                    "UPDATE pg_extension SET extversion = '0.9' WHERE extname = 'hstore'",
                    "extension|hstore|0.9|public"));

    @Test
    void eachChangeIsSeen() throws SQLException, IOException, InterruptedException {
        int major = TOOLS.lastKey();
        OwnedDatabase database = installed(SharedServers.server(major), major);
        try (Connection owner = database.connect()) {
            seen(database, owner, CHANGES);
        }
        try (Connection superuser = database.server().connectAsSuperuser(database.name())) {
            execute(
                    superuser,
                    "GRANT SELECT ON LARGE OBJECT 4100001 TO PUBLIC",
                    "GRANT ALL ON SCHEMA second TO PUBLIC");
            seen(database, superuser, CHANGES_OF_OTHERS);
        }
        database.drop();
    }

    /** Some changes at a time, for speed, but never two that ought to be told by the same words. */
    private static void seen(OwnedDatabase database, Connection connection, List<Map.Entry<String, String>> changes)
            throws SQLException, IOException, InterruptedException {
        Path tools = tools(TOOLS.lastKey());
        DatabaseDigest before = DatabaseDigest.of(database, tools);
        for (int batch = 0; batch < Math.min(BATCHES, changes.size()); batch++) {
            List<String> expected = new ArrayList<>();
            for (int i = batch; i < changes.size(); i += BATCHES) {
                execute(connection, changes.get(i).getKey().replace("%s", database.name()));
                expected.add(changes.get(i).getValue());
            }
            DatabaseDigest after = DatabaseDigest.of(database, tools);
            assertThat(expected).doesNotHaveDuplicates();
            assertThat(before.difference(after)).contains(expected);
            assertThat(before.difference(after).lines().count()).isLessThan(5L * expected.size() + 5);
            before = after;
        }
    }

    @Test
    void thePlaceOfARowMakesNoDifference() throws SQLException, IOException, InterruptedException {
        int major = TOOLS.lastKey();
        OwnedDatabase database = installed(SharedServers.server(major), major);
        Path tools = tools(major);
        DatabaseDigest before = DatabaseDigest.of(database, tools);
        try (Connection owner = database.connect()) {
            execute(
                    owner,
                    "UPDATE kinds.customer SET name = name WHERE id % 3 = 0",
                    "VACUUM FULL kinds.customer",
                    "CLUSTER kinds.customer",
                    "REINDEX TABLE kinds.customer",
                    "ANALYZE");
        }
        assertThat(before.difference(DatabaseDigest.of(database, tools))).isEmpty();
        database.drop();
    }

    @Test
    void theFillingIsAsLargeAsAsked() throws SQLException {
        int major = TOOLS.lastKey();
        OwnedDatabase database = OwnedDatabase.create(SharedServers.server(major), "UTF8");
        long asked = 60_000_000;
        try (Connection owner = database.connect()) {
            Fixture.fillSmallTables(owner, 60);
            Fixture.fillLarge(owner, asked);
            String bytes = "SELECT sum(pg_total_relation_size(oid)) FROM pg_class"
                    + " WHERE relkind = 'r' AND relnamespace = 'large'::regnamespace";
            assertThat(Long.parseLong(TestInstallation.rows(owner, bytes).getFirst()))
                    .isBetween(asked * 8 / 10, asked * 12 / 10);
            String tables = "SELECT count(*) FROM pg_tables WHERE schemaname = 'small'";
            assertThat(TestInstallation.rows(owner, tables)).containsExactly("60");
        }
        database.drop();
    }
}
