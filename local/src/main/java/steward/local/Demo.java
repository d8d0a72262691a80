package steward.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.sfn.SfnClient;
import software.amazon.awssdk.services.sfn.model.DescribeExecutionResponse;
import software.amazon.awssdk.services.sfn.model.ExecutionStatus;
import steward.local.asl.Time;
import steward.local.aws.DatabaseInstance;
import steward.local.aws.Rds;
import steward.local.postgres.ClientTools;
import steward.local.postgres.PostgresServer;

/** Shows the workflows on one server; see {@code scripts/demo}. Every line is what was found, not what should be. */
public final class Demo {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String PROJECT = "acme";
    private static final String SITE = "website";
    private static final String RESTORED = "website_restored";
    private static final String BROUGHT_BACK = "website_of_last_night";
    private static final String READER = "website_reports";

    private final String instance;
    private final PostgresServer server;
    private final Installation installation;

    private Demo(String instance, PostgresServer server, Installation installation) {
        this.instance = instance;
        this.server = server;
        this.installation = installation;
    }

    /** Runs the demonstration on the newest major, or the one that is named. */
    public static void main(String[] arguments) throws SQLException, InterruptedException {
        int major = arguments.length == 0 ? newest() : Integer.parseInt(arguments[0]);
        System.out.printf("starting a Postgres %d server, set up as RDS does it, and Steward beside it%n", major);
        try (Servers servers = Servers.start(List.of(major))) {
            var only = servers.byInstance().entrySet().iterator().next();
            System.out.printf("time runs %d times faster while everybody waits%n", Local.FASTER);
            try (Installation installation = Installation.start(0, Time.faster(Local.FASTER), servers.byInstance());
                    RdsClock clock = new RdsClock(installation.endpoint().rds())) {
                clock.start();
                installation.endpoint().stepFunctions().listen(new Steps(System.out));
                new Demo(only.getKey(), only.getValue(), installation).show();
            }
        }
        System.out.println("demo: ok");
        System.exit(0);
    }

    /** The newest major whose client tools are here: without them nothing can be dumped. */
    private static int newest() {
        SortedMap<Integer, Path> tools = ClientTools.found();
        if (tools.isEmpty()) {
            System.err.println("pg_dump and pg_restore are missing: install postgresql-client, or run scripts/clients");
            System.exit(1);
        }
        return tools.lastKey();
    }

    private void show() throws SQLException, InterruptedException {
        System.out.printf("%ncreate-database: project %s, with hstore and citext%n", PROJECT);
        JsonNode output = run(
                "create-database",
                Map.of(
                        "instance", instance,
                        "project", PROJECT,
                        "database", SITE,
                        "extensions", List.of("hstore", "citext")));
        System.out.println(output.toPrettyString());
        asTheProject();
        asTheMaster();
        letSomebodyRead();
        rotate();
        dumpAndRestore();
        bringBack();
        clearAway();
    }

    private void asTheMaster() throws SQLException {
        System.out.printf("%nthe database, as the master sees it%n");
        try (Connection master = server.connectAsMaster("postgres")) {
            print(
                    master,
                    "SELECT datname, pg_get_userbyid(datdba) AS owner, datacl AS access_list,"
                            + " shobj_description(oid, 'pg_database') AS comment FROM pg_database WHERE datname = '"
                            + SITE + "'");
        }
    }

    private void letSomebodyRead() throws SQLException, InterruptedException {
        System.out.printf("%ngrant-read-only: user %s may read what is there and what comes later%n", READER);
        JsonNode output = run(
                "grant-read-only", Map.of("instance", instance, "project", PROJECT, "database", SITE, "user", READER));
        output.path("checks").forEach(check -> System.out.println("  " + check.asText()));
        JsonNode secret = secret(READER);
        try (Connection reader =
                        server.connectAs(READER, secret.path("password").asText(), SITE);
                Statement statement = reader.createStatement()) {
            print(reader, "SELECT email FROM visitor");
            refused(statement, "DELETE FROM visitor");
        }
    }

    private void rotate() throws SQLException, InterruptedException {
        String before = secret(SITE).path("password").asText();
        System.out.printf("%nrotate-password: user %s%n", SITE);
        System.out.println(run("rotate-password", Map.of("instance", instance, "user", SITE))
                .toPrettyString());
        try {
            server.connectAs(SITE, before, SITE).close();
        } catch (SQLException e) {
            System.out.println("  the old password is refused: " + e.getMessage());
            server.connectAs(SITE, secret(SITE).path("password").asText(), SITE).close();
            System.out.println("  the new one opens the database");
            return;
        }
        throw new IllegalStateException("the old password still works");
    }

    private void dumpAndRestore() throws SQLException, InterruptedException {
        try (Connection project =
                        server.connectAs(SITE, secret(SITE).path("password").asText(), SITE);
                Statement statement = project.createStatement()) {
            statement.execute(
                    "CREATE TABLE visit AS SELECT n AS id, md5(n::text) AS page FROM generate_series(1, 20000) n");
        }
        System.out.printf("%ndump-database: %s, with 20000 visits more%n", SITE);
        JsonNode dump = run("dump-database", Map.of("instance", instance, "database", SITE));
        System.out.println(dump.toPrettyString());
        System.out.printf("%nrestore-dump: as %s%n", RESTORED);
        JsonNode restored = run(
                "restore-dump",
                Map.of(
                        "instance",
                        instance,
                        "project",
                        PROJECT,
                        "database",
                        RESTORED,
                        "user",
                        SITE,
                        "dump",
                        dump.path("dump").asText()));
        System.out.println(restored.toPrettyString());
        String before = visits(SITE);
        String after = visits(RESTORED);
        System.out.printf("  all visits, hashed: %s before, %s after%n", before, after);
        if (!before.equals(after)) {
            throw new IllegalStateException("what was restored is not what was dumped");
        }
        run(
                "drop-database",
                Map.of("instance", instance, "database", RESTORED, "confirm", RESTORED, "skipFinalDump", true));
    }

    /** What Steward is for: data are deleted by mistake, and the night's snapshot has them. */
    private void bringBack() throws SQLException, InterruptedException {
        Rds rds = installation.endpoint().rds();
        String before = visits(SITE);
        String snapshot = rds.backUp(instance).identifier();
        System.out.printf("%nthe night's automated snapshot of the whole instance: %s%n", snapshot);
        while (rds.snapshots().stream().anyMatch(each -> !each.status().equals("available"))
                || !rds.instance(instance).orElseThrow().status().equals("available")) {
            Thread.sleep(50);
        }
        try (Connection project =
                        server.connectAs(SITE, secret(SITE).path("password").asText(), SITE);
                Statement statement = project.createStatement()) {
            System.out.printf(
                    "  DELETE FROM visit, without WHERE: %d rows are gone%n",
                    statement.executeUpdate("DELETE FROM visit"));
        }
        System.out.printf("%nrestore-database: %s as it was, beside the live one, as %s%n", SITE, BROUGHT_BACK);
        JsonNode restored = run(
                "restore-database",
                Map.of(
                        "instance",
                        instance,
                        "project",
                        PROJECT,
                        "database",
                        SITE,
                        "snapshot",
                        snapshot,
                        "targetDatabase",
                        BROUGHT_BACK));
        System.out.println(restored.toPrettyString());
        String after = visits(BROUGHT_BACK);
        System.out.printf(
                "  all visits, hashed: %s before the mistake, %s brought back, %s in the live one%n",
                before, after, visits(SITE));
        if (!before.equals(after)) {
            throw new IllegalStateException("what was brought back is not what the snapshot had");
        }
        System.out.println("  instances now: "
                + rds.instances().stream().map(DatabaseInstance::identifier).toList());
        JsonNode swept = run("sweep", Map.of());
        System.out.println("  a sweep finds nothing that is left: " + swept);
        if (rds.instances().size() != 1
                || !swept.path("removed").isEmpty()
                || !swept.path("left").isEmpty()) {
            throw new IllegalStateException("something temporary was left");
        }
        run(
                "drop-database",
                Map.of("instance", instance, "database", BROUGHT_BACK, "confirm", BROUGHT_BACK, "skipFinalDump", true));
    }

    private String visits(String database) throws SQLException {
        try (Connection project =
                        server.connectAs(SITE, secret(SITE).path("password").asText(), database);
                Statement statement = project.createStatement();
                ResultSet rows = statement.executeQuery("SELECT md5(string_agg(page, ',' ORDER BY id)) FROM visit")) {
            rows.next();
            return rows.getString(1);
        }
    }

    private void clearAway() throws SQLException, InterruptedException {
        System.out.printf("%ndrop-user and drop-database: all of it goes again%n");
        for (String user : List.of(READER, SITE)) {
            if (user.equals(SITE)) {
                JsonNode dropped =
                        run("drop-database", Map.of("instance", instance, "database", SITE, "confirm", SITE));
                System.out.println(
                        "  its last dump: " + dropped.path("finalDump").asText());
            }
            run("drop-user", Map.of("instance", instance, "user", user));
        }
        try (Connection master = server.connectAsMaster("postgres")) {
            System.out.println("what is left of them on the server");
            print(
                    master,
                    "SELECT (SELECT count(*) FROM pg_database WHERE datname LIKE 'website%') AS databases,"
                            + " (SELECT count(*) FROM pg_roles WHERE rolname LIKE 'website%') AS users");
        }
    }

    private void asTheProject() throws SQLException {
        JsonNode secret = secret(SITE);
        System.out.printf(
                "%nconnecting as %s to %s, with what its secret says%n",
                secret.path("username").asText(), secret.path("dbname").asText());
        try (Connection project = server.connectAs(
                        secret.path("username").asText(),
                        secret.path("password").asText(),
                        secret.path("dbname").asText());
                Statement statement = project.createStatement()) {
            statement.execute("CREATE TABLE visitor (email citext PRIMARY KEY, attributes hstore)");
            statement.execute("INSERT INTO visitor VALUES ('Ada@Example.org', 'role => admin')");
            System.out.println("  created table visitor");
            print(project, "SELECT email, attributes -> 'role' AS role FROM visitor WHERE email = 'ada@example.ORG'");
            refused(statement, "CREATE DATABASE second");
        }
    }

    private static void refused(Statement statement, String sql) {
        try {
            statement.execute(sql);
        } catch (SQLException e) {
            System.out.printf("  %s is refused: %s%n", sql, e.getMessage());
            return;
        }
        throw new IllegalStateException(sql + " was not refused");
    }

    private JsonNode run(String workflow, Map<String, ?> input) throws InterruptedException {
        try (SfnClient client = SfnClient.builder()
                .endpointOverride(installation.endpoint().uri())
                .region(Installation.REGION)
                .credentialsProvider(StaticCredentialsProvider.create(Installation.CREDENTIALS))
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .build()) {
            String arn = client.startExecution(request -> request.stateMachineArn(
                                    "arn:aws:states:us-east-1:000000000000:stateMachine:" + workflow)
                            .input(JSON.valueToTree(input).toString()))
                    .executionArn();
            DescribeExecutionResponse execution = client.describeExecution(request -> request.executionArn(arn));
            while (execution.status() == ExecutionStatus.RUNNING) {
                Thread.sleep(20);
                execution = client.describeExecution(request -> request.executionArn(arn));
            }
            if (execution.status() != ExecutionStatus.SUCCEEDED) {
                throw new IllegalStateException(
                        "%s: %s: %s".formatted(execution.status(), execution.error(), execution.cause()));
            }
            return read(execution.output());
        }
    }

    private JsonNode secret(String user) {
        String name = "steward/%s/%s/%s".formatted(PROJECT, instance, user);
        try (SecretsManagerClient secrets = installation.secretsManager()) {
            return read(
                    secrets.getSecretValue(request -> request.secretId(name)).secretString());
        }
    }

    private static JsonNode read(String json) {
        try {
            return JSON.readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void print(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                    System.out.printf("  %-12s %s%n", rows.getMetaData().getColumnLabel(i), rows.getString(i));
                }
            }
        }
    }
}
