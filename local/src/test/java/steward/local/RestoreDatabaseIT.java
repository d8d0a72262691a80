package steward.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static steward.local.TestInstallation.execute;
import static steward.local.TestInstallation.random;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.sfn.model.ExecutionStatus;
import steward.local.TestInstallation.Outcome;
import steward.local.asl.Time;
import steward.local.aws.DatabaseInstance;
import steward.local.aws.DatabaseSnapshot;
import steward.local.postgres.ClientTools;
import steward.local.postgres.PostgresServer;

/**
 * One database out of an instance's snapshot, with real servers: the snapshot is a physical copy, the temporary instance a
 * server of its own, the copy made by the task with the real pg_dump and pg_restore. Only waiting is faster.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class RestoreDatabaseIT {
    private static final SortedMap<Integer, Path> TOOLS = ClientTools.underTest();
    private static final double FASTER = 600;

    private final Map<String, PostgresServer> servers = servers();
    private final TestInstallation steward = new TestInstallation(servers, Home.taskCommand(), Time.faster(FASTER));
    private final RdsClock clock = new RdsClock(steward.installation.endpoint().rds());
    private final Dumps dumps = new Dumps(steward);

    private static Map<String, PostgresServer> servers() {
        Map<String, PostgresServer> servers = new ConcurrentHashMap<>();
        majors().parallelStream().forEach(major -> servers.put(instance(major), PostgresServer.start(major)));
        return servers;
    }

    @BeforeAll
    void start() {
        clock.start();
    }

    @AfterAll
    void stop() {
        clock.close();
        steward.installation.close();
        servers.values().forEach(PostgresServer::close);
    }

    static List<Integer> majors() {
        return Soak.ends(List.copyOf(TOOLS.keySet()));
    }

    private static String instance(int major) {
        return TestInstallation.instance(major);
    }

    @ParameterizedTest
    @MethodSource("majors")
    void theDatabaseOfTheSnapshotComesBackBesideTheLiveOne(int major) throws Exception {
        String instance = instance(major);
        String site = dumps.create(instance, Fixture.EXTENSIONS);
        try (Connection owner = steward.connect("acme", instance, site, site)) {
            Fixture.install(owner, major);
        }
        Path tools = tools(major);
        DatabaseDigest then = dumps.digest(instance, site, site, tools);
        DatabaseSnapshot snapshot = backUp(instance);
        try (Connection owner = steward.connect("acme", instance, site, site)) {
            execute(owner, "CREATE TABLE later (id int)", "INSERT INTO later VALUES (1)");
        }
        steward.succeed("rotate-password", Map.of("instance", instance, "user", site));
        DatabaseDigest live = dumps.digest(instance, site, site, tools);
        List<String> memberships = memberships(instance);

        String copy = random("copy");
        List<String> requests = new CopyOnWriteArrayList<>();
        steward.installation.endpoint().calls().listen(call -> {
            if (call.action().equals("rds:RestoreDBInstanceFromDBSnapshot")) {
                requests.add(call.request());
            }
        });
        JsonNode restored = steward.succeed("restore-database", input("acme", instance, site, snapshot, copy));
        requireExplicit(requests, snapshot, major);

        assertThat(restored.path("database").asText()).isEqualTo(copy);
        assertThat(restored.path("owner").asText()).isEqualTo(site);
        assertThat(restored.at("/snapshot/identifier").asText()).isEqualTo(snapshot.identifier());
        assertThat(restored.path("tables").asInt()).isGreaterThan(20);
        // To the server, a snapshot is a crash: unlogged tables are empty then, and the output says so.
        assertThat(then.difference(dumps.digest(instance, copy, site, tools)).lines())
                .allMatch(line -> line.contains("kinds.unlogged"));
        assertThat(restored.path("notes").toString()).contains("kinds.unlogged is unlogged");
        assertThat(live.difference(dumps.digest(instance, site, site, tools))).isEmpty();
        assertThat(memberships(instance)).isEqualTo(memberships);
        nothingTemporary();
        System.out.printf("Postgres %d: restored %s%n", major, restored);
    }

    @Test
    void itCanGoToANewerMajor() throws Exception {
        assumeThat(majors()).as("majors with client tools").hasSizeGreaterThan(1);
        String old = instance(majors().getFirst());
        String young = instance(majors().getLast());
        String site = dumps.create(old, Fixture.EXTENSIONS);
        String expected = dumps.create(young, Fixture.EXTENSIONS);
        for (String instance : List.of(old, young)) {
            String name = instance.equals(old) ? site : expected;
            try (Connection owner = steward.connect("acme", instance, name, name)) {
                Fixture.install(owner, majors().getFirst());
            }
        }
        backUp(old);
        String copy = random("copy");
        steward.succeed(
                "restore-database",
                Map.of(
                        "instance", old,
                        "project", "acme",
                        "database", site,
                        "time", "2099-01-01T00:00:00Z",
                        "targetInstance", young,
                        "targetDatabase", copy,
                        "user", expected));
        Path tools = tools(majors().getLast());
        assertThat(dumps.digest(young, expected, expected, tools)
                        .withoutNotNullNames()
                        .difference(dumps.digest(young, copy, expected, tools).withoutNotNullNames())
                        .lines())
                .as("extensions come in the versions of the source")
                .allMatch(line -> line.contains("kinds.unlogged") || line.matches("[-+] extension\\|.*"));
        assertThat(steward.connect("acme", young, expected, copy)).satisfies(owner -> {
            String versions = "SELECT extname, extversion FROM pg_extension WHERE extname <> 'plpgsql' ORDER BY 1";
            try (owner;
                    Connection there = steward.connect("acme", old, site, site)) {
                assertThat(TestInstallation.rows(owner, versions))
                        .isEqualTo(TestInstallation.rows(there, versions))
                        .isNotEmpty();
            }
        });
        nothingTemporary();
    }

    /** With settings of its own, and in a group that does not admit the application. */
    private static void requireExplicit(List<String> requests, DatabaseSnapshot snapshot, int major) {
        Map<String, String> asked = requests.stream()
                .filter(request -> request.contains(URLEncoder.encode(snapshot.identifier(), StandardCharsets.UTF_8)))
                .flatMap(request -> Arrays.stream(request.split("&", -1)))
                .map(field -> URLDecoder.decode(field, StandardCharsets.UTF_8).split("=", 2))
                .collect(Collectors.toMap(field -> field[0], field -> field[1], (one, other) -> one, TreeMap::new));
        assertThat(asked.remove("DBInstanceIdentifier")).startsWith("steward-tmp-");
        assertThat(asked.remove("Tags.Tag.2.Value")).contains(":execution:restore-database:");
        assertThat(asked)
                .containsExactlyInAnyOrderEntriesOf(Map.ofEntries(
                        Map.entry("Action", "RestoreDBInstanceFromDBSnapshot"),
                        Map.entry("Version", "2014-10-31"),
                        Map.entry("DBSnapshotIdentifier", snapshot.identifier()),
                        Map.entry("DBInstanceClass", "db.t4g.medium"),
                        Map.entry("StorageType", "gp3"),
                        Map.entry("DBSubnetGroupName", "steward"),
                        // Not the source's group: that admits the application.
                        Map.entry("VpcSecurityGroupIds.VpcSecurityGroupId.1", "sg-0000000000000000b"),
                        Map.entry("DBParameterGroupName", "default.postgres" + major),
                        Map.entry("CACertificateIdentifier", "rds-ca-rsa2048-g1"),
                        Map.entry("Port", "5432"),
                        Map.entry("PubliclyAccessible", "false"),
                        Map.entry("MultiAZ", "false"),
                        Map.entry("DeletionProtection", "false"),
                        Map.entry("BackupRetentionPeriod", "0"),
                        Map.entry("CopyTagsToSnapshot", "false"),
                        Map.entry("AutoMinorVersionUpgrade", "false"),
                        Map.entry("EnableIAMDatabaseAuthentication", "false"),
                        Map.entry("EnableCloudwatchLogsExports", ""),
                        Map.entry("Tags.Tag.1.Key", "steward:temporary"),
                        Map.entry("Tags.Tag.1.Value", "true"),
                        Map.entry("Tags.Tag.2.Key", "steward:execution")));
    }

    @Test
    void aDatabaseAndAUserThatAreGoneComeBackForAnother() throws Exception {
        String instance = instance(majors().getLast());
        String site = dumps.filled(instance);
        DatabaseSnapshot snapshot = backUp(instance);
        steward.succeed(
                "drop-database",
                Map.of("instance", instance, "database", site, "confirm", site, "skipFinalDump", true));
        steward.succeed("drop-user", Map.of("instance", instance, "user", site));
        String owner = random("owner");
        JsonNode restored = steward.succeed(
                "restore-database",
                Map.of(
                        "instance",
                        instance,
                        "project",
                        "acme",
                        "database",
                        site,
                        "snapshot",
                        snapshot.identifier(),
                        "user",
                        owner,
                        "leaveOut",
                        List.of("CONSTRAINT site site_pkey")));
        assertThat(restored.path("owner").asText()).isEqualTo(owner);
        assertThat(restored.path("notes").toString())
                .contains("CONSTRAINT public site site_pkey: is left out, as the input asks");
        try (Connection connection = steward.connect("acme", instance, owner, site)) {
            assertThat(TestInstallation.rows(connection, "SELECT count(*) FROM site"))
                    .containsExactly("1000");
        }
        nothingTemporary();
    }

    @Test
    void whatBelongedToAnotherUserThatDayComesBackForTodaysOwner() throws Exception {
        String instance = instance(majors().getLast());
        String site = dumps.filled(instance);
        DatabaseSnapshot snapshot = backUp(instance);
        steward.succeed(
                "drop-database",
                Map.of("instance", instance, "database", site, "confirm", site, "skipFinalDump", true));
        steward.succeed("drop-user", Map.of("instance", instance, "user", site));
        String today = random("today");
        steward.succeed(
                "create-database", Map.of("instance", instance, "project", "acme", "database", site, "user", today));
        String copy = random("copy");

        JsonNode restored = steward.succeed("restore-database", input("acme", instance, site, snapshot, copy));

        assertThat(restored.path("owner").asText()).isEqualTo(today);
        try (Connection owner = steward.connect("acme", instance, today, copy)) {
            assertThat(TestInstallation.rows(owner, "SELECT count(*) FROM site"))
                    .containsExactly("1000");
            assertThat(TestInstallation.rows(
                            owner, "SELECT pg_get_userbyid(relowner) FROM pg_class WHERE relname = 'site'"))
                    .containsExactly(today);
        }
        assertThat(steward.look(instance, "postgres", "SELECT 1 FROM pg_roles WHERE rolname = '" + site + "'"))
                .as("the owner of that day is not made again")
                .isEmpty();
        nothingTemporary();
    }

    @Test
    void anotherProjectsDatabaseIsNotBroughtBack() throws Exception {
        String instance = instance(majors().getLast());
        String site = dumps.filled(instance);
        DatabaseSnapshot snapshot = backUp(instance);
        Outcome outcome = steward.run("restore-database", input("other", instance, site, snapshot, random("copy")));
        assertThat(outcome.error()).contains("steward.error.NotOurs");
        assertThat(outcome.cause().orElse("")).contains(site, "names project \"acme\"");
        nothingTemporary();
    }

    @Test
    void whatWasNotThereOnThatDayIsNamed() throws Exception {
        String instance = instance(majors().getLast());
        DatabaseSnapshot snapshot = backUp(instance);
        String site = dumps.filled(instance);
        Outcome outcome = steward.run("restore-database", input("acme", instance, site, snapshot, random("copy")));
        assertThat(outcome.status()).isEqualTo(ExecutionStatus.FAILED);
        assertThat(outcome.error()).contains("steward.error.ObjectMissing");
        assertThat(outcome.cause().orElse("")).contains(site, "is not in the snapshot", "postgres");
        nothingTemporary();
    }

    @Test
    void aTargetWithoutRoomIsRefusedBeforeAnythingIsMade() throws Exception {
        String instance = instance(majors().getLast());
        String site = dumps.filled(instance);
        DatabaseSnapshot snapshot = backUp(instance);
        var rds = steward.installation.endpoint().rds();
        int gibibytes = rds.instance(instance).orElseThrow().storage().gibibytes();
        rds.update(instance, it -> it.withStorage(0));
        Outcome outcome;
        try {
            outcome = steward.run("restore-database", input("acme", instance, site, snapshot, random("copy")));
        } finally {
            rds.update(instance, it -> it.withStorage(gibibytes));
        }
        assertThat(outcome.error()).contains("steward.error.NotPermitted");
        assertThat(outcome.cause().orElse("")).contains(instance, "has no room", "of its 0 GiB", "enlarge its storage");
        nothingTemporary();
    }

    private static Map<String, String> input(
            String project, String instance, String database, DatabaseSnapshot snapshot, String copy) {
        return Map.of(
                "instance", instance,
                "project", project,
                "database", database,
                "snapshot", snapshot.identifier(),
                "targetDatabase", copy);
    }

    private DatabaseSnapshot backUp(String instance) throws Exception {
        var rds = steward.installation.endpoint().rds();
        String identifier = rds.backUp(instance).identifier();
        Await.until(
                "the snapshot is available", () -> snapshot(identifier).status().equals("available"));
        Await.until(
                "the instance is available",
                () -> rds.instance(instance).orElseThrow().status().equals("available"));
        return snapshot(identifier);
    }

    private DatabaseSnapshot snapshot(String identifier) {
        return steward.installation.endpoint().rds().snapshots().stream()
                .filter(snapshot -> snapshot.identifier().equals(identifier))
                .findFirst()
                .orElseThrow();
    }

    private void nothingTemporary() throws Exception {
        assertThat(steward.installation.endpoint().rds().instances())
                .extracting(DatabaseInstance::identifier)
                .containsExactlyInAnyOrderElementsOf(servers.keySet());
        assertThat(steward.secrets.listSecrets().secretList())
                .noneMatch(secret -> secret.name().startsWith("steward-tmp-"));
        assertThat(dumps.keys("steward-tmp-")).isEmpty();
        try (EcsClient ecs = EcsClient.builder()
                .endpointOverride(steward.installation.endpoint().uri())
                .region(Installation.REGION)
                .credentialsProvider(StaticCredentialsProvider.create(Installation.CREDENTIALS))
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .build()) {
            assertThat(ecs.listTasks(it -> it.cluster(Installation.CLUSTER).desiredStatus("RUNNING"))
                            .taskArns())
                    .isEmpty();
        }
        for (String instance : servers.keySet()) {
            assertThat(steward.look(
                            instance, "postgres", "SELECT datname FROM pg_database WHERE datname LIKE 'steward%'"))
                    .isEmpty();
        }
    }

    private List<String> memberships(String instance) throws Exception {
        return steward.look(
                instance,
                "postgres",
                "SELECT pg_get_userbyid(roleid), pg_get_userbyid(member) FROM pg_auth_members ORDER BY 1, 2");
    }

    private static Path tools(int major) {
        return Optional.ofNullable(TOOLS.get(major)).orElseThrow();
    }
}
