package steward.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static steward.local.TestInstallation.execute;
import static steward.local.TestInstallation.random;
import static steward.local.TestInstallation.rows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.model.ContainerOverride;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import steward.local.TestInstallation.Outcome;
import steward.local.aws.AwsError;
import steward.local.aws.DatabaseInstance;
import steward.local.aws.Faults;
import steward.local.postgres.ClientTools;

/** What goes wrong in dumps and restores, and what they do then. */
final class DumpFaultsIT {
    private static final int MAJOR = DumpRestoreIT.majors().getLast();
    private static final String INSTANCE = TestInstallation.instance(MAJOR);

    private static final Path TOOLS = ClientTools.underTest().getOrDefault(MAJOR, Path.of(""));

    private final TestInstallation steward = TestInstallation.SHARED;
    private static String large = "";

    private final Dumps dumps = new Dumps(steward);

    @Test
    void aTableThatSomebodyLocksIsWaitedForAndNamed() throws Exception {
        String site = dumps.filled(INSTANCE);
        String folder = random("tasks");
        JsonNode input;
        JsonNode outcome;
        try (Connection owner = steward.connect("acme", INSTANCE, site, site)) {
            execute(owner, "CREATE TABLE other (id integer)", "BEGIN", "LOCK TABLE site IN ACCESS EXCLUSIVE MODE");
            input = job(folder, dump(site, folder));
            outcome = task("dump", input);
        }
        assertThat(outcome.path("error").asText()).isEqualTo("steward.error.ObjectBusy");
        assertThat(outcome.path("cause").asText())
                .contains("lock timeout", "locked by others are: public.site")
                .doesNotContain("public.other");
        assertThat(dumps.keys(folder + "-dump/")).isEmpty();
        assertThat(task("dump", input).path("error").isNull()).isTrue();
    }

    @Test
    void aPasswordThatIsRotatedBetweenReadingAndUsingItIsReadAgain() throws Exception {
        String site = dumps.filled(INSTANCE);
        Outcome dumped;
        try (Connection superuser = locking(site, "pg_largeobject_metadata")) {
            // The task has its password when it looks at the large objects; pg_dump logs in after that.
            String arn = startDump(site);
            awaitWaiting(superuser, "pg_largeobject_metadata");
            steward.succeed("rotate-password", Map.of("instance", INSTANCE, "user", site));
            execute(superuser, "COMMIT");
            dumped = steward.await(arn);
        }
        assertThat(dumped.error()).as(dumped.toString()).isEmpty();
        JsonNode restored = dumps.restore(INSTANCE, random("copy"), site, dumped.text("dump"));
        assertThat(restored.path("rows").asLong()).isEqualTo(1000);
    }

    @Test
    void aDumpThatDoesNotFitOnTheDiskPublishesNothing() throws Exception {
        List<String> limited = new ArrayList<>(List.of("/bin/sh", "-c", "ulimit -f 8000; exec \"$@\"", "sh"));
        limited.addAll(Home.taskCommand());
        TestInstallation small = new TestInstallation(Map.of(INSTANCE, steward.server(INSTANCE)), limited);
        try {
            Dumps theirs = new Dumps(small);
            String site = theirs.filled(INSTANCE);
            assertThat(small.run("dump-database", Map.of("instance", INSTANCE, "database", site))
                            .error())
                    .as("a small one fits")
                    .isEmpty();
            try (Connection owner = small.connect("acme", INSTANCE, site, site)) {
                execute(owner, "INSERT INTO site (name) SELECT md5(n::text) FROM generate_series(1, 150000) n");
            }
            Outcome outcome = small.run("dump-database", Map.of("instance", INSTANCE, "database", site));
            assertThat(outcome.cause().orElse(""))
                    .as(outcome.toString())
                    .containsAnyOf("signal 25", "File too large")
                    .contains("dumping database \"" + site + "\"");
            assertThat(theirs.keys("steward-tmp-")).isEmpty();
            assertThat(theirs.keys("dumps/")).hasSize(3);
        } finally {
            small.installation.close();
        }
    }

    /** pg_dump waits for a large object while the tables are on their way to S3 already. */
    @Test
    void whatIsFinishedIsSentWhileTheRestIsWritten() throws Exception {
        String site = large();
        Outcome dumped;
        try (Connection superuser = locking(site, "pg_largeobject")) {
            String arn = startDump(site);
            awaitWaiting(superuser, "pg_largeobject");
            Await.until(
                    "a part is in S3", () -> uploads("/" + site + "/").stream().anyMatch(this::hasParts));
            execute(superuser, "COMMIT");
            dumped = steward.await(arn);
        }
        requireRestorable(site, dumped);
    }

    @Test
    void aPartThatIsRefusedWhilePgDumpWritesLeavesNothing() throws Exception {
        String site = large();
        String folder = random("tasks");
        Faults faults = steward.installation.endpoint().faults();
        JsonNode outcome;
        try (Connection superuser = locking(site, "pg_largeobject");
                ExecutorService threads = Executors.newSingleThreadExecutor()) {
            Faults.Fault refused =
                    faults.fail("s3:UploadPart", 1, Faults.Moment.BEFORE, new AwsError(403, "AccessDenied", "planted"));
            // Without its workflow, which would abort what the task leaves.
            Future<JsonNode> task = threads.submit(() -> task("dump", job(folder, dump(site, folder))));
            awaitWaiting(superuser, "pg_largeobject");
            Await.until("the part is refused", refused::happened);
            execute(superuser, "COMMIT");
            outcome = task.get();
        } finally {
            faults.clear();
        }
        assertThat(outcome.path("error").asText()).as(outcome.toString()).endsWith(".AccessDeniedException");
        assertThat(uploads(folder)).isEmpty();
        assertThat(dumps.keys(folder + "-dump/")).isEmpty();
    }

    /** pg_dump's first connection has logged in, and waits for a table; its others log in after that. */
    @Test
    void aPasswordThatIsRotatedBetweenPgDumpsLoginsIsReadAgain() throws Exception {
        String site = large();
        Outcome dumped;
        try (Connection superuser = locking(site, "public.parted")) {
            String arn = startDump(site);
            awaitWaiting(superuser, "public.parted");
            steward.succeed("rotate-password", Map.of("instance", INSTANCE, "user", site));
            execute(superuser, "COMMIT");
            dumped = steward.await(arn);
        }
        requireRestorable(site, dumped);
    }

    private Connection locking(String site, String table) throws Exception {
        Connection superuser = steward.server(INSTANCE).connectAsSuperuser(site);
        execute(superuser, "BEGIN", "LOCK TABLE " + table + " IN ACCESS EXCLUSIVE MODE");
        return superuser;
    }

    /** Once while the dump is read back, once while it is restored; each before its end and at its beginning. */
    @Test
    void aConnectionToS3ThatBreaksInTheMiddleCostsNothing() throws Exception {
        String site = dumps.filled(INSTANCE);
        Faults faults = steward.installation.endpoint().faults();
        try {
            List<Faults.Fault> cuts = new ArrayList<>();
            // The first is asked for what is there already; the last is the workflow's own.
            for (int call = 2; call <= 4; call++) {
                cuts.add(faults.cut("s3:GetObject", call, call * 100L));
            }
            String dump = dumps.dump(INSTANCE, site).path("dump").asText();
            assertThat(cuts)
                    .as("%s", cuts.stream().map(Faults.Fault::happened).toList())
                    .allMatch(Faults.Fault::happened);
            cuts.clear();
            for (int call = 3; call <= 5; call++) {
                cuts.add(faults.cut("s3:GetObject", call, call * 100L));
            }
            String copy = random("copy");
            dumps.restore(INSTANCE, copy, site, dump);
            assertThat(cuts)
                    .as("%s", cuts.stream().map(Faults.Fault::happened).toList())
                    .allMatch(Faults.Fault::happened);
            assertThat(steward.look(INSTANCE, copy, "SELECT count(*) FROM public.site"))
                    .containsExactly("1000");
        } finally {
            faults.clear();
        }
    }

    private static void awaitWaiting(Connection superuser, String table) throws Exception {
        String waiting = "SELECT 1 FROM pg_locks WHERE NOT granted AND relation = '%s'::regclass".formatted(table);
        Await.until("pg_dump waits", () -> !rows(superuser, waiting).isEmpty());
    }

    private String startDump(String site) {
        return steward.start("dump-database", TestInstallation.write(Map.of("instance", INSTANCE, "database", site)));
    }

    private void requireRestorable(String site, Outcome dumped) throws Exception {
        assertThat(dumped.error()).as(dumped.toString()).isEmpty();
        String copy = random("copy");
        JsonNode restored = dumps.restore(INSTANCE, copy, site, dumped.text("dump"));
        assertThat(restored.path("rows").asLong()).isEqualTo(101_001);
        assertThat(steward.look(INSTANCE, copy, "SELECT oid FROM pg_largeobject_metadata"))
                .hasSize(1);
    }

    /**
     * So large that pg_dump uses two connections and S3 several parts; with a large object, and with a table whose name
     * looks in pg_dump's messages like one that is finished.
     */
    private String large() throws Exception {
        if (large.isEmpty()) {
            String site = dumps.filled(INSTANCE);
            try (Connection owner = steward.connect("acme", INSTANCE, site, site)) {
                execute(
                        owner,
                        "CREATE TABLE parted (id integer) PARTITION BY LIST (id)",
                        "CREATE TABLE \"a\npg_dump: finished item 9 TABLE DATA b\" AS SELECT 1 AS one",
                        "CREATE TABLE large (content text)",
                        """
                        INSERT INTO large
                        SELECT string_agg(md5(random()::text), '') FROM generate_series(1, 2400000) n GROUP BY n % 100000
                        """);
            }
            large = site;
        }
        return large;
    }

    private List<MultipartUpload> uploads(String folder) {
        return steward.s3.listMultipartUploads(it -> it.bucket(Installation.BACKUP_BUCKET)).uploads().stream()
                .filter(upload -> upload.key().contains(folder))
                .toList();
    }

    private boolean hasParts(MultipartUpload upload) {
        return steward.s3
                .listParts(it ->
                        it.bucket(Installation.BACKUP_BUCKET).key(upload.key()).uploadId(upload.uploadId()))
                .hasParts();
    }

    /** ECS may have started a task and lost its answer; then there are two of one execution, with the same keys. */
    @Test
    void whatAnotherTaskHasStoredIsNeverReplaced() throws Exception {
        String site = dumps.filled(INSTANCE);
        for (String part : List.of("dump.tar.zst", "contents.json")) {
            String folder = random("tasks");
            byte[] theirs = random("theirs").getBytes(StandardCharsets.UTF_8);
            dumps.put(folder + "-dump/" + part, theirs);
            JsonNode outcome = task("dump", job(folder, dump(site, folder)));
            assertThat(outcome.path("error").asText()).isEqualTo("steward.error.VerificationFailed");
            assertThat(outcome.path("cause").asText()).contains("in S3 is");
            assertThat(steward.s3
                            .getObjectAsBytes(
                                    it -> it.bucket(Installation.BACKUP_BUCKET).key(folder + "-dump/" + part))
                            .asByteArray())
                    .isEqualTo(theirs);
            assertThat(dumps.keys(folder + "-dump/manifest.json")).isEmpty();
        }
    }

    @Test
    void anExtensionOfAnotherVersionIsNamed() throws Exception {
        String site = withOldExtension();
        Outcome restored = steward.run(
                "restore-dump",
                Dumps.input(
                        INSTANCE,
                        random("copy"),
                        site,
                        dumps.dump(INSTANCE, site).path("dump").asText()));
        assertThat(restored.output().path("notes").toString())
                .as(restored.toString())
                .containsPattern("extension hstore: version 1\\.5 in the dump, 1\\.[678] here");
    }

    @Test
    void aFileThatNeedsAnExtensionSaysSo() throws Exception {
        String site = withOldExtension();
        String file = dumps.putPlainDump(INSTANCE, site, TOOLS);
        String copy = random("copy");
        Outcome without = steward.run("restore-dump", Dumps.input(INSTANCE, copy, site, file));
        assertThat(without.error()).as(without.toString()).contains("steward.error.ObjectMissing");
        assertThat(without.cause().orElse(""))
                .contains("hstore", "name them in extensions")
                .doesNotContain("which were made for it");
        Outcome fresh = steward.run("restore-dump", Dumps.input(INSTANCE, copy, copy, file));
        assertThat(fresh.cause().orElse(""))
                .contains("user \"" + copy + "\" and its secret, which were made for it, stay");
        assertThat(dumps.exists(INSTANCE, copy)).isFalse();

        ObjectNode input = new ObjectMapper().valueToTree(Dumps.input(INSTANCE, copy, site, file));
        input.putArray("extensions").add("hstore");
        Outcome with = steward.await(steward.start("restore-dump", input.toString()));
        assertThat(with.output().path("rows").asInt()).as(with.toString()).isEqualTo(1000);
    }

    @Test
    void aFileOfANewerPgDumpThanTheServersMajorHasIsNamed() throws Exception {
        int old = ClientTools.underTest().firstKey();
        assumeThat(old).as("from 16 on there is another format").isLessThan(16);
        assumeThat(MAJOR).isGreaterThanOrEqualTo(16);
        String site = dumps.filled(INSTANCE);
        String file = dumps.putPlainDump(INSTANCE, site, TOOLS);
        String copy = random("copy");
        Outcome outcome = steward.run("restore-dump", Dumps.input(TestInstallation.instance(old), copy, copy, file));
        assertThat(outcome.error()).as(outcome.toString()).contains("steward.error.NotPermitted");
        assertThat(outcome.cause().orElse(""))
                .contains("made by a newer pg_dump", "unsupported version")
                .doesNotContain("damaged");
        assertThat(dumps.exists(TestInstallation.instance(old), copy)).isFalse();
    }

    private String withOldExtension() throws Exception {
        String site = dumps.filled(INSTANCE);
        try (Connection superuser = steward.server(INSTANCE).connectAsSuperuser(site)) {
            execute(superuser, "CREATE EXTENSION hstore SCHEMA public VERSION '1.5'");
        }
        return site;
    }

    @Test
    void eightHundredTablesComeBack() throws Exception {
        String site = dumps.create(INSTANCE, List.of());
        try (Connection owner = steward.connect("acme", INSTANCE, site, site)) {
            execute(owner, """
                    DO $$
                    BEGIN
                        FOR i IN 1..800 LOOP
                            EXECUTE format('CREATE TABLE table_%s (id serial PRIMARY KEY, name text)', i);
                            EXECUTE format('INSERT INTO table_%s (name) SELECT n::text FROM generate_series(1, %s) n', i, i % 7);
                            COMMIT;
                        END LOOP;
                    END $$
                    """);
        }
        JsonNode restored = dumps.restore(
                INSTANCE,
                random("copy"),
                site,
                dumps.dump(INSTANCE, site).path("dump").asText());
        assertThat(restored.path("tables").asInt()).isEqualTo(800);
        assertThat(restored.path("rows").asInt()).isEqualTo(2397);
    }

    @Test
    void aDatabaseIsCopiedWithoutS3() throws Exception {
        String site = dumps.filled(INSTANCE);
        String copy = random("copy");
        steward.succeed(
                "create-database", Map.of("instance", INSTANCE, "project", "acme", "database", copy, "user", site));
        String folder = random("tasks");
        ObjectNode input = job(folder, new ObjectMapper().createObjectNode());
        input.set("source", instance());
        input.put("sourceDatabase", site).put("sourceSecret", "steward/acme/%s/%s".formatted(INSTANCE, site));
        input.set("target", instance());
        input.put("targetDatabase", copy).put("targetUser", site).put("project", "acme");
        input.putArray("leaveOut");
        JsonNode outcome = task("copy", input);
        assertThat(outcome.path("error").isNull()).as(outcome.toString()).isTrue();
        assertThat(outcome.path("output").path("rows").asLong()).isEqualTo(1000);
        assertThat(outcome.path("output").path("largeObjects").asLong()).isEqualTo(1);
        assertThat(dumps.digest(INSTANCE, site, site, TOOLS).difference(dumps.digest(INSTANCE, copy, site, TOOLS)))
                .isEmpty();

        JsonNode over = task("copy", input);
        assertThat(over.path("error").asText()).isEqualTo("steward.error.ObjectExists");
    }

    private ObjectNode dump(String site, String folder) {
        ObjectNode input = new ObjectMapper().createObjectNode();
        input.set("instance", instance());
        return input.put("project", "acme")
                .put("database", site)
                .put("user", site)
                .put("execution", "none")
                .put("manifest", "s3://%s/%s-dump/manifest.json".formatted(Installation.BACKUP_BUCKET, folder));
    }

    private static ObjectNode job(String folder, ObjectNode input) {
        String place = "s3://%s/%s/".formatted(Installation.BACKUP_BUCKET, folder);
        return input.put("outcome", place + "outcome.json").put("progress", place + "progress.txt");
    }

    private ObjectNode instance() {
        DatabaseInstance instance =
                steward.installation.endpoint().rds().instance(INSTANCE).orElseThrow();
        return new ObjectMapper()
                .createObjectNode()
                .put("identifier", INSTANCE)
                .put("host", instance.endpoint().address())
                .put("port", instance.endpoint().port())
                .put("engineVersion", instance.engineVersion())
                .put("masterSecretArn", instance.masterSecret().orElseThrow().arn());
    }

    /** Runs a task to its end, and reads its outcome. */
    private JsonNode task(String job, JsonNode input) throws Exception {
        try (EcsClient ecs = EcsClient.builder()
                .endpointOverride(steward.installation.endpoint().uri())
                .region(Installation.REGION)
                .credentialsProvider(StaticCredentialsProvider.create(Installation.CREDENTIALS))
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .build()) {
            ContainerOverride container = ContainerOverride.builder()
                    .name("task")
                    .command(job, input.toString())
                    .build();
            String task = ecs.runTask(it -> it.cluster(Installation.CLUSTER)
                            .taskDefinition(Installation.TASK_FAMILY)
                            .networkConfiguration(
                                    network -> network.awsvpcConfiguration(vpc -> vpc.subnets("subnet-1")))
                            .overrides(overrides -> overrides.containerOverrides(container)))
                    .tasks()
                    .getFirst()
                    .taskArn();
            Await.until(
                    "the task ends",
                    () -> ecs.describeTasks(
                                    it -> it.cluster(Installation.CLUSTER).tasks(task))
                            .tasks()
                            .getFirst()
                            .lastStatus()
                            .equals("STOPPED"));
        }
        String key = input.path("outcome").asText().replace("s3://" + Installation.BACKUP_BUCKET + "/", "");
        return TestInstallation.read(steward.s3
                .getObjectAsBytes(it -> it.bucket(Installation.BACKUP_BUCKET).key(key))
                .asUtf8String());
    }
}
