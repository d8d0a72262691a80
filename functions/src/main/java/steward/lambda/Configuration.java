package steward.lambda;

import java.net.URI;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.ContainerCredentialsProvider;
import software.amazon.awssdk.auth.credentials.EnvironmentVariableCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.defaultsmode.DefaultsMode;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.profiles.ProfileFile;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import steward.Access;
import steward.Instances;
import steward.Operation;
import steward.postgres.Postgres;
import steward.postgres.RootCertificates;
import steward.secret.Secrets;
import steward.secret.SecretsExtension;
import steward.secret.SignedRead;

/**
 * What a function is told by its environment.
 *
 * @param function whose operations it runs
 * @param instances those whose users' passwords it rotates for Secrets Manager
 */
public record Configuration(Operation.Function function, Access access, Instances instances) {
    /** {@code master} or {@code owner}. */
    public static final String FUNCTION = "STEWARD_FUNCTION";

    /** A PEM file to trust instead of the certificates that RDS uses in the function's region. */
    public static final String ROOT_CERTIFICATES = "STEWARD_ROOT_CERTIFICATES";

    /** The instances of the rotation function, as JSON; see {@link KnownInstances}. */
    public static final String INSTANCES = "STEWARD_INSTANCES";

    /** One that is told of no instances: workflows look theirs up. */
    public Configuration(Operation.Function function, Access access) {
        this(function, access, Instances.NONE);
    }

    /** Reads the environment that Lambda gives to the function. */
    static Configuration from(Map<String, String> environment) {
        Operation.Function function =
                Operation.Function.valueOf(required(environment, FUNCTION).toUpperCase(Locale.ROOT));
        String region = required(environment, "AWS_REGION");
        Path certificates = RootCertificates.of(environment.get(ROOT_CERTIFICATES), region);
        return new Configuration(
                function,
                new Access(new Postgres(certificates), secrets(environment, region)),
                KnownInstances.parse(environment.get(INSTANCES)));
    }

    /** The SDK is told what it would have to look for: its chains of providers are slow to load. */
    private static Secrets secrets(Map<String, String> environment, String region) {
        return new Secrets(
                SecretsExtension.of(environment).or(() -> SignedRead.of(environment, region)),
                () -> SecretsManagerClient.builder()
                        .region(Region.of(region))
                        .credentialsProvider(credentials(environment))
                        .defaultsMode(DefaultsMode.LEGACY)
                        .overrideConfiguration(settings -> settings.defaultProfileFile(
                                ProfileFile.aggregator().build()))
                        .httpClient(UrlConnectionHttpClient.create())
                        .build());
    }

    /** A function that starts from a snapshot gets them from an address, since they would be out of date in it. */
    private static AwsCredentialsProvider credentials(Map<String, String> environment) {
        return environment.containsKey("AWS_ACCESS_KEY_ID")
                ? EnvironmentVariableCredentialsProvider.create()
                : ContainerCredentialsProvider.create();
    }

    /** The secrets at an endpoint that believes everybody. */
    static Secrets secrets(String region, URI endpoint) {
        return new Secrets(SecretsManagerClient.builder()
                .region(Region.of(region))
                .endpointOverride(endpoint)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("none", "none")))
                .httpClient(UrlConnectionHttpClient.create())
                .build());
    }

    private static String required(Map<String, String> environment, String name) {
        String value = environment.get(name);
        if (value == null || value.isBlank()) {
            throw new IllegalStateException("environment variable " + name + " is not set");
        }
        return value;
    }
}
