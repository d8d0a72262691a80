package steward.infra;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import java.util.Map;
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
import steward.local.postgres.PostgresServer;

/** The workflows and functions as the template has them, on this machine. */
class TemplateIT {
    private static final String STATE_MACHINE = "arn:aws:states:us-east-1:000000000000:stateMachine:";

    @Test
    void aDatabaseIsMadeReadAndDroppedByTheDefinitionsOfTheTemplate() throws Exception {
        try (PostgresServer server = PostgresServer.start(17);
                Installation installation =
                        Installation.start(0, Time.system(), Map.of("acme-production", server), functions());
                SfnClient stepFunctions = client(installation)) {
            Deployed.definitions(Synthesized.of("acme"))
                    .forEach((workflow, definition) ->
                            installation.endpoint().stepFunctions().register(workflow, here(definition)));

            JsonNode made = run(
                    stepFunctions,
                    "create-database",
                    "{\"instance\": \"acme-production\", \"project\": \"website\", \"database\": \"website\"}");
            assertThat(made.path("owner").asText()).isEqualTo("website");
            run(
                    stepFunctions,
                    "grant-read-only",
                    "{\"instance\": \"acme-production\", \"project\": \"website\", \"database\": \"website\", \"user\": \"website_reports\"}");
            run(stepFunctions, "rotate-password", "{\"instance\": \"acme-production\", \"user\": \"website\"}");
            JsonNode dropped = run(
                    stepFunctions,
                    "drop-database",
                    "{\"instance\": \"acme-production\", \"database\": \"website\", \"confirm\": \"website\", \"skipFinalDump\": true}");
            assertThat(dropped.path("database").asText()).isEqualTo("website");
        }
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

    private static JsonNode run(SfnClient stepFunctions, String workflow, String input) throws Exception {
        String execution = stepFunctions
                .startExecution(request ->
                        request.stateMachineArn(STATE_MACHINE + workflow).input(input))
                .executionArn();
        DescribeExecutionResponse found;
        do {
            Thread.sleep(Duration.ofMillis(100));
            found = stepFunctions.describeExecution(request -> request.executionArn(execution));
        } while (found.status() == ExecutionStatus.RUNNING);
        assertThat(found.status()).as(found.cause()).isEqualTo(ExecutionStatus.SUCCEEDED);
        return new ObjectMapper().readTree(found.output());
    }
}
