package steward.local;

import static org.assertj.core.api.Assertions.assertThat;
import static steward.local.TestInstallation.execute;
import static steward.local.TestInstallation.random;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.s3.S3Client;
import steward.local.TestInstallation.Outcome;
import steward.local.postgres.ClientTools;

/** Dumps and restores by the workflows, with the real pg_dump and pg_restore in a task's own process. */
final class DumpRestoreIT {
    private static final long SEED = Long.getLong("steward.seed", 20_260_101L);
    private static final SortedMap<Integer, Path> TOOLS = ClientTools.underTest();

    private final TestInstallation steward = TestInstallation.SHARED;
    private final S3Client s3 = steward.s3;
    private final Dumps dumps = new Dumps(steward);

    @BeforeAll
    static void say() {
        assertThat(TOOLS).as("majors with pg_dump and pg_restore").isNotEmpty();
        System.out.println("client tools: " + ClientTools.describe(TOOLS) + ", used: " + majors());
    }

    static List<Integer> majors() {
        return Soak.ends(List.copyOf(TOOLS.keySet()));
    }

    private static String instance() {
        return TestInstallation.instance(majors().getLast());
    }

    @ParameterizedTest
    @MethodSource("majors")
    void aDatabaseComesBackAsItWas(int major) throws Exception {
        String instance = TestInstallation.instance(major);
        String site = dumps.create(instance, Fixture.EXTENSIONS);
        try (Connection owner = steward.connect("acme", instance, site, site)) {
            Fixture.install(owner, major);
        }
        JsonNode dumped = dumps.dump(instance, site);
        String copy = random("copy");

        JsonNode restored =
                dumps.restore(instance, copy, site, dumped.path("dump").asText());

        assertThat(restored.path("tables").asInt()).isGreaterThan(20);
        assertThat(restored.path("rows").asLong()).isGreaterThan(20);
        assertThat(restored.path("notes").toString()).contains("grants");
        Path tools = TOOLS.get(major);
        assertThat(tools).isNotNull();
        if (tools != null) {
            assertThat(dumps.digest(instance, site, site, tools).difference(dumps.digest(instance, copy, site, tools)))
                    .isEmpty();
        }
        System.out.printf(
                "Postgres %d: %d kinds of objects came back%n",
                major, Fixture.kinds(major).size());
        // Both are over: what they had to tell their workflows is gone, and the dump has its three objects.
        assertThat(dumps.keys("steward-tmp-")).isEmpty();
        assertThat(dumps.keys("dumps/acme/" + instance + "/" + site + "/"))
                .hasSize(3)
                .anyMatch(key -> key.endsWith("/dump.tar.zst"))
                .anyMatch(key -> key.endsWith("/contents.json"))
                .anyMatch(key -> key.endsWith("/manifest.json"));
        comesBackInTheNextMajor(major, dumped.path("dump").asText());
    }

    /** Compared with the same objects made there. */
    private void comesBackInTheNextMajor(int major, String dump) throws Exception {
        Optional<Integer> next =
                TOOLS.keySet().stream().filter(it -> it > major).findFirst();
        if (next.isEmpty()) {
            return;
        }
        String instance = TestInstallation.instance(next.get());
        String expected = dumps.create(instance, Fixture.EXTENSIONS);
        try (Connection owner = steward.connect("acme", instance, expected, expected)) {
            Fixture.install(owner, major);
        }
        String copy = random("copy");
        dumps.restore(instance, copy, expected, dump);
        Path tools = Optional.ofNullable(TOOLS.get(next.get())).orElseThrow();
        assertThat(dumps.digest(instance, expected, expected, tools)
                        .withoutNotNullNames()
                        .difference(
                                dumps.digest(instance, copy, expected, tools).withoutNotNullNames()))
                .isEmpty();
        System.out.printf("Postgres %d to %d: all came back%n", major, next.get());
    }

    @ParameterizedTest
    @MethodSource("majors")
    void aDatabaseSortsAsItDid(int major) throws SQLException {
        String instance = TestInstallation.instance(major);
        List<String> locales = new ArrayList<>(List.of("LC_COLLATE 'C' LC_CTYPE 'C.UTF-8'"));
        if (major >= 15) {
            locales.add("LOCALE_PROVIDER icu ICU_LOCALE 'de' LC_COLLATE 'C.UTF-8' LC_CTYPE 'C'");
        }
        if (major >= 16) {
            locales.add("LOCALE_PROVIDER icu ICU_LOCALE 'en' ICU_RULES '&V << w <<< W'");
        }
        if (major >= 17) {
            locales.add("LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LC_COLLATE 'C'");
        }
        for (String locale : locales) {
            String site = random("site");
            try (Connection master = steward.server(major).connectAsMaster("postgres")) {
                execute(master, "CREATE DATABASE " + site + " TEMPLATE template0 ENCODING 'UTF8' " + locale);
            }
            steward.succeed(
                    "create-database",
                    Map.of("instance", instance, "project", "acme", "database", site, "adopt", true));
            String copy = random("copy");
            dumps.restore(
                    instance,
                    copy,
                    site,
                    dumps.dump(instance, site).path("dump").asText());
            assertThat(locale(instance, copy)).as(locale).isEqualTo(locale(instance, site));
        }
    }

    /** All that pg_database says of it, whatever the columns are called. */
    private List<String> locale(String instance, String database) throws SQLException {
        return steward.look(
                instance,
                "postgres",
                "SELECT key, value FROM pg_database, jsonb_each_text(to_jsonb(pg_database)) WHERE datname = '"
                        + database
                        + "' AND (key ~ 'locale|collate|ctype|iculocale|icurules|locprovider' OR key = 'encoding') ORDER BY 1");
    }

    @ParameterizedTest
    @MethodSource("majors")
    void whatIsNotWhereItUsuallyIsComesBack(int major) throws SQLException {
        String instance = TestInstallation.instance(major);
        String site = dumps.create(instance, List.of());
        try (Connection owner = steward.connect("acme", instance, site, site)) {
            execute(owner, "CREATE SCHEMA extensions");
            steward.succeed(
                    "enable-extension",
                    Map.of("instance", instance, "database", site, "extension", "hstore", "schema", "extensions"));
            execute(
                    owner,
                    "CREATE TABLE kept (id integer PRIMARY KEY, more extensions.hstore)",
                    "INSERT INTO kept VALUES (1, 'a=>1')",
                    // PostGIS has one of that name.
                    "CREATE TABLE spatial_ref_sys (id integer PRIMARY KEY)",
                    "INSERT INTO spatial_ref_sys SELECT generate_series(1, 7)",
                    "ALTER DATABASE " + site + " SET search_path = ''",
                    "ALTER DATABASE " + site + " SET temp_tablespaces = pg_default, ''");
        }
        try (Connection superuser = steward.server(instance).connectAsSuperuser("postgres")) {
            execute(superuser, "ALTER DATABASE " + site + " SET log_min_messages = 'debug1'");
        }
        String copy = random("copy");
        String dump = dumps.dump(instance, site).path("dump").asText();
        JsonNode restored = dumps.restore(instance, copy, site, dump);

        assertThat(restored.path("notes").toString())
                .contains("setting log_min_messages: is not restored")
                .doesNotContain("spatial_ref_sys");
        for (String query : List.of(
                "SELECT id, more OPERATOR(extensions.->) 'a' FROM public.kept",
                "SELECT count(*) FROM public.spatial_ref_sys",
                "SELECT nspname, pg_get_userbyid(nspowner) FROM pg_namespace WHERE nspname = 'extensions'",
                "SELECT current_setting('search_path'), current_setting('temp_tablespaces')")) {
            assertThat(owned(instance, copy, site, query)).as(query).isEqualTo(owned(instance, site, site, query));
        }
    }

    private List<List<String>> owned(String instance, String database, String user, String query) throws SQLException {
        try (Connection owner = steward.connect("acme", instance, user, database);
                Statement statement = owner.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            List<List<String>> found = new ArrayList<>();
            while (rows.next()) {
                found.add(Arrays.asList(
                        rows.getString(1), rows.getMetaData().getColumnCount() > 1 ? rows.getString(2) : ""));
            }
            assertThat(found).as(query).isNotEmpty();
            return found;
        }
    }

    @Test
    void anEmptyDatabaseComesBackEmpty() throws SQLException {
        String site = dumps.create(instance(), List.of());
        JsonNode restored = dumps.restore(
                instance(),
                random("copy"),
                site,
                dumps.dump(instance(), site).path("dump").asText());
        assertThat(restored.path("rows").asLong(-1)).isZero();
    }

    @Test
    void aFileOfPlainPgDumpIsRestoredAndSaysWhatWasNotChecked() throws Exception {
        String site = dumps.filled(instance());
        Path tools = TOOLS.getOrDefault(majors().getLast(), Path.of(""));
        String copy = random("copy");
        String other = dumps.filled(instance());
        try (Connection owner = steward.connect("acme", instance(), site, site)) {
            execute(
                    owner,
                    "ALTER DATABASE %s SET search_path = \"Its own\", public".formatted(site),
                    "ALTER DATABASE %s SET application_name = 'it''s \"quoted\" \\ here'".formatted(site),
                    "ALTER DATABASE %s SET work_mem = '8MB'".formatted(site),
                    "ALTER ROLE %1$s IN DATABASE %1$s SET statement_timeout = '1h'".formatted(site));
        }
        try (Connection superuser = steward.server(instance()).connectAsSuperuser("postgres")) {
            execute(
                    superuser,
                    "ALTER DATABASE %s SET log_statement = 'all'".formatted(site),
                    "ALTER ROLE %s IN DATABASE %s SET work_mem = '9MB'".formatted(other, site));
        }

        JsonNode restored = dumps.restore(instance(), copy, site, dumps.putPlainDump(instance(), site, tools));

        assertThat(restored.path("rows").asLong()).isEqualTo(1000);
        assertThat(restored.path("notes").toString())
                .contains(
                        "no manifest",
                        "setting log_statement: is not restored, since only the master may make it",
                        "setting work_mem of user \\\"%s\\\" in the database: is not restored".formatted(other));
        assertThat(settings(copy, site))
                .isEqualTo(settings(site, site))
                .hasSize(4)
                .contains("statement_timeout=1h");
    }

    /** For everybody and for one user, without what only a superuser can set. */
    private List<String> settings(String database, String user) throws SQLException {
        return steward.look(instance(), "postgres", """
                SELECT setting
                  FROM pg_db_role_setting s
                  JOIN pg_database d ON d.oid = s.setdatabase, unnest(s.setconfig) setting
                 WHERE d.datname = '%s' AND s.setrole IN (0, '%s'::regrole) AND setting !~ '^log_statement'
                 ORDER BY 1
                """.formatted(database, user));
    }

    @Test
    void whateverIsDamagedIsFoundAndNothingOfItIsRestored() throws SQLException, IOException {
        String site = dumps.filled(instance());
        String dump = dumps.dump(instance(), site).path("dump").asText();
        String folder = dump.substring(("s3://" + Installation.BACKUP_BUCKET + "/").length())
                .replace("dump.tar.zst", "");
        Random random = new Random(SEED);
        List<String> failures = new ArrayList<>();
        int damages = Soak.times(4, 300);
        for (int i = 0; i < 2 * damages; i++) {
            String name =
                    List.of("dump.tar.zst", "manifest.json", "contents.json").get(random.nextInt(3));
            byte[] good = s3.getObjectAsBytes(
                            it -> it.bucket(Installation.BACKUP_BUCKET).key(folder + name))
                    .asByteArray();
            dumps.put(folder + name, i % 2 == 0 ? flipped(good, random) : truncated(good, random));
            String copy = random("copy");
            Outcome outcome = steward.run("restore-dump", Dumps.input(instance(), copy, site, dump));
            dumps.put(folder + name, good);
            if (!outcome.error().orElse("").startsWith("steward.error.") || dumps.exists(instance(), copy)) {
                failures.add(name + " " + i + ": " + outcome);
            }
        }
        System.out.printf("%d flipped bits, %d truncations, seed %d%n", damages, damages, SEED);
        assertThat(String.join("\n", failures)).isEmpty();
        assertThat(temporaryDatabases()).isEmpty();
        dumps.restore(instance(), random("copy"), site, dump);
    }

    private static byte[] flipped(byte[] good, Random random) {
        byte[] bad = good.clone();
        bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(8));
        return bad;
    }

    private static byte[] truncated(byte[] good, Random random) {
        return Arrays.copyOf(good, random.nextInt(good.length));
    }

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "KILL"})
    void aKilledTaskPublishesNothingAndLeavesNothing(String signal) throws Exception {
        String site = dumps.filled(instance());
        Random random = new Random(SEED);
        int kills = Soak.times(4, 150);
        int published = 0;
        for (int i = 0; i < kills; i++) {
            String arn = steward.start(
                    "dump-database", TestInstallation.write(Map.of("instance", instance(), "database", site)));
            kill(signal, random.nextInt(1_500));
            Outcome outcome = steward.await(arn);
            boolean done = outcome.error().isEmpty();
            published += done ? 1 : 0;
            assertThat(dumps.keys("dumps/acme/" + instance() + "/" + site + "/"))
                    .as(outcome.toString())
                    .hasSize(3 * published);
            assertThat(dumps.keys("steward-tmp-")).as(outcome.toString()).isEmpty();
            if (!done) {
                assertThat(outcome.cause().orElseThrow()).contains("exit code 1");
            }
        }
        assertThat(s3.listMultipartUploads(it -> it.bucket(Installation.BACKUP_BUCKET))
                        .uploads())
                .isEmpty();
        System.out.printf("%d kills with SIG%s, %d of them too late%n", kills, signal, published);
        assertThat(published).isLessThan(kills);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "KILL"})
    void aKilledTaskRestoresAllOrNothing(String signal) throws Exception {
        String site = dumps.filled(instance());
        String dump = dumps.dump(instance(), site).path("dump").asText();
        Random random = new Random(SEED);
        int kills = Soak.times(4, 150);
        int restored = 0;
        for (int i = 0; i < kills; i++) {
            String copy = random("copy");
            String arn =
                    steward.start("restore-dump", TestInstallation.write(Dumps.input(instance(), copy, site, dump)));
            kill(signal, random.nextInt(2_000));
            Outcome outcome = steward.await(arn);
            boolean done = outcome.error().isEmpty();
            restored += done ? 1 : 0;
            assertThat(dumps.exists(instance(), copy)).as(outcome.toString()).isEqualTo(done);
            assertThat(temporaryDatabases()).as(outcome.toString()).isEmpty();
            assertThat(dumps.keys("steward-tmp-")).as(outcome.toString()).isEmpty();
            if (done) {
                steward.succeed(
                        "drop-database",
                        Map.of("instance", instance(), "database", copy, "confirm", copy, "skipFinalDump", true));
            } else {
                assertThat(outcome.cause().orElseThrow()).contains("exit code 1");
            }
        }
        System.out.printf("%d restores killed with SIG%s, %d of them too late%n", kills, signal, restored);
        assertThat(restored).isLessThan(kills);
    }

    private List<String> temporaryDatabases() throws SQLException {
        return steward.look(instance(), "postgres", "SELECT datname FROM pg_database WHERE datname ~ '^steward-tmp'");
    }

    /** Waits for the task's Java, then a little, and kills it. */
    private static void kill(String signal, int afterMilliseconds) throws Exception {
        List<String> tasks = taskProcesses();
        for (int i = 0; i < 500 && tasks.isEmpty(); i++) {
            Thread.sleep(20);
            tasks = taskProcesses();
        }
        assertThat(tasks).as("tasks to kill").hasSize(1);
        Thread.sleep(afterMilliseconds);
        new ProcessBuilder("kill", "-" + signal, tasks.getFirst()).start().waitFor();
    }

    /** Ours only: another installation on this machine may have tasks of its own. */
    private static List<String> taskProcesses() {
        return ProcessHandle.current()
                .descendants()
                .map(process -> Long.toString(process.pid()))
                .filter(process -> read(Path.of("/proc", process, "comm")).startsWith("java"))
                .filter(process -> read(Path.of("/proc", process, "cmdline")).contains("\0steward.task.Main\0"))
                .toList();
    }

    /** Empty for a process that is gone. */
    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return "";
        }
    }

    /** Forged, since nothing else makes a whole dump come back as another database. */
    @Test
    void aDifferenceFromTheManifestIsFoundAndNothingStays() throws Exception {
        String site = dumps.filled(instance());
        String dump = dumps.dump(instance(), site).path("dump").asText();
        forge(dump, contents -> {
            ((ObjectNode) contents.at("/tables/0")).put("rows", 1001);
            ((ObjectNode) contents.at("/sequences/0")).put("lastValue", 999);
            contents.put("largeObjectBytes", 1);
        });
        String copy = random("copy");

        Outcome outcome = steward.run("restore-dump", Dumps.input(instance(), copy, site, dump));

        assertThat(outcome.error()).as(outcome.toString()).contains("steward.error.VerificationFailed");
        assertThat(outcome.cause().orElse(""))
                .contains("table public.site: 1000 rows, 1001 in the dump")
                .contains("sequence public.site_id_seq: 1000 true, 999 true in the dump")
                .contains("large objects: ");
        assertThat(dumps.exists(instance(), copy)).isFalse();
        assertThat(temporaryDatabases()).isEmpty();
    }

    @Test
    void aDumpForWhichThereIsNoRoomIsRefusedBeforeAnythingIsMade() throws Exception {
        String site = dumps.filled(instance());
        String dump = dumps.dump(instance(), site).path("dump").asText();
        forge(dump, contents -> {}, manifest -> manifest.put("folderBytes", 1L << 50));
        String copy = random("copy");

        Outcome outcome = steward.run(
                "restore-dump", Map.of("instance", instance(), "project", "acme", "database", copy, "dump", dump));

        assertThat(outcome.error()).as(outcome.toString()).contains("steward.error.NotPermitted");
        assertThat(outcome.cause().orElse("")).contains("has no room", "enlarge its storage");
        assertThat(steward.look(instance(), "postgres", "SELECT 1 FROM pg_roles WHERE rolname = '" + copy + "'"))
                .isEmpty();
        assertThat(temporaryDatabases()).isEmpty();
    }

    private void forge(String dump, Consumer<ObjectNode> change) throws Exception {
        forge(dump, change, manifest -> {});
    }

    /** Changes contents and manifest of a dump, and all hashes so that they agree with it. */
    private void forge(String dump, Consumer<ObjectNode> change, Consumer<ObjectNode> changeManifest) throws Exception {
        String folder = dump.substring(("s3://" + Installation.BACKUP_BUCKET + "/").length())
                .replace("dump.tar.zst", "");
        ObjectMapper json = new ObjectMapper();
        ObjectNode contents = (ObjectNode) json.readTree(get(folder + "contents.json"));
        change.accept(contents);
        byte[] changed = json.writeValueAsBytes(contents);
        dumps.put(folder + "contents.json", changed);
        ObjectNode manifest = (ObjectNode) json.readTree(get(folder + "manifest.json"));
        ((ObjectNode) manifest.path("contents")).put("bytes", changed.length).put("sha256", sha256(changed));
        changeManifest.accept(manifest);
        manifest.put("sha256", "");
        manifest.put("sha256", sha256(json.writeValueAsBytes(manifest)));
        dumps.put(folder + "manifest.json", json.writeValueAsBytes(manifest));
    }

    private byte[] get(String key) {
        return s3.getObjectAsBytes(it -> it.bucket(Installation.BACKUP_BUCKET).key(key))
                .asByteArray();
    }

    private static String sha256(byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }

    @Test
    void whatTheOwnerCannotReadIsNamedAndNothingIsPublishedOrDropped() throws SQLException {
        String site = dumps.filled(instance());
        String other = random("other");
        steward.succeed("create-user", Map.of("instance", instance(), "project", "acme", "user", other));
        try (Connection superuser = steward.server(instance()).connectAsSuperuser(site)) {
            execute(
                    superuser,
                    "CREATE TABLE public.theirs (id integer)",
                    "ALTER TABLE public.theirs OWNER TO " + other,
                    "ALTER TABLE public.site FORCE ROW LEVEL SECURITY",
                    "ALTER TABLE public.site ENABLE ROW LEVEL SECURITY");
        }
        Outcome dump = steward.run("dump-database", Map.of("instance", instance(), "database", site));
        assertThat(dump.error()).contains("steward.error.NotPermitted");
        assertThat(dump.cause().orElseThrow()).contains("public.theirs", "public.site");
        assertThat(dumps.keys("dumps/acme/" + instance() + "/" + site + "/")).isEmpty();

        Outcome drop = steward.run("drop-database", Map.of("instance", instance(), "database", site, "confirm", site));
        assertThat(drop.error()).as(drop.toString()).contains("steward.error.NotPermitted");
        assertThat(drop.cause().orElseThrow()).contains("nothing was dropped", "public.theirs");
        assertThat(dumps.exists(instance(), site)).isTrue();
    }

    @Test
    void aDatabaseIsDroppedAfterItsFinalDump() throws SQLException {
        String site = dumps.filled(instance());
        JsonNode dropped =
                steward.succeed("drop-database", Map.of("instance", instance(), "database", site, "confirm", site));
        assertThat(dumps.exists(instance(), site)).isFalse();
        String copy = random("copy");
        dumps.restore(instance(), copy, site, dropped.path("finalDump").asText());
        try (Connection owner = steward.connect("acme", instance(), site, copy)) {
            assertThat(TestInstallation.rows(owner, "SELECT count(*) FROM site"))
                    .containsExactly("1000");
        }
    }

    @Test
    void nothingIsRestoredOverADatabaseOrForAnotherProject() throws SQLException {
        String site = dumps.filled(instance());
        String dump = dumps.dump(instance(), site).path("dump").asText();
        Outcome over = steward.run("restore-dump", Dumps.input(instance(), site, site, dump));
        assertThat(over.error()).contains("steward.error.ObjectExists");
        String copy = random("copy");
        Outcome evil = steward.run(
                "restore-dump", Map.of("instance", instance(), "project", "evil", "database", copy, "dump", dump));
        assertThat(evil.error()).contains("steward.error.NotOurs");
        assertThat(evil.cause().orElse("")).contains("is of project \"acme\", not \"evil\"");
        assertThat(steward.look(instance(), "postgres", "SELECT 1 FROM pg_roles WHERE rolname = '" + copy + "'"))
                .as("no user is made for it")
                .isEmpty();
        assertThat(dumps.exists(instance(), copy)).isFalse();
        Outcome elsewhere =
                steward.run("restore-dump", Dumps.input(instance(), copy, site, "s3://others/dump.tar.zst"));
        assertThat(elsewhere.error()).contains("steward.error.InvalidInput");
        Outcome missing = steward.run(
                "restore-dump",
                Dumps.input(instance(), copy, site, "s3://" + Installation.BACKUP_BUCKET + "/none/dump.tar.zst"));
        assertThat(missing.error()).contains("steward.error.ObjectMissing");
        assertThat(dumps.keys("steward-tmp-")).isEmpty();
    }

    @AfterAll
    static void nothingTemporaryIsLeft() throws SQLException {
        assertThat(TestInstallation.SHARED.look(
                        instance(), "postgres", "SELECT datname FROM pg_database WHERE datname ~ '^steward-tmp'"))
                .isEmpty();
    }
}
