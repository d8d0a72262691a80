package steward.local.aws;

import java.net.URI;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.rds.RdsClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.sfn.SfnClient;
import steward.local.asl.TaskRunner;
import steward.local.asl.Time;

/** An endpoint with the clients of the AWS SDK for Java that tests look at it through. */
final class TestEndpoint implements AutoCloseable {

    final AwsEndpoint endpoint;
    final SfnClient stepFunctions;
    final SecretsManagerClient secretsManager;
    final RdsClient rds;
    final S3Client s3;
    final EcsClient ecs;

    TestEndpoint() {
        this(Time.system(), call -> call.arguments());
    }

    TestEndpoint(Time time, TaskRunner tasks) {
        endpoint = AwsEndpoint.start(0, time, uri -> tasks);
        stepFunctions = build(SfnClient.builder());
        secretsManager = build(SecretsManagerClient.builder());
        rds = build(RdsClient.builder());
        s3 = build(S3Client.builder());
        ecs = build(EcsClient.builder());
    }

    URI uri() {
        return endpoint.uri();
    }

    private <B extends AwsClientBuilder<B, C> & AwsSyncClientBuilder<B, C>, C> C build(B builder) {
        return builder.endpointOverride(uri())
                .region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .build();
    }

    @Override
    public void close() {
        endpoint.close();
        stepFunctions.close();
        secretsManager.close();
        rds.close();
        s3.close();
        ecs.close();
    }
}
