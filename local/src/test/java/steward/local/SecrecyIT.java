package steward.local;

import static org.assertj.core.api.Assertions.assertThat;
import static steward.local.TestInstallation.execute;
import static steward.local.TestInstallation.random;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.services.sfn.model.ExecutionStatus;
import steward.TemporaryName;
import steward.lambda.Deployment;
import steward.local.TestInstallation.Outcome;
import steward.local.asl.HistoryEvent;
import steward.local.asl.Time;
import steward.local.aws.ExecutionListener;
import steward.local.postgres.ClientTools;
import steward.local.postgres.Majors;
import steward.local.postgres.PostgresServer;

/** Known passwords are looked for wherever one could have come to light. */
final class SecrecyIT {
    private static final double FASTER = 600;

    static List<Integer> majors() {
        return Soak.ends(Majors.underTest());
    }

    @ParameterizedTest
    @MethodSource("majors")
    void noPasswordComesToLightAnywhere(int major) throws Exception {
        Map<String, String> settings = Map.of(
                "log_statement", "all",
                "log_min_error_statement", "debug1",
                "log_connections", "on",
                "shared_preload_libraries", "pg_stat_statements",
                "pg_stat_statements.track_utility", "on");
        String instance = "secrecy-pg" + major;
        try (PostgresServer server = PostgresServer.start(major, settings);
                Processes processes = Processes.watch()) {
            FunctionRunner functions = FunctionRunner.unlessSaid();
            Map<String, PostgresServer> servers = Map.of(instance, server);
            TestInstallation steward =
                    new TestInstallation(servers, Installation.start(0, Time.faster(FASTER), servers, functions));
            try (RdsClock clock = new RdsClock(steward.installation.endpoint().rds())) {
                clock.start();
                Secrets secrets = new Secrets(steward);
                Witness witness = new Witness(steward);
                try (Connection master = server.connectAsMaster("postgres")) {
                    execute(master, "CREATE EXTENSION pg_stat_statements SCHEMA public");
                }
                List<Outcome> outcomes = everything(steward, instance, server);

                Set<String> passwords = secrets.passwords();
                assertThat(passwords).hasSizeGreaterThanOrEqualTo(5).contains(server.masterPassword());
                String planted = random("planted");
                try (Connection master = server.connectAsMaster("postgres")) {
                    execute(master, "CREATE ROLE " + random("role") + " PASSWORD '" + planted + "'");
                }
                new ProcessBuilder("/bin/sh", "-c", "sleep 1; exit # " + planted)
                        .start()
                        .waitFor();

                Map<String, String> places = new TreeMap<>();
                places.put("the server's log", Files.readString(server.log()));
                places.put(
                        "the statistics",
                        String.join(
                                "\n",
                                steward.look(instance, "postgres", "SELECT query FROM public.pg_stat_statements")));
                places.put("the histories", histories(steward, witness.executions));
                places.put("the outputs and causes", outcomes.toString());
                places.put("arguments and environments", processes.text());
                if (functions instanceof FunctionsInProcesses apart) {
                    places.put("the functions' logs", functionLogs(apart));
                }
                if (hasTasks(server)) {
                    places.put("the temporary server's log", String.join("\n", witness.log));
                    places.put("the tasks' logs", taskLogs(steward));
                    places.put("the objects", objects(steward));
                }
                assertThat(places)
                        .as("the search works")
                        .allSatisfy((place, text) ->
                                assertThat(text).as(place).contains(WORDS.getOrDefault(place, planted)));
                for (String password : passwords) {
                    places.forEach((place, text) ->
                            assertThat(text.contains(password)).as(place).isFalse());
                }
                System.out.printf(
                        "Postgres %d: %d passwords in none of %s%n", major, passwords.size(), places.keySet());
            } finally {
                steward.installation.close();
            }
        }
    }

    /** What is in a place for certain; the others must have the planted password. */
    private static final Map<String, String> WORDS = Map.of(
            "the temporary server's log", "SCRAM-SHA-256",
            "the statistics", "SCRAM-SHA-256",
            "the histories", "TaskStateEntered",
            "the outputs and causes", "secretArn",
            "the functions' logs", "steward.error.",
            "the tasks' logs", "progress",
            "the objects", "\"format\":\"steward-dump-2\"");

    /** They take long, and their statements are hardly other ones from major to major: the newest stands for all. */
    private static boolean hasTasks(PostgresServer server) {
        return Soak.newest(List.copyOf(ClientTools.underTest().keySet())).contains(server.major());
    }

    /** Every workflow, those that fail included. */
    private static List<Outcome> everything(TestInstallation steward, String instance, PostgresServer server)
            throws Exception {
        String site = random("site");
        String reader = random("reader");
        List<Outcome> outcomes = new ArrayList<>();
        outcomes.add(
                steward.run("create-user", Map.of("instance", instance, "project", "acme", "user", random("user"))));
        Map<String, Object> input =
                Map.of("instance", instance, "project", "acme", "database", site, "extensions", List.of("hstore"));
        outcomes.add(steward.run("create-database", input));
        outcomes.add(steward.run("create-database", input));
        // A password that does not work any more makes the verifier to be set anew.
        try (Connection master = server.connectAsMaster("postgres")) {
            execute(master, "ALTER ROLE " + site + " PASSWORD NULL");
        }
        outcomes.add(steward.run("create-database", input));
        outcomes.add(steward.run(
                "enable-extension", Map.of("instance", instance, "database", site, "extension", "pg_trgm")));
        outcomes.add(steward.run(
                "grant-read-only", Map.of("instance", instance, "project", "acme", "database", site, "user", reader)));
        outcomes.add(steward.run("rotate-password", Map.of("instance", instance, "user", site)));
        outcomes.add(steward.run("revoke-read-only", Map.of("instance", instance, "database", site, "user", reader)));
        outcomes.add(steward.run("drop-user", Map.of("instance", instance, "user", reader)));
        if (hasTasks(server)) {
            outcomes.addAll(withTasks(steward, instance, site));
        }
        outcomes.add(steward.run("sweep", Map.of()));
        assertThat(outcomes).allMatch(outcome -> outcome.status() == ExecutionStatus.SUCCEEDED);
        outcomes.add(
                steward.run("create-database", Map.of("instance", instance, "project", "other", "database", site)));
        outcomes.add(steward.run(
                "restore-dump",
                Dumps.input(instance, random("copy"), site, "s3://" + Installation.BACKUP_BUCKET + "/x")));
        return outcomes;
    }

    private static List<Outcome> withTasks(TestInstallation steward, String instance, String site) throws Exception {
        List<Outcome> outcomes = new ArrayList<>();
        try (Connection owner = steward.connect("acme", instance, site, site)) {
            execute(owner, "CREATE TABLE site AS SELECT n AS id FROM generate_series(1, 1000) n");
        }
        var rds = steward.installation.endpoint().rds();
        String snapshot = rds.backUp(instance).identifier();
        Await.until(
                "the snapshot is available",
                () -> rds.snapshots().stream()
                        .anyMatch(it ->
                                it.identifier().equals(snapshot) && it.status().equals("available")));
        Outcome dump = steward.run("dump-database", Map.of("instance", instance, "database", site));
        outcomes.add(dump);
        outcomes.add(
                steward.run("restore-dump", Dumps.input(instance, random("copy"), random("fresh"), dump.text("dump"))));
        outcomes.add(steward.run(
                "restore-database",
                Map.of(
                        "instance", instance,
                        "project", "acme",
                        "database", site,
                        "snapshot", snapshot,
                        "targetDatabase", random("back"))));
        outcomes.add(steward.run("copy-snapshots", Map.of("instance", instance)));
        outcomes.add(steward.run("drop-database", Map.of("instance", instance, "database", site, "confirm", site)));
        return outcomes;
    }

    private static String taskLogs(TestInstallation steward) throws IOException {
        StringBuilder all = new StringBuilder();
        var ecs = steward.installation.endpoint().ecs();
        for (String task : ecs.tasks()) {
            all.append(Files.readString(ecs.log(task)));
        }
        return all.toString();
    }

    private static String objects(TestInstallation steward) {
        StringBuilder all = new StringBuilder();
        for (String key : new Dumps(steward).keys("")) {
            all.append(new String(
                    steward.s3
                            .getObjectAsBytes(
                                    it -> it.bucket(Installation.BACKUP_BUCKET).key(key))
                            .asByteArray(),
                    StandardCharsets.ISO_8859_1));
        }
        return all.toString();
    }

    /** All passwords that were ever in a secret: each goes over this wire. */
    private static final class Secrets {
        private static final Pattern PASSWORD = Pattern.compile("\\\\?\"password\\\\?\"\\s*:\\s*\\\\?\"(.*?)\\\\?\"");
        private final Set<String> passwords = ConcurrentHashMap.newKeySet();

        Secrets(TestInstallation steward) {
            steward.installation.endpoint().calls().listen(call -> {
                if (call.action().startsWith("secretsmanager:")) {
                    Matcher matcher = PASSWORD.matcher(call.request() + call.answer());
                    while (matcher.find()) {
                        passwords.add(matcher.group(1));
                    }
                }
            });
        }

        Set<String> passwords() {
            assertThat(passwords).allMatch(password -> password.length() > 10);
            return passwords;
        }
    }

    /** All executions, and what the temporary instance of restore-database has logged when it is about to be removed. */
    private static final class Witness {
        private final Set<String> executions = ConcurrentHashMap.newKeySet();
        private final List<String> log = new CopyOnWriteArrayList<>();

        Witness(TestInstallation steward) {
            steward.installation.endpoint().stepFunctions().listen(new ExecutionListener() {
                @Override
                public void happened(String execution, HistoryEvent event) {
                    executions.add(execution);
                    if (execution.contains(":restore-database:")
                            && event.details().path("name").asText().equals("RemoveLeftovers")) {
                        steward.installation.server(TemporaryName.of(execution)).ifPresent(server -> {
                            try {
                                log.add(Files.readString(server.log()));
                            } catch (IOException e) {
                                throw new UncheckedIOException(e);
                            }
                        });
                    }
                }
            });
        }
    }

    /** Arguments and environment of every process, looked at while it is young: a shell becomes another program. */
    private static final class Processes implements AutoCloseable {
        private static final Path ALL = Path.of("/proc");
        private static final int LOOKS = 10;
        private final Set<String> seen = ConcurrentHashMap.newKeySet();
        private final Map<Path, Integer> looks = new ConcurrentHashMap<>();
        private final Thread thread =
                Thread.ofPlatform().daemon().name("processes").unstarted(this::run);

        static Processes watch() {
            Processes processes = new Processes();
            processes.thread.start();
            return processes;
        }

        private void run() {
            while (!Thread.currentThread().isInterrupted()) {
                try (DirectoryStream<Path> all = Files.newDirectoryStream(ALL, "[0-9]*")) {
                    all.forEach(process -> {
                        if (looks.merge(process, 1, Integer::sum) <= LOOKS) {
                            note(process.resolve("cmdline"));
                            note(process.resolve("environ"));
                        }
                    });
                    Thread.sleep(20);
                } catch (InterruptedException e) {
                    return;
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }

        private void note(Path file) {
            try {
                seen.add(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
            } catch (IOException e) {
                // It has ended.
                seen.remove("");
            }
        }

        String text() {
            return String.join("\n", seen);
        }

        @Override
        public void close() {
            thread.interrupt();
        }
    }

    private static String functionLogs(FunctionsInProcesses functions) throws IOException {
        StringBuilder all = new StringBuilder();
        for (Deployment deployment : List.of(Deployment.MASTER, Deployment.OWNER)) {
            all.append(Files.readString(functions.processes().log(Installation.functionName(deployment))));
        }
        return all.toString();
    }

    /** As it is sent: the SDK's own printing hides inputs and outputs. */
    private static String histories(TestInstallation steward, Set<String> executions) {
        StringBuilder all = new StringBuilder();
        try (HttpClient client = HttpClient.newHttpClient()) {
            for (String execution : executions) {
                String asked = TestInstallation.write(Map.of("executionArn", execution, "maxResults", 1000));
                HttpRequest request = HttpRequest.newBuilder(
                                steward.installation.endpoint().uri())
                        .header("X-Amz-Target", "AWSStepFunctions.GetExecutionHistory")
                        .header("Content-Type", "application/x-amz-json-1.0")
                        .POST(HttpRequest.BodyPublishers.ofString(asked))
                        .build();
                all.append(client.send(request, HttpResponse.BodyHandlers.ofString())
                        .body());
            }
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException("reading the histories", e);
        }
        return all.toString();
    }
}
