package steward.local;

import static org.assertj.core.api.Assertions.assertThat;
import static steward.local.TestInstallation.execute;
import static steward.local.TestInstallation.random;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import steward.local.TestInstallation.Outcome;
import steward.local.postgres.Majors;
import steward.local.postgres.PostgresServer;

/** Known passwords are looked for wherever one could have come to light. */
final class SecrecyIT {
    static List<Integer> majors() {
        return Majors.underTest();
    }

    @ParameterizedTest
    @MethodSource("majors")
    void noPasswordComesToLightAnywhere(int major) throws SQLException, IOException {
        Map<String, String> settings = Map.of(
                "log_statement", "all",
                "log_min_error_statement", "debug1",
                "log_connections", "on",
                "shared_preload_libraries", "pg_stat_statements",
                "pg_stat_statements.track_utility", "on");
        String instance = "secrecy-pg" + major;
        try (PostgresServer server = PostgresServer.start(major, settings)) {
            TestInstallation steward = new TestInstallation(Map.of(instance, server));
            try (Connection master = server.connectAsMaster("postgres")) {
                execute(master, "CREATE EXTENSION pg_stat_statements SCHEMA public");
            }
            String site = random("site");
            List<Outcome> outcomes = new ArrayList<>();
            outcomes.add(steward.run(
                    "create-user", Map.of("instance", instance, "project", "acme", "user", random("user"))));
            Map<String, Object> input =
                    Map.of("instance", instance, "project", "acme", "database", site, "extensions", List.of("hstore"));
            outcomes.add(steward.run("create-database", input));
            outcomes.add(steward.run("create-database", input));
            // A password that does not work any more makes the verifier to be set anew.
            try (Connection master = server.connectAsMaster("postgres")) {
                execute(master, "ALTER ROLE " + site + " PASSWORD NULL");
            }
            outcomes.add(steward.run("create-database", input));
            outcomes.add(
                    steward.run("create-database", Map.of("instance", instance, "project", "other", "database", site)));
            assertThat(outcomes.subList(0, 4))
                    .allMatch(outcome -> outcome.status().toString().equals("SUCCEEDED"));

            List<String> passwords = new ArrayList<>(List.of(server.masterPassword()));
            steward.secrets.listSecretsPaginator().stream()
                    .flatMap(page -> page.secretList().stream())
                    .forEach(secret -> passwords.add(TestInstallation.read(steward.secrets
                                    .getSecretValue(request -> request.secretId(secret.arn()))
                                    .secretString())
                            .path("password")
                            .asText()));
            assertThat(passwords).hasSizeGreaterThanOrEqualTo(3).allMatch(password -> password.length() > 10);
            String planted = random("planted");
            try (Connection master = server.connectAsMaster("postgres")) {
                execute(master, "CREATE ROLE " + random("role") + " PASSWORD '" + planted + "'");
            }

            String log = Files.readString(server.log());
            String statistics = String.join(
                    "\n", steward.look(instance, "postgres", "SELECT query FROM public.pg_stat_statements"));
            String histories = histories(steward, outcomes);
            assertThat(log).as("the search works").contains(planted).contains("CREATE ROLE \"" + site);
            assertThat(statistics).as("the search works").contains("SCRAM-SHA-256");
            assertThat(histories).as("the search works").contains(site);
            for (String password : passwords) {
                assertThat(log).doesNotContain(password);
                assertThat(statistics).doesNotContain(password);
                assertThat(histories).doesNotContain(password);
                assertThat(outcomes.toString()).doesNotContain(password);
            }
        }
    }

    /** As it is sent: the SDK's own printing hides inputs and outputs. */
    private static String histories(TestInstallation steward, List<Outcome> outcomes) {
        StringBuilder all = new StringBuilder();
        try (HttpClient client = HttpClient.newHttpClient()) {
            for (Outcome outcome : outcomes) {
                String asked = TestInstallation.write(Map.of("executionArn", outcome.arn(), "maxResults", 1000));
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
