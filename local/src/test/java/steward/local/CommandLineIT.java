package steward.local;

import static org.assertj.core.api.Assertions.assertThat;
import static steward.local.TestInstallation.random;
import static steward.local.TestInstallation.read;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import steward.local.postgres.Majors;

/** From outside, with the AWS CLI, psql and the scripts only: what a person or a CI job has. */
final class CommandLineIT {
    private static final String MACHINE = "arn:aws:states:us-east-1:000000000000:stateMachine:create-database";

    private record Finished(int code, String out, String err) {}

    /** What {@code scripts/local} has printed until it was ready. */
    private record Served(Process process, Map<String, String> exports, Map<String, Integer> ports) {}

    @Test
    void aDatabaseIsMadeAndUsedWithTheCliAndPsqlOnly() throws IOException, InterruptedException {
        requireTools();
        int major = Majors.underTest().getLast();
        Served served = serve(major);
        try {
            String instance = "local-pg" + major;
            String site = random("site");
            String input = TestInstallation.write(
                    Map.of("instance", instance, "project", "acme", "database", site, "extensions", List.of("hstore")));
            String arn = aws(
                            served,
                            "stepfunctions",
                            "start-execution",
                            "--state-machine-arn",
                            MACHINE,
                            "--input",
                            input)
                    .path("executionArn")
                    .asText();
            JsonNode execution = aws(served, "stepfunctions", "describe-execution", "--execution-arn", arn);
            while (execution.path("status").asText().equals("RUNNING")) {
                execution = aws(served, "stepfunctions", "describe-execution", "--execution-arn", arn);
            }
            assertThat(execution.path("status").asText()).isEqualTo("SUCCEEDED");
            JsonNode output = read(execution.path("output").asText());
            JsonNode history = aws(served, "stepfunctions", "get-execution-history", "--execution-arn", arn);
            assertThat(history.path("events").findValuesAsText("name"))
                    .contains("CheckInput", "CreateDatabase", "Done");

            String id = output.path("secretArn").asText();
            JsonNode secret = read(aws(served, "secretsmanager", "get-secret-value", "--secret-id", id)
                    .path("SecretString")
                    .asText());
            assertThat(psql(served, secret, "SELECT current_user || ' ' || current_database()"))
                    .isEqualTo(site + " " + site);
            assertThat(psql(served, secret, "SELECT version FROM pg_stat_ssl WHERE pid = pg_backend_pid()"))
                    .startsWith("TLSv1.");
        } finally {
            stop(served, "TERM");
        }
    }

    @Test
    void scriptsRunShowsTheStepsAndEndsWithTheOutput() throws IOException, InterruptedException {
        requireTools();
        int major = Majors.underTest().getFirst();
        Served served = serve(major);
        try {
            String user = random("user");
            String input =
                    TestInstallation.write(Map.of("instance", "local-pg" + major, "project", "acme", "user", user));
            Finished made = run(served.exports(), "scripts/run", "create-user", input);
            assertThat(made.code()).as(made.err()).isZero();
            assertThat(made.err()).contains("CreateUser");
            JsonNode output = read(made.out());
            assertThat(output.path("user").asText()).isEqualTo(user);
            assertThat(output.path("created").asBoolean()).isTrue();

            Finished refused = run(served.exports(), "scripts/run", "create-user", input.replace("user", "usr"));
            assertThat(refused.code()).isEqualTo(1);
            assertThat(refused.err()).contains("steward.error.InvalidInput", "is unknown");
            assertThat(refused.out()).isBlank();
        } finally {
            stop(served, "INT");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"--port x", "--postgres 12", "--postgres", "--nonsense", "--port 70000"})
    void wrongArgumentsAreExplained(String arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("scripts/local"));
        command.addAll(List.of(arguments.split(" ", -1)));
        Finished finished = run(Map.of(), command.toArray(String[]::new));
        assertThat(finished.code()).isEqualTo(2);
        assertThat(finished.err()).contains("usage: scripts/local");
    }

    private static void requireTools() throws IOException, InterruptedException {
        boolean found =
                run(Map.of(), "bash", "-c", "command -v aws && command -v psql").code() == 0;
        Assumptions.assumeTrue(found, "aws or psql is not on the PATH");
    }

    private static Served serve(int major) throws IOException {
        List<String> command = new ArrayList<>(List.of("scripts/local", "--postgres", Integer.toString(major)));
        if (Boolean.getBoolean(FunctionRunner.PROCESSES)) {
            command.add("--processes");
        }
        Process process = builder(Map.of(), command.toArray(String[]::new)).start();
        Map<String, String> exports = new HashMap<>();
        Map<String, Integer> ports = new HashMap<>();
        BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
        for (String line = out.readLine(); !"ready".equals(line); line = out.readLine()) {
            assertThat(line).as("scripts/local ends before it is ready").isNotNull();
            String[] words = line.split(" ", -1);
            if (words[0].equals("export")) {
                exports.put(words[1].split("=", 2)[0], words[1].split("=", 2)[1]);
            }
            if (words[0].equals("instance")) {
                ports.put(words[1], Integer.parseInt(words[2].split(":", -1)[1]));
            }
        }
        assertThat(exports)
                .containsKeys(
                        "AWS_ENDPOINT_URL",
                        "AWS_REGION",
                        "AWS_ACCESS_KEY_ID",
                        "AWS_SECRET_ACCESS_KEY",
                        "PGSSLROOTCERT");
        assertThat(ports).containsOnlyKeys("local-pg" + major);
        return new Served(process, exports, ports);
    }

    /** It stops every server it has started, and leaves nothing behind. */
    private static void stop(Served served, String signal) throws IOException, InterruptedException {
        Path folder = Path.of(served.exports().get("PGSSLROOTCERT")).getParent();
        assertThat(folder).exists();
        new ProcessBuilder("kill", "-" + signal, Long.toString(served.process().pid()))
                .start()
                .waitFor();
        assertThat(served.process().waitFor(30, TimeUnit.SECONDS))
                .as("it stops")
                .isTrue();
        for (int port : served.ports().values()) {
            assertThat(listens(port)).as("port %d", port).isFalse();
        }
        assertThat(Files.exists(folder)).as("%s is gone", folder).isFalse();
    }

    private static boolean listens(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    private static JsonNode aws(Served served, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("aws", "--output", "json"));
        command.addAll(List.of(arguments));
        Finished finished = run(served.exports(), command.toArray(String[]::new));
        assertThat(finished.code()).as(finished.err()).isZero();
        return read(finished.out());
    }

    private static String psql(Served served, JsonNode secret, String sql) throws IOException, InterruptedException {
        Map<String, String> environment = new HashMap<>(served.exports());
        environment.put("PGPASSWORD", secret.path("password").asText());
        String connection = "sslmode=verify-full host=%s port=%s user=%s dbname=%s"
                .formatted(
                        secret.path("host").asText(),
                        secret.path("port").asText(),
                        secret.path("username").asText(),
                        secret.path("dbname").asText());
        Finished finished = run(environment, "psql", "-X", "-A", "-t", connection, "-c", sql);
        assertThat(finished.code()).as(finished.err()).isZero();
        return finished.out().strip();
    }

    private static ProcessBuilder builder(Map<String, String> environment, String... command) {
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(Home.root().toFile());
        builder.environment().putAll(environment);
        builder.redirectError(ProcessBuilder.Redirect.PIPE);
        return builder;
    }

    private static Finished run(Map<String, String> environment, String... command)
            throws IOException, InterruptedException {
        Path err = Files.createTempFile("steward", ".err");
        Process process =
                builder(environment, command).redirectError(err.toFile()).start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int code = process.waitFor();
        String said = Files.readString(err);
        Files.delete(err);
        return new Finished(code, out, said);
    }
}
