package steward.local;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import software.amazon.awssdk.services.sfn.model.HistoryEvent;
import steward.local.asl.Time;
import steward.local.postgres.ClientTools;
import steward.local.postgres.PostgresServer;

/**
 * Times create-database, warm, from its start to its end, against one psql script that makes the same user, database and
 * extension and leaves the same owner and grants, in turns on a fresh server. The script stores no secret and proves
 * nothing.
 */
public final class CreateDatabaseBench {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String INSTANCE = "bench";
    private static final int WARM_UP = 15;

    private final PostgresServer server;
    private final Executions executions;
    private final Path psql;
    private final Path passwordFile;
    private final Map<String, List<Double>> steps = new TreeMap<>();

    private CreateDatabaseBench(PostgresServer server, Executions executions, Path psql, Path passwordFile) {
        this.server = server;
        this.executions = executions;
        this.psql = psql;
        this.passwordFile = passwordFile;
    }

    /** Is given the rounds. */
    public static void main(String[] arguments) throws Exception {
        int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 15;
        var tools = ClientTools.found();
        int major = tools.lastKey();
        Path psql = Optional.ofNullable(tools.get(major)).orElseThrow().resolve("psql");
        Path passwordFile = Files.createTempFile(
                "password", "", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try (PostgresServer server = PostgresServer.start(major);
                Installation installation =
                        Installation.start(0, Time.system(), Map.of(INSTANCE, server), FunctionRunner.inThisJvm());
                Executions executions = new Executions(installation)) {
            Files.writeString(passwordFile, "*:*:*:*:" + server.masterPassword() + "\n");
            new CreateDatabaseBench(server, executions, psql, passwordFile).measure(rounds);
        } finally {
            Files.delete(passwordFile);
        }
        System.exit(0);
    }

    private void measure(int rounds) throws Exception {
        for (int round = 0; round < WARM_UP; round++) {
            workflow("warm_" + round);
        }
        steps.clear();
        List<Double> script = new ArrayList<>();
        List<Double> workflow = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            script.add(script("script_" + round));
            workflow.add(workflow("ours_" + round));
        }
        System.out.printf(
                Locale.ROOT,
                "psql script %s ms, create-database %s ms, ratio %.2f, %d rounds in turns%n",
                spread(script),
                spread(workflow),
                median(workflow) / median(script),
                rounds);
        steps.forEach((name, times) -> System.out.printf(Locale.ROOT, "  %-24s %6.1f ms%n", name, median(times)));
    }

    private static String spread(List<Double> times) {
        double[] sorted = sorted(times);
        return String.format(Locale.ROOT, "%.0f (%.0f to %.0f)", median(times), sorted[0], sorted[sorted.length - 1]);
    }

    private static double median(List<Double> times) {
        return sorted(times)[times.size() / 2];
    }

    private static double[] sorted(List<Double> times) {
        return times.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    }

    private double workflow(String site) {
        ObjectNode input = JSON.createObjectNode()
                .put("instance", INSTANCE)
                .put("project", "bench")
                .put("database", site);
        input.putArray("extensions").add("hstore");
        long start = System.nanoTime();
        String arn = executions.run("create-database", input.toString()).executionArn();
        double milliseconds = (System.nanoTime() - start) / 1e6;
        record(arn);
        return milliseconds;
    }

    /** How long each step took. */
    private void record(String arn) {
        Map<String, Instant> entered = new HashMap<>();
        for (HistoryEvent event : executions
                .client()
                .getExecutionHistoryPaginator(it -> it.executionArn(arn))
                .events()) {
            if (event.stateEnteredEventDetails() != null) {
                entered.put(event.stateEnteredEventDetails().name(), event.timestamp());
            } else if (event.stateExitedEventDetails() != null) {
                String name = event.stateExitedEventDetails().name();
                Duration took = Duration.between(entered.getOrDefault(name, event.timestamp()), event.timestamp());
                steps.computeIfAbsent(name, key -> new ArrayList<>()).add(took.toNanos() / 1e6);
            }
        }
    }

    private double script(String site) throws IOException, InterruptedException {
        String sql = """
                CREATE ROLE %1$s LOGIN PASSWORD 'of the bench';
                GRANT %1$s TO CURRENT_USER;
                CREATE DATABASE %1$s TEMPLATE template0;
                REVOKE ALL ON DATABASE %1$s FROM PUBLIC;
                \\connect %1$s
                CREATE EXTENSION hstore;
                ALTER DATABASE %1$s OWNER TO %1$s;
                GRANT CONNECT, TEMPORARY ON DATABASE %1$s TO CURRENT_USER;
                REVOKE %1$s FROM CURRENT_USER;
                SELECT datname, datacl FROM pg_database WHERE datname = '%1$s';
                """.formatted(site);
        ProcessBuilder builder = new ProcessBuilder(
                        psql.toString(),
                        "-X",
                        "-q",
                        "-v",
                        "ON_ERROR_STOP=1",
                        "-h",
                        "localhost",
                        "-p",
                        Integer.toString(server.port()),
                        "-U",
                        server.masterUsername(),
                        "postgres")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD);
        builder.environment().put("PGPASSFILE", passwordFile.toString());
        builder.environment().put("PGSSLMODE", "verify-full");
        builder.environment().put("PGSSLROOTCERT", server.rootCertificate().toString());
        long start = System.nanoTime();
        Process process = builder.start();
        try (var input = process.outputWriter()) {
            input.write(sql);
        }
        if (process.waitFor() != 0) {
            throw new IllegalStateException("psql failed");
        }
        return (System.nanoTime() - start) / 1e6;
    }
}
