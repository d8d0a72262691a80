package steward.local.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static steward.local.integration.Calls.call;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import steward.local.asl.TaskFailed;
import steward.local.asl.Time;
import steward.local.aws.AwsEndpoint;
import steward.local.aws.AwsError;
import steward.local.aws.Encryption;
import steward.local.aws.Faults.Moment;

/** {@code aws-sdk:s3:*}, whose bodies the SDK streams. */
final class S3IntegrationIT {

    private final AwsEndpoint endpoint = AwsEndpoint.start(0, Time.system(), uri -> task -> task.arguments());
    private final Integrations integrations = new Integrations(endpoint.uri(), List.of(), Time.system());

    @BeforeEach
    void make() {
        endpoint.s3().createBucket("backups", Encryption.AES256);
    }

    @AfterEach
    void close() {
        integrations.close();
        endpoint.close();
    }

    @Test
    void aBodyIsText() throws Exception {
        JsonNode put = run("putObject", "{'Bucket': 'backups', 'Key': 'a/b', 'Body': {'k': 'ü'}}");
        JsonNode got = run("getObject", "{'Bucket': 'backups', 'Key': 'a/b'}");
        JsonNode head = run("headObject", "{'Bucket': 'backups', 'Key': 'a/b'}");
        JsonNode list = run("listObjectsV2", "{'Bucket': 'backups', 'Prefix': 'a/'}");

        assertThat(put.path("ETag").asText()).startsWith("\"");
        assertThat(got.path("Body").asText()).isEqualTo("{\"k\":\"ü\"}");
        assertThat(got.path("ContentLength").asInt()).isEqualTo(10);
        assertThat(head.path("ETag")).isEqualTo(got.path("ETag"));
        assertThat(list.at("/Contents/0/Key").asText()).isEqualTo("a/b");
        assertThat(list.path("KeyCount").asInt()).isOne();
    }

    @Test
    void objectsAreDeleted() throws Exception {
        run("putObject", "{'Bucket': 'backups', 'Key': 'one', 'Body': '1'}");
        run("putObject", "{'Bucket': 'backups', 'Key': 'two', 'Body': '2'}");
        run("deleteObject", "{'Bucket': 'backups', 'Key': 'one'}");
        run("deleteObjects", "{'Bucket': 'backups', 'Delete': {'Objects': [{'Key': 'two'}]}}");

        assertThat(run("listObjectsV2", "{'Bucket': 'backups'}")
                        .path("KeyCount")
                        .asInt())
                .isZero();
    }

    @Test
    void errorsHaveTheirNames() {
        assertThat(failure("getObject", "{'Bucket': 'backups', 'Key': 'no'}").error())
                .isEqualTo("S3.NoSuchKeyException");
        assertThat(failure("headObject", "{'Bucket': 'backups', 'Key': 'no'}").error())
                .isEqualTo("S3.NoSuchKeyException");
        assertThat(failure("listObjectsV2", "{'Bucket': 'nowhere'}").error()).isEqualTo("S3.NoSuchBucketException");
        endpoint.faults().fail("s3:GetObject", 1, Moment.BEFORE, new AwsError(503, "SlowDown", "planned"));
        assertThat(failure("getObject", "{'Bucket': 'backups', 'Key': 'no'}").error())
                .isEqualTo("S3.S3Exception");
    }

    @Test
    void moreThanAStateCanHoldIsAnError() throws Exception {
        String most = "x".repeat(261_000);
        run("putObject", "{'Bucket': 'backups', 'Key': 'most', 'Body': '" + most + "'}");
        run("putObject", "{'Bucket': 'backups', 'Key': 'more', 'Body': '" + most + "xxxxxxxxxx".repeat(200) + "'}");

        assertThat(run("getObject", "{'Bucket': 'backups', 'Key': 'most'}")
                        .path("Body")
                        .asText())
                .isEqualTo(most);
        assertThat(failure("getObject", "{'Bucket': 'backups', 'Key': 'more'}").error())
                .isEqualTo("States.DataLimitExceeded");
    }

    private JsonNode run(String action, String arguments) throws TaskFailed, InterruptedException {
        return integrations.run(call("arn:aws:states:::aws-sdk:s3:" + action, arguments));
    }

    private TaskFailed failure(String action, String arguments) {
        return catchThrowableOfType(TaskFailed.class, () -> run(action, arguments));
    }
}
