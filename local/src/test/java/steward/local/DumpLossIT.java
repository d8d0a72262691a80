package steward.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static steward.local.TestInstallation.execute;
import static steward.local.TestInstallation.random;
import static steward.local.TestInstallation.rows;

import com.fasterxml.jackson.databind.JsonNode;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import steward.local.TestInstallation.Outcome;

/** What pg_dump alone would lose or spoil without a word, or what no restore would take: it comes back, or a note says so. */
final class DumpLossIT {
    private final TestInstallation steward = TestInstallation.SHARED;
    private final Dumps dumps = new Dumps(steward);

    static List<Integer> majors() {
        return DumpRestoreIT.majors();
    }

    /** A reload and an exchange that end while the dump begins: its snapshot would see both tables empty. */
    @ParameterizedTest
    @MethodSource("majors")
    void tablesThatAreReloadedWhileTheDumpBeginsAreDumpedAsTheyAreThen(int major) throws Exception {
        String instance = TestInstallation.instance(major);
        String site = dumps.create(instance, List.of());
        String copy;
        try (Connection owner = steward.connect("acme", instance, site, site)) {
            execute(
                    owner,
                    "CREATE TABLE prices AS SELECT generate_series(1, 1000) AS price",
                    "CREATE TABLE exchanged AS SELECT generate_series(1, 100) AS number",
                    "CREATE TABLE kept AS SELECT 1 AS one",
                    "BEGIN",
                    "TRUNCATE prices",
                    "INSERT INTO prices SELECT generate_series(1, 7)",
                    "CREATE TABLE fresh AS SELECT generate_series(1, 5) AS number",
                    "DROP TABLE exchanged",
                    "ALTER TABLE fresh RENAME TO exchanged");
            copy = restoredAfterCommit(instance, site, owner);
        }
        assertThat(
                        owned(
                                instance,
                                copy,
                                site,
                                "SELECT (SELECT count(*) FROM prices), (SELECT count(*) FROM exchanged), (SELECT count(*) FROM kept)"))
                .isEqualTo(List.of("7|5|1"));
    }

    /** A restored dump that began while the owner's transaction held locks, which it then commits. */
    private String restoredAfterCommit(String instance, String site, Connection owner) throws Exception {
        Outcome dumped;
        try (Connection watching = steward.server(instance).connectAsSuperuser(site)) {
            String arn = steward.start(
                    "dump-database", TestInstallation.write(Map.of("instance", instance, "database", site)));
            Await.until(
                    "the dump waits",
                    () -> !rows(watching, "SELECT 1 FROM pg_locks WHERE NOT granted")
                            .isEmpty());
            execute(owner, "COMMIT");
            dumped = steward.await(arn);
        }
        assertThat(dumped.error()).as(dumped.toString()).isEmpty();
        String copy = random("copy");
        dumps.restore(instance, copy, site, dumped.text("dump"));
        return copy;
    }

    /** A migration that ends while the dump begins: pg_dump would write empty definitions, and none of what is new. */
    @ParameterizedTest
    @MethodSource("majors")
    void whatAMigrationExchangesWhileTheDumpBeginsIsDumpedAsItIsThen(int major) throws Exception {
        String instance = TestInstallation.instance(major);
        String site = dumps.create(instance, List.of());
        String copy;
        try (Connection owner = steward.connect("acme", instance, site, site)) {
            execute(
                    owner,
                    "CREATE TABLE orders (id integer PRIMARY KEY, mail text, note varchar(100))",
                    "INSERT INTO orders SELECT n, n || '@example.org', n FROM generate_series(1, 100) n",
                    "CREATE INDEX by_mail ON orders (mail)",
                    "CREATE INDEX by_note ON orders (note)",
                    "CREATE STATISTICS old_statistics ON id, mail FROM orders",
                    "CREATE FUNCTION old_audit() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
                    "CREATE TRIGGER audit BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION old_audit()",
                    "BEGIN",
                    "DROP INDEX by_mail",
                    "CREATE UNIQUE INDEX one_mail ON orders (mail)",
                    "ALTER TABLE orders ALTER note TYPE varchar(200)",
                    "DROP STATISTICS old_statistics",
                    "CREATE STATISTICS new_statistics ON id, note FROM orders",
                    "DROP TRIGGER audit ON orders",
                    "DROP FUNCTION old_audit()",
                    "CREATE FUNCTION new_audit() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
                    "CREATE TRIGGER audit BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION new_audit()");
            copy = restoredAfterCommit(instance, site, owner);
        }
        String everything = """
                SELECT pg_get_indexdef(indexrelid) AS definition FROM pg_index WHERE indrelid = 'orders'::regclass
                UNION ALL SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE tgrelid = 'orders'::regclass
                UNION ALL SELECT pg_get_statisticsobjdef(oid) FROM pg_statistic_ext
                UNION ALL SELECT proname FROM pg_proc WHERE proname LIKE '%_audit'
                UNION ALL SELECT format_type(atttypid, atttypmod) FROM pg_attribute
                           WHERE attrelid = 'orders'::regclass AND attname = 'note'
                 ORDER BY 1""";
        assertThat(owned(instance, copy, site, everything))
                .hasSize(7)
                .isEqualTo(owned(instance, site, site, everything));
    }

    @ParameterizedTest
    @MethodSource("majors")
    void anIndexThatIsInvalidIsNamed(int major) throws SQLException {
        String instance = TestInstallation.instance(major);
        String site = dumps.create(instance, List.of());
        try (Connection owner = steward.connect("acme", instance, site, site)) {
            execute(owner, "CREATE TABLE mails (mail text)", "INSERT INTO mails VALUES ('x'), ('x')");
            assertThatThrownBy(() -> execute(owner, "CREATE UNIQUE INDEX CONCURRENTLY one_mail ON mails (mail)"))
                    .hasMessageContaining("could not create unique index");
        }
        assertThat(dumps.dump(instance, site).path("notes").toString())
                .contains("index public.one_mail: is invalid, and not in the dump");
    }

    @ParameterizedTest
    @MethodSource("majors")
    void whatCannotComeBackIsSaidAndDoesNotKeepTheRestFromIt(int major) throws SQLException {
        String instance = TestInstallation.instance(major);
        String site = dumps.create(instance, List.of("hstore"));
        String other = random("user");
        steward.succeed("create-user", Map.of("instance", instance, "project", "acme", "user", other));
        try (Connection owner = steward.connect("acme", instance, site, site);
                Connection superuser = steward.server(major).connectAsSuperuser(site)) {
            execute(
                    owner,
                    // Which partition a value is in depends on the type's oids: filled through the root.
                    "CREATE TYPE mood AS ENUM ('a', 'b', 'c', 'd')",
                    "CREATE TABLE moods (mood mood, number integer) PARTITION BY HASH (mood)",
                    "CREATE TABLE moods_0 PARTITION OF moods FOR VALUES WITH (MODULUS 2, REMAINDER 0)",
                    "CREATE TABLE moods_1 PARTITION OF moods FOR VALUES WITH (MODULUS 2, REMAINDER 1)",
                    "INSERT INTO moods SELECT (ARRAY['a', 'b', 'c', 'd'])[1 + n % 4]::mood, n FROM generate_series(1, 100) n",
                    "CREATE FUNCTION vat(numeric) RETURNS numeric IMMUTABLE LANGUAGE sql AS 'SELECT $1 * 1.16'",
                    "CREATE TABLE invoices (net numeric, gross numeric GENERATED ALWAYS AS (vat(net)) STORED)",
                    "INSERT INTO invoices VALUES (100)",
                    "CREATE MATERIALIZED VIEW report AS SELECT count(*) AS n FROM moods",
                    "ALTER ROLE CURRENT_USER SET work_mem = '5MB'",
                    "ALTER DATABASE " + site + " CONNECTION LIMIT 7");
            execute(
                    superuser,
                    "ALTER ROLE " + other + " IN DATABASE " + site + " SET statement_timeout = '5s'",
                    // A name that Postgres took up to 13.
                    "ALTER DATABASE " + site + " SET my_app.x = 'x'",
                    "UPDATE pg_db_role_setting SET setconfig = setconfig || ARRAY['my-app.user=x'] WHERE setrole = 0"
                            + " AND setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database())",
                    "CREATE PUBLICATION everything FOR ALL TABLES",
                    "COMMENT ON PUBLICATION everything IS 'for all'",
                    "CREATE PUBLICATION \"Every-thing\" FOR ALL TABLES",
                    "COMMENT ON PUBLICATION \"Every-thing\" IS 'for all'",
                    major >= 15 ? "CREATE PUBLICATION schemas FOR TABLES IN SCHEMA public" : "SELECT 1",
                    "CREATE FUNCTION seen() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'",
                    "ALTER FUNCTION seen() OWNER TO " + site,
                    "CREATE EVENT TRIGGER seeing ON ddl_command_end EXECUTE FUNCTION seen()",
                    "COMMENT ON EVENT TRIGGER seeing IS 'sees'",
                    // As an extension does whose settings are not for everybody to read.
                    "CREATE TABLE public.jobs (id integer)",
                    "ALTER EXTENSION hstore ADD TABLE public.jobs",
                    "UPDATE pg_extension SET extconfig = ARRAY['public.jobs'::regclass::oid], extcondition = ARRAY['']"
                            + " WHERE extname = 'hstore'");
        }
        JsonNode dumped = dumps.dump(instance, site);
        List<String> notes = texts(dumped.path("notes"));
        assertThat(notes)
                .contains(
                        "setting statement_timeout of user \"%s\" in the database: is not in the dump".formatted(other),
                        "setting work_mem of user \"%s\" in every database: is the user's, and not in the dump"
                                .formatted(site),
                        "connection limit 7 of the database: is not in the dump",
                        "materialized view public.report: its rows are not in the dump, a restore fills it anew by its query",
                        "publication everything: is for all tables, a restore leaves it out, since only the master may make it",
                        "event trigger seeing: a restore leaves it out, since only the master may make it",
                        "table or sequence \"public\".\"jobs\" of an extension: is not in the dump, since the user may not read it")
                .anyMatch(note -> note.startsWith("column gross of public.invoices: its values are not in the dump"));

        String copy = random("copy");
        JsonNode restored =
                dumps.restore(instance, copy, site, dumped.path("dump").asText());
        assertThat(restored.path("rows").asLong()).isEqualTo(101);
        assertThat(texts(restored.path("notes")))
                .containsAll(notes)
                .contains(
                        "publication everything: is not restored, since only the master may make it",
                        "event trigger seeing: is not restored, since only the master may make it");
        if (major >= 15) {
            assertThat(notes)
                    .contains(
                            "publication schemas: is for all tables of schema public, a restore leaves that out, since only the master may say it");
        }
        if (major > 13) {
            assertThat(texts(restored.path("notes")))
                    .contains("setting my-app.user: is not restored, since this server refuses it");
        }
        assertThat(owned(
                        instance,
                        copy,
                        site,
                        "SELECT (SELECT count(*) FROM moods), (SELECT gross FROM invoices), (SELECT n FROM report)"))
                .isEqualTo(List.of("100|116.00|100"));
    }

    /** Bytes that UTF-8 has no place for, or only one for two of them. */
    @Test
    void noCharacterOfAnotherEncodingChanges() throws SQLException {
        String accented = "U&\"gr\\00fcn\"";
        keeps("LATIN1", accented, "\\x85 \\xfc");
        keeps("WIN1252", accented, "\\x81 \\xfc");
        keeps("EUC_JP", "plain", "\\xad\\xf0 \\xa2\\xe2");
        keeps("SQL_ASCII", "plain", "gr\\xfc\\xdf");
    }

    /** Of which the notes would speak. */
    @Test
    void aNameThatIsNoCharactersKeepsNoDumpFromBeingMade() throws SQLException {
        String instance = TestInstallation.instance(majors().getLast());
        String site = inEncoding("SQL_ASCII");
        try (Connection owner = steward.connect("acme", instance, site, site)) {
            execute(
                    owner,
                    "CREATE TABLE kept (one integer)",
                    "DO $$ BEGIN EXECUTE E'CREATE MATERIALIZED VIEW \"caf\\xe9\" AS SELECT 1 AS one'; END $$");
        }
        JsonNode dumped = dumps.dump(instance, site);
        assertThat(texts(dumped.path("notes"))).anyMatch(note -> note.startsWith("names cannot be read"));
        dumps.restore(instance, random("copy"), site, dumped.path("dump").asText());
    }

    private void keeps(String encoding, String table, String text) throws SQLException {
        String instance = TestInstallation.instance(majors().getLast());
        String site = inEncoding(encoding);
        try (Connection owner = steward.connect("acme", instance, site, site)) {
            execute(
                    owner,
                    "CREATE TABLE %s (id serial, text text)".formatted(table),
                    "INSERT INTO %s (text) VALUES (E'%s')".formatted(table, text));
        }
        String copy = random("copy");
        dumps.restore(
                instance, copy, site, dumps.dump(instance, site).path("dump").asText());
        String bytes =
                "SELECT getdatabaseencoding(), encode(convert_to(text, getdatabaseencoding()), 'hex') FROM " + table;
        assertThat(owned(instance, copy, site, bytes)).as(encoding).isEqualTo(owned(instance, site, site, bytes));
    }

    private String inEncoding(String encoding) throws SQLException {
        int major = majors().getLast();
        String instance = TestInstallation.instance(major);
        String site = random("site");
        try (Connection master = steward.server(major).connectAsMaster("postgres")) {
            execute(
                    master,
                    "CREATE DATABASE %s TEMPLATE template0 ENCODING '%s' LC_COLLATE 'C' LC_CTYPE 'C'"
                            .formatted(site, encoding));
        }
        steward.succeed(
                "create-database",
                Map.of("instance", instance, "project", "acme", "database", site, "encoding", encoding, "adopt", true));
        return site;
    }

    private List<String> owned(String instance, String database, String user, String query) throws SQLException {
        try (Connection owner = steward.connect("acme", instance, user, database)) {
            return rows(owner, query);
        }
    }

    private static List<String> texts(JsonNode array) {
        return array.valueStream().map(JsonNode::asText).toList();
    }
}
