package steward.local.integration;

import java.lang.reflect.InvocationTargetException;
import java.net.URI;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.SdkClient;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.urlconnection.ProxyConfiguration;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.profiles.ProfileFile;
import software.amazon.awssdk.regions.Region;

/**
 * Makes SDK clients that talk to the local endpoint and take nothing from the environment: no profile, no proxy.
 *
 * <p>They do not retry. Step Functions does not either: the causes that it records say {@code SDK Attempt Count: 1},
 * and so a state machine that lacks a Retry shows here, too.
 */
final class AwsClients implements AutoCloseable {

    private final URI endpoint;
    private final SdkHttpClient http;
    private final Region region;

    AwsClients(URI endpoint) {
        this(
                endpoint,
                UrlConnectionHttpClient.builder()
                        .proxyConfiguration(ProxyConfiguration.builder()
                                .useSystemPropertyValues(false)
                                .useEnvironmentVariablesValues(false)
                                .build())
                        .build());
    }

    AwsClients(URI endpoint, SdkHttpClient http) {
        this(endpoint, http, Region.US_EAST_1);
    }

    AwsClients(URI endpoint, SdkHttpClient http, Region region) {
        this.endpoint = endpoint;
        this.http = http;
        this.region = region;
    }

    /** The type is that of a sync client, such as RdsClient. */
    <T extends SdkClient> T make(Class<T> type) {
        try {
            return type.cast(configured(type.getMethod("builder").invoke(null)).build());
        } catch (NoSuchMethodException | IllegalAccessException | InvocationTargetException e) {
            throw new IllegalArgumentException(type + " is not an AWS SDK client", e);
        }
    }

    private AwsClientBuilder<?, ?> configured(Object builder) {
        ((AwsSyncClientBuilder<?, ?>) builder).httpClient(http);
        AwsClientBuilder<?, ?> client = (AwsClientBuilder<?, ?>) builder;
        client.endpointOverride(endpoint);
        client.region(region);
        client.credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local")));
        client.overrideConfiguration(overrides -> overrides
                .retryStrategy(AwsRetryStrategy.doNotRetry())
                .defaultProfileFile(ProfileFile.aggregator().build()));
        return client;
    }

    @Override
    public void close() {
        http.close();
    }
}
