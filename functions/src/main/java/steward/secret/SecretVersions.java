package steward.secret;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.secretsmanager.model.DescribeSecretResponse;
import software.amazon.awssdk.services.secretsmanager.model.ResourceNotFoundException;
import steward.error.ObjectMissing;

/**
 * The versions of a user's secret at one moment: the current one and perhaps one that waits to take its place. A pending
 * version that Secrets Manager staged for a rotation has no value at first. After a rotation the label AWSPENDING may
 * stay on the version that has become current
 * (<a href="https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_RotateSecret.html">RotateSecret</a>).
 */
public final class SecretVersions {
    private static final String CURRENT = "AWSCURRENT";
    private static final String PENDING = "AWSPENDING";
    private static final String PREVIOUS = "AWSPREVIOUS";

    private final SecretsManagerClient client;
    private final SecretName name;
    private final DescribeSecretResponse secret;

    SecretVersions(SecretsManagerClient client, SecretName name, DescribeSecretResponse secret) {
        this.client = client;
        this.name = name;
        this.secret = secret;
    }

    /** Full ARN. */
    public String arn() {
        return secret.arn();
    }

    public SecretName name() {
        return name;
    }

    /** Whether Secrets Manager is told to rotate it. */
    public boolean rotationEnabled() {
        return Boolean.TRUE.equals(secret.rotationEnabled());
    }

    /** Whether a version is the current one. */
    public boolean isCurrent(String version) {
        return stages(secret, version).contains(CURRENT);
    }

    /** Whether a version waits to become current. */
    public boolean isPending(String version) {
        return pending().filter(version::equals).isPresent();
    }

    /**
     * Id of the current version.
     *
     * @throws ObjectMissing if there is none
     */
    public String current() {
        return withStage(secret, CURRENT)
                .orElseThrow(() -> new ObjectMissing("secret %s: has no version %s".formatted(name, CURRENT)));
    }

    /** Id of the version that waits to become current. */
    public Optional<String> pending() {
        return pending(secret);
    }

    /** One that was current once waits no more, whatever label was left on it: its password is an old one. */
    static Optional<String> pending(DescribeSecretResponse secret) {
        return withStage(secret, PENDING)
                .filter(version -> !stages(secret, version).contains(CURRENT)
                        && !stages(secret, version).contains(PREVIOUS));
    }

    /** A version's value, unless it has none yet. */
    public Optional<UserSecret> value(String version) {
        try {
            String text = client.getSecretValue(
                            request -> request.secretId(secret.arn()).versionId(version))
                    .secretString();
            return Optional.of(UserSecret.parse(name.text(), text));
        } catch (ResourceNotFoundException e) {
            return Optional.empty();
        }
    }

    /**
     * The current version's value.
     *
     * @throws ObjectMissing if there is none
     * @throws steward.error.VerificationFailed if it is of another user
     */
    public UserSecret currentValue() {
        return value(current())
                .orElseThrow(() -> new ObjectMissing("secret %s: its current version has no value".formatted(name)))
                .requireOf(name);
    }

    /** Stores a value as the version that waits to become current; the token becomes the version's id. */
    public void putPending(String token, UserSecret value) {
        client.putSecretValue(request -> request.secretId(secret.arn())
                .clientRequestToken(token)
                .secretString(value.json())
                .versionStages(PENDING));
    }

    /** Makes a version the current one; what was current becomes AWSPREVIOUS. One call, so nothing is ever between. */
    public void makeCurrent(String version) {
        client.updateSecretVersionStage(request -> request.secretId(secret.arn())
                .versionStage(CURRENT)
                .moveToVersionId(version)
                .removeFromVersionId(current()));
    }

    /**
     * Stores a new current value. A label AWSPENDING that a rotation left on the current version goes with it: on what is
     * only the previous one it would be an unfinished rotation, to Secrets Manager and to us.
     */
    public void replaceCurrent(UserSecret value) {
        putCurrent(value, stages(secret, current()).contains(PENDING));
    }

    /**
     * Stores the first value of a user that is made anew. A version that still waits from a user of that name waits for
     * nothing any more, so its label goes along.
     */
    public void startAnew(UserSecret value) {
        putCurrent(value, withStage(secret, PENDING).isPresent());
    }

    private void putCurrent(UserSecret value, boolean takePending) {
        List<String> labels = takePending ? List.of(CURRENT, PENDING) : List.of(CURRENT);
        client.putSecretValue(request ->
                request.secretId(secret.arn()).secretString(value.json()).versionStages(labels));
    }

    private static List<String> stages(DescribeSecretResponse secret, String version) {
        return secret.versionIdsToStages().getOrDefault(version, List.of());
    }

    private static Optional<String> withStage(DescribeSecretResponse secret, String stage) {
        return secret.versionIdsToStages().entrySet().stream()
                .filter(version -> version.getValue().contains(stage))
                .map(Map.Entry::getKey)
                .findFirst();
    }
}
