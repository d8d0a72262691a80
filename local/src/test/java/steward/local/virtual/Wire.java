package steward.local.virtual;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.rds.RdsClient;
import steward.local.asl.Time;
import steward.local.aws.AwsEndpoint;
import steward.local.integration.Integrations;
import steward.local.integration.LambdaFaults;

/** Clients that are made once and lead to one account after the other: making them takes longer than a whole case. */
final class Wire implements SdkHttpClient, Time {
    /** Nobody listens there; every endpoint in the JVM answers for it. */
    private static final URI ENDPOINT = URI.create("http://127.0.0.1:9");

    private static final StaticCredentialsProvider CREDENTIALS =
            StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local"));

    private @Nullable AwsEndpoint endpoint;
    private @Nullable Time time;

    final Integrations integrations = new Integrations(ENDPOINT, this, List.of(), LambdaFaults.NONE, this);
    final RdsClient rds = rds(Region.US_EAST_1);
    final Integrations elsewhere = in(Account.OTHER_REGION);
    final RdsClient rdsElsewhere = rds(Account.OTHER_REGION);

    RdsClient rds(Region region) {
        return RdsClient.builder()
                .endpointOverride(ENDPOINT)
                .httpClient(this)
                .region(region)
                .credentialsProvider(CREDENTIALS)
                .build();
    }

    /** What carries out the tasks of state machines in another region. */
    Integrations in(Region region) {
        return new Integrations(ENDPOINT, this, region, this);
    }

    /** What tests ask themselves. */
    final PlainRequests plain = new PlainRequests(() -> this);

    void lead(Time newTime, AwsEndpoint newEndpoint) {
        this.time = newTime;
        this.endpoint = newEndpoint;
    }

    private Time time() {
        return Optional.ofNullable(time).orElseThrow();
    }

    @Override
    public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
        return Optional.ofNullable(endpoint).orElseThrow().http().prepareRequest(request);
    }

    @Override
    public void close() {
        // The endpoints close what is theirs.
    }

    @Override
    public Instant now() {
        return time().now();
    }

    @Override
    public void sleep(Duration duration) throws InterruptedException {
        time().sleep(duration);
    }

    @Override
    public Strand start(String name, Runnable work) {
        return time().start(name, work);
    }

    @Override
    public void await(@Nullable Instant deadline) {
        time().await(deadline);
    }

    @Override
    public Strand current() {
        return time().current();
    }
}
