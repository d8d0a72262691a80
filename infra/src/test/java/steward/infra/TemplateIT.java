package steward.infra;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.sfn.SfnClient;
import software.amazon.awssdk.services.sfn.model.DescribeExecutionResponse;
import software.amazon.awssdk.services.sfn.model.ExecutionStatus;
import steward.local.FunctionRunner;
import steward.local.FunctionsInProcesses;
import steward.local.Installation;
import steward.local.asl.Time;
import steward.local.postgres.ClientTools;
import steward.local.postgres.PostgresServer;

/** The workflows and functions as the template has them, on this machine. */
class TemplateIT {
    private static final String STATE_MACHINE = "arn:aws:states:us-east-1:000000000000:stateMachine:";

    private static final double FASTER = 600;
    private static final Map<String, String> INSTANCE = Map.of("instance", "acme-production");

    @Test
    void everyWorkflowRunsByTheDefinitionsOfTheTemplate() throws Exception {
        SortedMap<Integer, Path> tools = ClientTools.underTest();
        assertThat(tools).as("majors with pg_dump and pg_restore").isNotEmpty();
        try (PostgresServer server = PostgresServer.start(tools.lastKey());
                Installation installation =
                        Installation.start(0, Time.faster(FASTER), Map.of("acme-production", server), functions());
                SfnClient stepFunctions = client(installation)) {
            Map<String, String> definitions = Deployed.definitions(Synthesized.of("acme"));
            definitions.forEach((workflow, definition) ->
                    installation.endpoint().stepFunctions().register(workflow, here(definition)));
            Set<String> ran = new TreeSet<>();
            Workflows run = (workflow, fields) -> {
                ran.add(workflow);
                return run(stepFunctions, workflow, fields);
            };

            run.run("create-user", site(Map.of("user", "other")));
            JsonNode made = run.run("create-database", site(Map.of("database", "website")));
            assertThat(made.path("owner").asText()).isEqualTo("website");
            run.run("enable-extension", on(Map.of("database", "website", "extension", "hstore")));
            run.run("grant-read-only", site(Map.of("database", "website", "user", "website_reports")));
            run.run("rotate-password", on(Map.of("user", "website")));
            run.run("revoke-read-only", on(Map.of("database", "website", "user", "website_reports")));
            run.run("drop-user", on(Map.of("user", "website_reports")));
            JsonNode dumped = run.run("dump-database", on(Map.of("database", "website")));
            String dump = dumped.path("dump").asText();
            assertThat(dump).endsWith("/dump.tar.zst");
            run.run("restore-dump", site(Map.of("database", "restored", "user", "website", "dump", dump)));
            String snapshot =
                    installation.endpoint().rds().backUp("acme-production").identifier();
            awaitAvailable(installation);
            assertThat(run.run("copy-snapshots", on(Map.of())).path("copied")).hasSize(1);
            JsonNode back = run.run(
                    "restore-database",
                    site(Map.of("database", "website", "snapshot", snapshot, "targetDatabase", "back")));
            assertThat(back.path("owner").asText()).isEqualTo("website");
            for (String database : List.of("restored", "back", "website")) {
                JsonNode dropped = run.run("drop-database", on(Map.of("database", database, "confirm", database)));
                assertThat(dropped.path("finalDump").asText()).endsWith("/dump.tar.zst");
            }
            JsonNode swept = run.run("sweep", Map.of());
            assertThat(swept.path("left")).isEmpty();
            assertThat(swept.path("removed")).isEmpty();
            assertThat(installation.endpoint().rds().instances()).hasSize(1);
            assertThat(ran).isEqualTo(definitions.keySet());
        }
    }

    private interface Workflows {
        JsonNode run(String workflow, Map<String, ?> fields);
    }

    private static void awaitAvailable(Installation installation) throws InterruptedException {
        Instant end = Instant.now().plusSeconds(60);
        while (installation.endpoint().rds().snapshots().stream()
                        .anyMatch(snapshot -> !snapshot.status().equals("available"))
                || installation.endpoint().rds().instances().stream()
                        .anyMatch(instance -> !instance.status().equals("available"))) {
            assertThat(Instant.now()).as("the snapshot is made").isBefore(end);
            Thread.sleep(Duration.ofMillis(100));
        }
    }

    private static Map<String, String> on(Map<String, String> fields) {
        Map<String, String> all = new TreeMap<>(INSTANCE);
        all.putAll(fields);
        return all;
    }

    private static Map<String, String> site(Map<String, String> fields) {
        Map<String, String> all = on(fields);
        all.put("project", "website");
        return all;
    }

    /** The zip with handler, flags and environment of the template. */
    private static FunctionRunner functions() {
        return new FunctionsInProcesses(
                deployment -> Deployed.function(Synthesized.of("acme"), Installation.functionName(deployment)));
    }

    /** The account, the names of state machines and the bucket are others here, and functions have no versions. */
    private static String here(String definition) {
        return definition
                .replace("steward-backups-111111111111-us-east-1", Installation.BACKUP_BUCKET)
                .replace("111111111111", "000000000000")
                .replace("stateMachine:steward-", "stateMachine:")
                .replace(":live\"", "\"");
    }

    private static SfnClient client(Installation installation) {
        return SfnClient.builder()
                .endpointOverride(installation.endpoint().uri())
                .region(Installation.REGION)
                .credentialsProvider(StaticCredentialsProvider.create(Installation.CREDENTIALS))
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .build();
    }

    private static JsonNode run(SfnClient stepFunctions, String workflow, Map<String, ?> fields) {
        try {
            ObjectMapper json = new ObjectMapper();
            String input = json.writeValueAsString(fields);
            String execution = stepFunctions
                    .startExecution(request ->
                            request.stateMachineArn(STATE_MACHINE + workflow).input(input))
                    .executionArn();
            DescribeExecutionResponse found;
            do {
                Thread.sleep(Duration.ofMillis(100));
                found = stepFunctions.describeExecution(request -> request.executionArn(execution));
            } while (found.status() == ExecutionStatus.RUNNING);
            assertThat(found.status()).as(workflow + ": " + found.cause()).isEqualTo(ExecutionStatus.SUCCEEDED);
            return json.readTree(found.output());
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(workflow, e);
        }
    }
}
