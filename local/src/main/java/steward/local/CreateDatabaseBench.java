package steward.local;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.sfn.model.HistoryEvent;
import steward.local.asl.Time;
import steward.local.postgres.ClientTools;
import steward.local.postgres.PostgresServer;
import steward.secret.SecretName;

/**
 * Times create-database, warm, from its start to its end, against one psql script that does the same, in turns on a fresh
 * server: it checks what is there, makes user, database and extension, leaves the same owner and grants, and proves the
 * password, the access list and the user's access by the same logins. And against the part of it that only makes things.
 * Neither stores a secret.
 */
public final class CreateDatabaseBench {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String INSTANCE = "bench";
    /**
     * Rounds until the compiler has little left to do: it takes two thirds of this JVM's processor time in the first hundred
     * and a quarter after four hundred. It runs on the cores of the server that is measured.
     */
    private static final int WARM_UP = 400;

    private static final String USERS_PASSWORD = "of the bench";

    private static final String MAKING = """
            CREATE ROLE :"site" LOGIN PASSWORD 'of the bench';
            GRANT :"site" TO CURRENT_USER;
            CREATE DATABASE :"site" TEMPLATE template0;
            REVOKE ALL ON DATABASE :"site" FROM PUBLIC;
            \\connect :"site"
            CREATE EXTENSION hstore;
            ALTER DATABASE :"site" OWNER TO :"site";
            GRANT CONNECT, TEMPORARY ON DATABASE :"site" TO CURRENT_USER;
            REVOKE :"site" FROM CURRENT_USER;
            SELECT datname, datacl FROM pg_database WHERE datname = :'site';
            """;

    /** Everything that a state of the workflow does on the server, once. */
    private static final String SAME = """
            SELECT pg_char_to_encoding('UTF8');
            SELECT name FROM pg_available_extensions WHERE name = 'hstore';
            SELECT rolname, shobj_description(oid, 'pg_authid') FROM pg_roles WHERE rolname = :'site';
            SELECT datname, shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = :'site';
            BEGIN;
            CREATE ROLE :"site" LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD 'of the bench';
            COMMENT ON ROLE :"site" IS 'bench';
            COMMIT;
            \\connect postgres :"site"
            \\connect postgres :master
            CREATE DATABASE :"making" TEMPLATE template0 ALLOW_CONNECTIONS false ENCODING 'UTF8';
            REVOKE ALL ON DATABASE :"making" FROM PUBLIC;
            COMMENT ON DATABASE :"making" IS 'bench';
            ALTER DATABASE :"making" ALLOW_CONNECTIONS true;
            ALTER DATABASE :"making" RENAME TO :"site";
            SELECT name, version, schema, requires FROM pg_available_extension_versions WHERE name = 'hstore';
            \\connect :"site"
            CREATE EXTENSION hstore SCHEMA public;
            SELECT extversion FROM pg_extension WHERE extname = 'hstore';
            BEGIN;
            GRANT :"site" TO CURRENT_USER;
            REVOKE ALL ON DATABASE :"site" FROM PUBLIC;
            ALTER DATABASE :"site" OWNER TO :"site";
            GRANT CONNECT, TEMPORARY ON DATABASE :"site" TO CURRENT_USER;
            REVOKE :"site" FROM CURRENT_USER;
            COMMIT;
            SELECT datname, pg_get_userbyid(datdba), datacl FROM pg_database WHERE datname = :'site';
            SELECT member FROM pg_auth_members WHERE pg_get_userbyid(roleid) = :'site';
            \\connect :"site" :"site"
            SELECT current_user;
            BEGIN;
            CREATE SCHEMA steward_access;
            CREATE TABLE steward_access.proof (id integer PRIMARY KEY);
            INSERT INTO steward_access.proof VALUES (1);
            ROLLBACK;
            SELECT extname, extversion FROM pg_extension;
            """;

    private final PostgresServer server;
    private final Executions executions;
    private final SecretsManagerClient secrets;
    private final Path psql;
    private final Path passwordFile;
    private final Map<String, List<Double>> steps = new TreeMap<>();

    private CreateDatabaseBench(
            PostgresServer server, Executions executions, SecretsManagerClient secrets, Path psql, Path passwordFile) {
        this.server = server;
        this.executions = executions;
        this.secrets = secrets;
        this.psql = psql;
        this.passwordFile = passwordFile;
    }

    /** Is given the rounds, and those before them that warm the JVM up. */
    public static void main(String[] arguments) throws Exception {
        int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 15;
        int warmUp = arguments.length > 1 ? Integer.parseInt(arguments[1]) : WARM_UP;
        var tools = ClientTools.found();
        int major = tools.lastKey();
        Path psql = Optional.ofNullable(tools.get(major)).orElseThrow().resolve("psql");
        Path passwordFile = Files.createTempFile(
                "password", "", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try (PostgresServer server = PostgresServer.start(major);
                Installation installation =
                        Installation.start(0, Time.system(), Map.of(INSTANCE, server), FunctionRunner.inThisJvm());
                Executions executions = new Executions(installation);
                SecretsManagerClient secrets = installation.secretsManager()) {
            Files.write(
                    passwordFile,
                    List.of(
                            "*:*:*:%s:%s".formatted(server.masterUsername(), server.masterPassword()),
                            "*:*:*:*:" + USERS_PASSWORD));
            new CreateDatabaseBench(server, executions, secrets, psql, passwordFile).measure(rounds, warmUp);
        } finally {
            Files.delete(passwordFile);
        }
        System.exit(0);
    }

    private void measure(int rounds, int warmUp) throws Exception {
        for (int round = 0; round < warmUp; round++) {
            workflow("warm_" + round);
            dropWithSecret("warm_" + round);
        }
        steps.clear();
        List<Double> making = new ArrayList<>();
        List<Double> same = new ArrayList<>();
        List<Double> workflow = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            making.add(script(MAKING, "making_" + round));
            drop("making_" + round);
            same.add(script(SAME, "same_" + round));
            drop("same_" + round);
            workflow.add(workflow("ours_" + round));
            dropWithSecret("ours_" + round);
        }
        System.out.printf(
                Locale.ROOT,
                "create-database %s ms; psql script that does the same %s ms, ratio %.2f; only what makes things %s ms, ratio %.2f; %d rounds in turns after %d that warm up%n",
                spread(workflow),
                spread(same),
                median(workflow) / median(same),
                spread(making),
                median(workflow) / median(making),
                rounds,
                warmUp);
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

    /** Many databases would make each new one slower. */
    private void drop(String site) throws SQLException {
        try (Connection superuser = server.connectAsSuperuser("postgres");
                Statement statement = superuser.createStatement()) {
            statement.execute("DROP DATABASE " + site + " WITH (FORCE)");
            statement.execute("DROP ROLE " + site);
        }
    }

    private void dropWithSecret(String site) throws SQLException {
        drop(site);
        secrets.deleteSecret(it ->
                it.secretId(new SecretName("bench", INSTANCE, site).text()).forceDeleteWithoutRecovery(true));
    }

    private double script(String sql, String site) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(
                        psql.toString(),
                        "-X",
                        "-q",
                        "-v",
                        "ON_ERROR_STOP=1",
                        "-v",
                        "site=" + site,
                        "-v",
                        "making=steward_tmp_" + site,
                        "-v",
                        "master=" + server.masterUsername(),
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
