package steward.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.sfn.SfnClient;
import software.amazon.awssdk.services.sfn.model.DescribeExecutionResponse;
import software.amazon.awssdk.services.sfn.model.ExecutionStatus;
import steward.local.asl.Time;
import steward.local.postgres.Majors;
import steward.local.postgres.PostgresServer;
import steward.local.postgres.SharedServers;

/** Steward with one instance of every major under test, made once; driven as its users drive it, through the SDK. */
final class TestInstallation {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final SecureRandom RANDOM = new SecureRandom();

    /**
     * Without the rule: thousands of executions fail here, and a sweep after each would read secrets and ask servers while
     * another test counts who does.
     */
    static final TestInstallation SHARED = withoutRule(new TestInstallation(servers()));

    final Installation installation;
    final SfnClient stepFunctions;
    final SecretsManagerClient secrets;
    final S3Client s3;
    private final Map<String, PostgresServer> servers;

    /** How an execution ended. */
    record Outcome(
            String arn, ExecutionStatus status, JsonNode output, Optional<String> error, Optional<String> cause) {
        String text(String field) {
            return output.path(field).asText();
        }
    }

    TestInstallation(Map<String, PostgresServer> servers) {
        this(servers, Home.taskCommand());
    }

    /** One whose tasks are started otherwise than those of the others. */
    TestInstallation(Map<String, PostgresServer> servers, List<String> taskCommand) {
        this(servers, taskCommand, Time.system());
    }

    /** One in which waiting takes less time. */
    TestInstallation(Map<String, PostgresServer> servers, List<String> taskCommand, Time time) {
        this(servers, Installation.start(0, time, servers, taskCommand));
    }

    TestInstallation(Map<String, PostgresServer> servers, Installation installation) {
        this.servers = new HashMap<>(servers);
        this.installation = installation;
        this.secrets = installation.secretsManager();
        this.s3 = S3Client.builder()
                .endpointOverride(installation.endpoint().uri())
                .region(Installation.REGION)
                .credentialsProvider(StaticCredentialsProvider.create(Installation.CREDENTIALS))
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .build();
        this.stepFunctions = SfnClient.builder()
                .endpointOverride(installation.endpoint().uri())
                .region(Installation.REGION)
                .credentialsProvider(StaticCredentialsProvider.create(Installation.CREDENTIALS))
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .build();
    }

    private static TestInstallation withoutRule(TestInstallation made) {
        made.installation.rule().switchOff();
        return made;
    }

    private static Map<String, PostgresServer> servers() {
        Map<String, PostgresServer> servers = new HashMap<>();
        Majors.underTest().parallelStream()
                .map(SharedServers::server)
                .toList()
                .forEach(server -> servers.put(instance(server.major()), server));
        return servers;
    }

    static String instance(int major) {
        return "test-pg" + major;
    }

    PostgresServer server(String instance) {
        return Optional.ofNullable(servers.get(instance)).orElseThrow();
    }

    PostgresServer server(int major) {
        return server(instance(major));
    }

    static String random(String prefix) {
        byte[] bytes = new byte[6];
        RANDOM.nextBytes(bytes);
        return prefix + "_" + HexFormat.of().formatHex(bytes);
    }

    Outcome run(String workflow, Map<String, ?> input) {
        return await(start(workflow, write(input)));
    }

    /** An execution that has to succeed. */
    JsonNode succeed(String workflow, Map<String, ?> input) {
        Outcome outcome = run(workflow, input);
        if (outcome.status() != ExecutionStatus.SUCCEEDED) {
            throw new AssertionError("%s %s: %s".formatted(workflow, input, outcome));
        }
        return outcome.output();
    }

    String start(String workflow, String input) {
        String machine = "arn:aws:states:us-east-1:000000000000:stateMachine:" + workflow;
        return stepFunctions
                .startExecution(request -> request.stateMachineArn(machine).input(input))
                .executionArn();
    }

    Outcome await(String arn) {
        while (true) {
            DescribeExecutionResponse execution = stepFunctions.describeExecution(request -> request.executionArn(arn));
            if (execution.status() != ExecutionStatus.RUNNING) {
                return new Outcome(
                        arn,
                        execution.status(),
                        read(execution.output()),
                        Optional.ofNullable(execution.error()),
                        Optional.ofNullable(execution.cause()));
            }
            sleep();
        }
    }

    private static void sleep() {
        try {
            Thread.sleep(Duration.ofMillis(5));
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted while an execution runs", e);
        }
    }

    /** The secret of a project's user. */
    JsonNode secret(String project, String instance, String user) {
        String name = "steward/%s/%s/%s".formatted(project, instance, user);
        return read(secrets.getSecretValue(request -> request.secretId(name)).secretString());
    }

    /** A connection with what the secret says. */
    Connection connect(String project, String instance, String user, String database) throws SQLException {
        String password = secret(project, instance, user).path("password").asText();
        return server(instance).connectAs(user, password, database);
    }

    /** The rows of a query as rdsadmin sees them, who sees everything. */
    List<String> look(String instance, String database, String sql) throws SQLException {
        try (Connection connection = server(instance).connectAsSuperuser(database)) {
            return rows(connection, sql);
        }
    }

    static List<String> rows(Connection connection, String sql) throws SQLException {
        List<String> rows = new ArrayList<>();
        try (var statement = connection.createStatement();
                var result = statement.executeQuery(sql)) {
            while (result.next()) {
                List<String> columns = new ArrayList<>();
                for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
                    columns.add(String.valueOf(result.getString(i)));
                }
                rows.add(String.join("|", columns));
            }
        }
        return rows;
    }

    static void execute(Connection connection, String... statements) throws SQLException {
        try (var statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    static String write(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static JsonNode read(String json) {
        try {
            return json == null ? JSON.nullNode() : JSON.readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
