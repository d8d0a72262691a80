package steward.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.MessageDigest;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Exception;
import steward.local.asl.Time;
import steward.local.aws.AwsEndpoint;
import steward.local.aws.AwsError;
import steward.local.aws.Encryption;
import steward.local.aws.Faults.Fault;
import steward.local.aws.Faults.Moment;

/** Objects of many parts, whose buffers are used again and again, to a real endpoint. */
final class UploadIT {
    private static final String BUCKET = "backups";
    private static final ObjectUri URI = ObjectUri.parse("object", "s3://" + BUCKET + "/dumps/large");
    /** Seven parts of 16 MiB and a bit. */
    private static final int BYTES = 7 * (16 << 20) + 12_345;

    private final AwsEndpoint endpoint = AwsEndpoint.start(0, Time.system(), uri -> call -> call.arguments());
    private final S3Client s3 = S3Client.builder()
            .endpointOverride(endpoint.uri())
            .region(Region.US_EAST_1)
            .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
            .httpClientBuilder(UrlConnectionHttpClient.builder())
            .build();
    private final Storage storage = new Storage(s3, null);
    private final MessageDigest written = Sha256.start();

    @BeforeEach
    void make() {
        endpoint.s3().createBucket(BUCKET, Encryption.AES256);
    }

    @AfterEach
    void close() {
        s3.close();
        endpoint.close();
    }

    @Test
    void everyByteArrivesInItsPlace() {
        write();

        assertThat(storage.read(URI)).isEqualTo(new Storage.Read(BYTES, Sha256.text(written)));
    }

    @Test
    void partsThatHaveToBeSentAgainAreSentAsTheyWere() {
        endpoint.faults().fail("s3:UploadPart", 2, Moment.BEFORE, new AwsError(503, "SlowDown", "planted"));
        endpoint.faults().fail("s3:UploadPart", 4, Moment.AFTER, new AwsError(500, "InternalError", "planted"));
        endpoint.faults().drop("s3:UploadPart", 6, Moment.AFTER);
        write();

        assertThat(storage.read(URI)).isEqualTo(new Storage.Read(BYTES, Sha256.text(written)));
    }

    @Test
    void whereAConnectionBreaksReadingGoesOn() {
        write();
        List<Fault> cuts = List.of(
                endpoint.faults().cut("s3:GetObject", 1, 1_000),
                endpoint.faults().cut("s3:GetObject", 2, BYTES / 2),
                endpoint.faults().cut("s3:GetObject", 3, 0));

        assertThat(storage.read(URI)).isEqualTo(new Storage.Read(BYTES, Sha256.text(written)));
        assertThat(cuts).allMatch(Fault::happened);
    }

    @Test
    void aPartThatIsRefusedEndsItAndLeavesNothing() {
        endpoint.faults().fail("s3:UploadPart", 3, Moment.BEFORE, new AwsError(403, "AccessDenied", "planted"));

        assertThatThrownBy(this::write)
                .isInstanceOfSatisfying(
                        S3Exception.class, e -> assertThat(e.statusCode()).isEqualTo(403));

        assertThat(storage.find(URI)).isEmpty();
        assertThat(s3.listMultipartUploads(it -> it.bucket(BUCKET)).uploads()).isEmpty();
    }

    @Test
    void anAnswerThatIsLostAtTheEndIsNoFailure() {
        endpoint.faults().drop("s3:CompleteMultipartUpload", 1, Moment.AFTER);
        write();

        assertThat(storage.read(URI)).isEqualTo(new Storage.Read(BYTES, Sha256.text(written)));
    }

    @Test
    void whatIsThereIsNotReplaced() {
        byte[] theirs = {1, 2, 3};
        storage.put(URI, theirs, "text/plain");
        write();
        try (Upload small = storage.upload(URI)) {
            small.write(4);
            small.complete();
        }

        assertThat(storage.find(URI)).contains(theirs);
        assertThat(s3.listMultipartUploads(it -> it.bucket(BUCKET)).uploads()).isEmpty();
    }

    @Test
    void partsMayGrowOnTheWay() {
        write(new Upload(s3, URI, null, before -> (5 << 20) << (before / 4)));

        assertThat(storage.read(URI)).isEqualTo(new Storage.Read(BYTES, Sha256.text(written)));
    }

    /** Nobody has to write all the rest to hear of it. */
    @Test
    void aPartThatIsRefusedIsToldBeforeTheEnd() {
        endpoint.faults().fail("s3:UploadPart", 1, Moment.BEFORE, new AwsError(403, "AccessDenied", "planted"));
        byte[] some = new byte[1 << 20];
        try (Upload upload = storage.upload(URI)) {
            assertThatThrownBy(() -> {
                        for (int i = 0; i < 10_000; i++) {
                            upload.write(some, 0, some.length);
                        }
                    })
                    .isInstanceOf(S3Exception.class);
        }
        assertThat(s3.listMultipartUploads(it -> it.bucket(BUCKET)).uploads()).isEmpty();
    }

    private void write() {
        write(storage.upload(URI));
    }

    private void write(Upload to) {
        Random random = new Random(1);
        try (Upload upload = to) {
            for (int left = BYTES; left > 0; ) {
                byte[] some = new byte[Math.min(left, 1 + random.nextInt(1 << 20))];
                random.nextBytes(some);
                upload.write(some, 0, some.length);
                written.update(some);
                left -= some.length;
            }
            upload.complete();
        }
    }
}
