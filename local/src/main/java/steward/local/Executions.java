package steward.local;

import java.time.Duration;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.sfn.SfnClient;
import software.amazon.awssdk.services.sfn.model.DescribeExecutionResponse;
import software.amazon.awssdk.services.sfn.model.ExecutionStatus;

/** Starts workflows and waits for them, as the benchmarks do. */
final class Executions implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofHours(1);

    private final Installation installation;
    private final SfnClient client;

    Executions(Installation installation) {
        this.installation = installation;
        client = SfnClient.builder()
                .endpointOverride(installation.endpoint().uri())
                .region(Installation.REGION)
                .credentialsProvider(StaticCredentialsProvider.create(Installation.CREDENTIALS))
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .build();
    }

    SfnClient client() {
        return client;
    }

    /** The description of an execution that succeeded. */
    DescribeExecutionResponse run(String workflow, String input) {
        String arn = client.startExecution(
                        it -> it.stateMachineArn("arn:aws:states:us-east-1:000000000000:stateMachine:" + workflow)
                                .input(input))
                .executionArn();
        // Not asked for again and again: that would take time from what is measured.
        if (!installation.endpoint().stepFunctions().awaitAll(PATIENCE)) {
            throw new IllegalStateException(workflow + " does not end");
        }
        DescribeExecutionResponse execution = client.describeExecution(it -> it.executionArn(arn));
        if (execution.status() != ExecutionStatus.SUCCEEDED) {
            throw new IllegalStateException(workflow + ": " + execution.error() + ": " + execution.cause());
        }
        return execution;
    }

    @Override
    public void close() {
        client.close();
    }
}
