package steward.local.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.rds.model.RdsException;
import software.amazon.awssdk.services.secretsmanager.model.InternalServiceErrorException;
import software.amazon.awssdk.services.secretsmanager.model.LimitExceededException;
import software.amazon.awssdk.services.secretsmanager.model.ResourceExistsException;
import software.amazon.awssdk.services.secretsmanager.model.ResourceNotFoundException;
import steward.local.aws.Faults.Moment;

final class FaultsTest {

    private final AwsError limit = new AwsError(400, "LimitExceededException", "planned");

    private final TestEndpoint endpoint = new TestEndpoint();
    private final Faults faults = endpoint.endpoint.faults();

    @AfterEach
    void close() {
        endpoint.close();
    }

    @Test
    void theNthCallFailsBeforeItsEffectAndNoOther() {
        var fault = faults.fail("secretsmanager:CreateSecret", 2, Moment.BEFORE, limit);

        create("one");
        assertThat(fault.happened()).isFalse();
        assertThatExceptionOfType(LimitExceededException.class).isThrownBy(() -> create("two"));
        assertThat(fault.happened()).isTrue();
        create("three");
        assertThat(exists("one")).isTrue();
        assertThat(exists("two")).isFalse();
        assertThat(exists("three")).isTrue();
    }

    @Test
    void aCallFailsAfterItsEffect() {
        faults.fail("secretsmanager:CreateSecret", 1, Moment.AFTER, limit);

        assertThatExceptionOfType(LimitExceededException.class).isThrownBy(() -> create("made"));
        assertThat(exists("made")).isTrue();
    }

    @Test
    void aFaultAfterACallThatIsRefusedHappensAllTheSame() {
        create("made");
        var fault = faults.fail("secretsmanager:CreateSecret", 1, Moment.AFTER, limit);

        assertThatExceptionOfType(LimitExceededException.class).isThrownBy(() -> create("made"));
        assertThat(fault.happened()).isTrue();
        assertThatExceptionOfType(ResourceExistsException.class).isThrownBy(() -> create("made"));
    }

    @Test
    void aServerErrorIsRetriedByTheSdk() {
        var error = new AwsError(500, "InternalServiceError", "planned");
        var first = faults.fail("secretsmanager:CreateSecret", 1, Moment.BEFORE, error);
        create("made");
        assertThat(first.happened()).isTrue();

        for (var call = 1; call <= 4; call++) {
            faults.fail("secretsmanager:DescribeSecret", call, Moment.BEFORE, error);
        }
        assertThatExceptionOfType(InternalServiceErrorException.class).isThrownBy(() -> exists("made"));
    }

    @Test
    void anAnswerIsLostAndTheSdkSendsTheCallAgain() {
        var before = faults.drop("secretsmanager:CreateSecret", 1, Moment.BEFORE);
        var after = faults.drop("secretsmanager:PutSecretValue", 1, Moment.AFTER);

        create("made");
        var put =
                endpoint.secretsManager.putSecretValue(it -> it.secretId("made").secretString("two"));
        assertThat(before.happened()).isTrue();
        assertThat(after.happened()).isTrue();
        // The second attempt carries the same token: one version more, not two.
        var versions = endpoint.secretsManager.listSecretVersionIds(
                it -> it.secretId("made").includeDeprecated(true));
        assertThat(versions.versions())
                .hasSize(2)
                .anyMatch(version -> version.versionId().equals(put.versionId()));
    }

    @Test
    void aDroppedConnectionCarriesNoAnswerAtAll() {
        faults.drop("states:ListStateMachines", 1, Moment.AFTER);
        var request = HttpRequest.newBuilder(endpoint.uri())
                .header("X-Amz-Target", "AWSStepFunctions.ListStateMachines")
                // With HTTP/2 offered in an Upgrade header, Java's client would hide the dropped connection.
                .version(HttpClient.Version.HTTP_1_1)
                .POST(HttpRequest.BodyPublishers.ofString("{}"))
                .build();
        try (var client = HttpClient.newHttpClient()) {
            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> client.send(request, HttpResponse.BodyHandlers.ofString()));
        }
    }

    @Test
    void aQueryActionFailsInItsOwnWords() {
        endpoint.endpoint
                .rds()
                .register(DatabaseInstance.available(
                        "shop", "17.11", new DatabaseInstance.Endpoint("127.0.0.1", 5432), "master", Instant.EPOCH));
        faults.fail("rds:DescribeDBInstances", 1, Moment.BEFORE, new AwsError(400, "StorageQuotaExceeded", "planned"));

        assertThatExceptionOfType(RdsException.class)
                .isThrownBy(endpoint.rds::describeDBInstances)
                .satisfies(e -> assertThat(e.awsErrorDetails().errorCode()).isEqualTo("StorageQuotaExceeded"));
        assertThat(endpoint.rds.describeDBInstances().dbInstances()).hasSize(1);
    }

    @Test
    void clearedFaultsDoNotHappen() {
        faults.fail("secretsmanager:CreateSecret", 1, Moment.BEFORE, limit);
        faults.clear();

        create("made");
        assertThat(exists("made")).isTrue();
    }

    @Test
    void anActionIsNamedAsInIam() {
        assertThatIllegalArgumentException().isThrownBy(() -> faults.drop("CreateSecret", 1, Moment.BEFORE));
    }

    private void create(String name) {
        endpoint.secretsManager.createSecret(it -> it.name(name).secretString("one"));
    }

    private boolean exists(String name) {
        try {
            return endpoint.secretsManager
                    .describeSecret(it -> it.secretId(name))
                    .name()
                    .equals(name);
        } catch (ResourceNotFoundException e) {
            return false;
        }
    }
}
