package steward.local.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.CloudWatchException;
import software.amazon.awssdk.services.cloudwatch.model.Dimension;
import software.amazon.awssdk.services.cloudwatch.model.InternalServiceException;
import software.amazon.awssdk.services.cloudwatch.model.MetricDatum;
import steward.local.asl.Time;

/** Metrics put by the real client, which speaks CBOR. */
final class CloudWatchTest {
    private final AwsEndpoint endpoint =
            AwsEndpoint.inProcess(Time.system(), (uri, http) -> call -> call.arguments(), Disks.none());
    private final CloudWatchClient client = CloudWatchClient.builder()
            .endpointOverride(endpoint.uri())
            .region(Region.US_EAST_1)
            .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("a", "b")))
            .httpClient(endpoint.http())
            .overrideConfiguration(it -> it.retryStrategy(AwsRetryStrategy.doNotRetry()))
            .build();

    private static final MetricDatum ONE =
            MetricDatum.builder().metricName("m").value(1.0).build();

    private void put(String namespace, MetricDatum... data) {
        client.putMetricData(it -> it.namespace(namespace).metricData(List.of(data)));
    }

    @AfterEach
    void close() {
        client.close();
        endpoint.close();
    }

    @Test
    void whatIsPutCanBeSeen() {
        put(
                "Steward",
                MetricDatum.builder().metricName("TemporaryThings").value(3.0).build(),
                MetricDatum.builder()
                        .metricName("NewestSnapshotCopyAge")
                        .value(0.5)
                        .dimensions(Dimension.builder()
                                .name("Instance")
                                .value("shop")
                                .build())
                        .build());
        List<Metric> metrics = endpoint.cloudWatch().metrics();
        assertThat(metrics).extracting(Metric::namespace).containsOnly("Steward");
        assertThat(metrics).extracting(Metric::name).containsExactly("TemporaryThings", "NewestSnapshotCopyAge");
        assertThat(metrics).extracting(Metric::value).containsExactly(3.0, 0.5);
        assertThat(metrics.getLast().dimensions()).isEqualTo(Map.of("Instance", "shop"));
    }

    @Test
    void errorsArriveAsWhatTheyAre() {
        assertThatThrownBy(() -> put("AWS/RDS", ONE))
                .isInstanceOf(CloudWatchException.class)
                .hasMessageContaining("Namespace is invalid");
        endpoint.faults()
                .fail(
                        "cloudwatch:PutMetricData",
                        1,
                        Faults.Moment.BEFORE,
                        new AwsError(500, "InternalServiceFault", "try again"));
        assertThatThrownBy(() -> put("Steward", ONE)).isInstanceOf(InternalServiceException.class);
        assertThat(endpoint.cloudWatch().metrics()).isEmpty();
    }
}
