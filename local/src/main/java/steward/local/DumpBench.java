package steward.local;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.sfn.SfnClient;
import software.amazon.awssdk.services.sfn.model.DescribeExecutionResponse;
import software.amazon.awssdk.services.sfn.model.HistoryEvent;
import steward.local.asl.Time;
import steward.local.postgres.ClientTools;
import steward.local.postgres.PostgresServer;

/**
 * Times dump and restore against the commands that they replace, in turns, on the same server: the workflows from their
 * start to their end, with S3 and every check, against {@code pg_dump -Fc} and {@code pg_restore} with one job.
 */
public final class DumpBench {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String PROJECT = "bench";
    private static final String OLD_DUMP = "old.dump";
    private static final String PASSWORD = "password";

    private final String instance;
    private final PostgresServer server;
    private final Installation installation;
    private final Path tools;
    private final Path folder;
    private int told;

    private DumpBench(String instance, PostgresServer server, Installation installation, Path tools, Path folder) {
        this.instance = instance;
        this.server = server;
        this.installation = installation;
        this.tools = tools;
        this.folder = folder;
    }

    /** Is given the size of the large database in MB, the number of small tables, and the rounds. */
    public static void main(String[] arguments) throws Exception {
        int megabytes = argument(arguments, 0, 1200);
        int tables = argument(arguments, 1, 800);
        int rounds = argument(arguments, 2, 9);
        var found = ClientTools.found();
        int major = found.lastKey();
        Path tools = Optional.ofNullable(found.get(major)).orElseThrow();
        // The servers' own data are there already: disks of such machines are shared, and neither side's own doing.
        Path memory = Path.of("/dev/shm");
        Path parent = Files.isWritable(memory) ? memory : Path.of(System.getProperty("java.io.tmpdir"));
        System.setProperty("steward.local.data", parent.toString());
        try (Servers servers = Servers.start(List.of(major))) {
            var only = servers.byInstance().entrySet().iterator().next();
            Path folder = Files.createTempDirectory(parent, "steward-bench");
            try (Installation installation = Installation.start(0, Time.system(), servers.byInstance())) {
                DumpBench bench = new DumpBench(only.getKey(), only.getValue(), installation, tools, folder);
                System.out.println(ClientTools.describe(Map.of(major, tools)));
                bench.compare("large", rounds, "%d MB".formatted(megabytes), large(megabytes));
                bench.compare("small", rounds, "%d small tables".formatted(tables), small(tables));
            } finally {
                Files.deleteIfExists(folder.resolve(OLD_DUMP));
                Files.deleteIfExists(folder.resolve(PASSWORD));
                Files.delete(folder);
            }
        }
        System.exit(0);
    }

    private static int argument(String[] arguments, int index, int usual) {
        return arguments.length > index ? Integer.parseInt(arguments[index]) : usual;
    }

    /** Rows of about 120 bytes with two indexes, in four tables. */
    private static List<String> large(int megabytes) {
        long rows = megabytes * 1_000_000L / 4 / 150;
        return IntStream.range(0, 4)
                .boxed()
                .flatMap(n -> List.of(
                        "CREATE TABLE visit_%d AS SELECT i AS id, md5(i::text) || md5((i * 7)::text) AS page, now() - i * interval '1 second' AS at, i %% 997 AS visitor FROM generate_series(1, %d) i"
                                .formatted(n, rows),
                        "ALTER TABLE visit_%d ADD PRIMARY KEY (id)".formatted(n),
                        "CREATE INDEX ON visit_%d (visitor, at)".formatted(n))
                        .stream())
                .toList();
    }

    private static List<String> small(int tables) {
        return IntStream.range(0, tables)
                .boxed()
                .flatMap(n -> List.of(
                        "CREATE TABLE small_%d (id serial PRIMARY KEY, name text NOT NULL)".formatted(n),
                        "INSERT INTO small_%d (name) SELECT md5(i::text) FROM generate_series(1, 20) i".formatted(n),
                        "CREATE INDEX ON small_%d (name)".formatted(n))
                        .stream())
                .toList();
    }

    private void compare(String site, int rounds, String what, List<String> fill) throws Exception {
        run("create-database", Map.of("instance", instance, "project", PROJECT, "database", site));
        String password = password(site);
        try (Connection owner = server.connectAs(site, password, site);
                Statement statement = owner.createStatement()) {
            for (String sql : fill) {
                statement.execute(sql);
            }
        }
        List<Double> old = new ArrayList<>();
        List<Double> ours = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            old.add(oldProcedure(site, password));
            ours.add(steward(site));
            System.out.printf(
                    Locale.ROOT, "%s, round %d: %.2f s, %.2f s%n", what, round + 1, old.getLast(), ours.getLast());
        }
        double[] before = sorted(old);
        double[] now = sorted(ours);
        System.out.printf(
                Locale.ROOT,
                "%s: old commands %.2f s (%.2f to %.2f), Steward %.2f s (%.2f to %.2f), ratio %.2f, %d rounds%n",
                what,
                before[rounds / 2],
                before[0],
                before[rounds - 1],
                now[rounds / 2],
                now[0],
                now[rounds - 1],
                now[rounds / 2] / before[rounds / 2],
                rounds);
    }

    private static double[] sorted(List<Double> seconds) {
        return seconds.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    }

    private double oldProcedure(String site, String password) throws Exception {
        Path dump = folder.resolve(OLD_DUMP);
        long start = System.nanoTime();
        command(password, "pg_dump", "-Fc", "-h", server.host(), "-p", port(), "-U", site, "-f", dump.toString(), site);
        try (Connection master = server.connectAsMaster("postgres");
                Statement statement = master.createStatement()) {
            statement.execute("GRANT " + site + " TO CURRENT_USER");
            statement.execute("CREATE DATABASE old_copy OWNER " + site);
        }
        // Only the entry that makes schema public fails for the owner, if any does: as it always did.
        command(
                password,
                "pg_restore",
                "--no-owner",
                "--no-acl",
                "-h",
                server.host(),
                "-p",
                port(),
                "-U",
                site,
                "-d",
                "old_copy",
                dump.toString());
        double seconds = (System.nanoTime() - start) / 1e9;
        try (Connection master = server.connectAsMaster("postgres");
                Statement statement = master.createStatement()) {
            statement.execute("DROP DATABASE old_copy");
            statement.execute("REVOKE " + site + " FROM CURRENT_USER");
        }
        Files.delete(dump);
        return seconds;
    }

    private double steward(String site) throws IOException, InterruptedException {
        long start = System.nanoTime();
        String dump = text(run("dump-database", Map.of("instance", instance, "database", site)), "dump");
        run(
                "restore-dump",
                Map.of("instance", instance, "project", PROJECT, "database", "new_copy", "user", site, "dump", dump));
        double seconds = (System.nanoTime() - start) / 1e9;
        run(
                "drop-database",
                Map.of("instance", instance, "database", "new_copy", "confirm", "new_copy", "skipFinalDump", true));
        return seconds;
    }

    private String port() {
        return Integer.toString(server.port());
    }

    private void command(String password, String program, String... arguments)
            throws IOException, InterruptedException {
        Path file = folder.resolve(PASSWORD);
        if (!Files.exists(file)) {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        }
        Files.writeString(file, "*:*:*:*:" + password + "\n");
        List<String> command = new ArrayList<>(List.of(tools.resolve(program).toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
        builder.environment().put("PGPASSFILE", file.toString());
        builder.environment().put("PGSSLMODE", "require");
        int code = builder.start().waitFor();
        if (code != 0) {
            throw new IllegalStateException(program + " ended with exit code " + code);
        }
    }

    private String password(String user) {
        try (SecretsManagerClient secrets = installation.secretsManager()) {
            return text(
                    secrets.getSecretValue(it -> it.secretId("steward/%s/%s/%s".formatted(PROJECT, instance, user)))
                            .secretString(),
                    "password");
        }
    }

    private static String text(String json, String field) {
        try {
            return JSON.readTree(json).path(field).asText();
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("not JSON", e);
        }
    }

    private static String write(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("not to be written as JSON", e);
        }
    }

    /** The output of a workflow that succeeds. */
    private String run(String workflow, Map<String, ?> input) throws IOException, InterruptedException {
        try (Executions executions = new Executions(installation)) {
            DescribeExecutionResponse execution = executions.run(workflow, write(input));
            steps(executions.client(), execution.executionArn());
            tasks();
            return execution.output();
        }
    }

    /** Where the time goes in the tasks since last time: what they say of their parts. */
    private void tasks() throws IOException {
        List<String> tasks = installation.endpoint().ecs().tasks();
        for (String task : tasks.subList(told, tasks.size())) {
            try (Stream<String> lines =
                    Files.lines(installation.endpoint().ecs().log(task))) {
                System.out.println(
                        "    " + lines.filter(line -> line.contains(" took ")).collect(Collectors.joining(", ")));
            }
        }
        told = tasks.size();
    }

    /** Where the time goes: the steps that take long. */
    private static void steps(SfnClient client, String arn) {
        Map<String, Instant> entered = new HashMap<>();
        StringBuilder text = new StringBuilder();
        for (HistoryEvent event :
                client.getExecutionHistoryPaginator(it -> it.executionArn(arn)).events()) {
            if (event.stateEnteredEventDetails() != null) {
                entered.put(event.stateEnteredEventDetails().name(), event.timestamp());
            } else if (event.stateExitedEventDetails() != null) {
                String name = event.stateExitedEventDetails().name();
                Duration took = Duration.between(entered.getOrDefault(name, event.timestamp()), event.timestamp());
                if (took.toMillis() >= 100) {
                    text.append(String.format(Locale.ROOT, " %s %.1f s", name, took.toMillis() / 1e3));
                }
            }
        }
        System.out.println("  " + arn.replaceAll(".*:execution:([^:]+):.*", "$1:") + text);
    }
}
