package steward.local.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.ChecksumMode;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.NoSuchBucketException;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.NoSuchUploadException;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;
import software.amazon.awssdk.services.s3.model.Tag;
import steward.local.aws.Faults.Moment;

/** S3 through the AWS SDK for Java as it comes: with its checksums, its chunks and its retries. */
final class S3IT {

    private static final String BUCKET = "steward-backups-000000000000";
    private static final String KEY_ARN = Arn.key("00000000-0000-0000-0000-00000000000b");
    private static final int PART = 16 << 20;

    private final TestEndpoint endpoint = new TestEndpoint();

    @BeforeEach
    void make() {
        endpoint.endpoint.s3().createBucket(BUCKET, Encryption.AES256);
    }

    @AfterEach
    void close() {
        endpoint.close();
    }

    @Test
    void anObjectComesBackWithAllThatWasSaidOfIt() {
        endpoint.s3.putObject(
                put -> put.bucket(BUCKET)
                        .key("dumps/a b+c%ü/manifest.json")
                        .contentType("application/json")
                        .metadata(Map.of("Execution", "arn:x"))
                        .tagging("steward%3Aproject=shop&k=a%20b")
                        .serverSideEncryption(ServerSideEncryption.AWS_KMS)
                        .ssekmsKeyId(KEY_ARN),
                RequestBody.fromString("{}"));

        var head = endpoint.s3.headObject(
                it -> it.bucket(BUCKET).key("dumps/a b+c%ü/manifest.json").checksumMode(ChecksumMode.ENABLED));
        assertThat(head.contentLength()).isEqualTo(2);
        assertThat(head.contentType()).isEqualTo("application/json");
        assertThat(head.contentEncoding()).isNull();
        assertThat(head.metadata()).isEqualTo(Map.of("execution", "arn:x"));
        assertThat(head.serverSideEncryption()).isEqualTo(ServerSideEncryption.AWS_KMS);
        assertThat(head.ssekmsKeyId()).isEqualTo(KEY_ARN);
        // The SDK sends CRC32 unasked; S3 keeps it.
        assertThat(head.checksumCRC32()).isEqualTo("o6a/Qw==");
        assertThat(endpoint.s3
                        .getObjectTagging(it -> it.bucket(BUCKET).key("dumps/a b+c%ü/manifest.json"))
                        .tagSet())
                .containsExactlyInAnyOrder(tag("steward:project", "shop"), tag("k", "a b"));
        assertThat(read("dumps/a b+c%ü/manifest.json")).isEqualTo("{}");
    }

    @Test
    void aPartOfAnObjectIsReadByItsRange() {
        put("key", "0123456789");

        assertThat(read("key", "bytes=2-4")).isEqualTo("234");
        assertThat(read("key", "bytes=7-")).isEqualTo("789");
        assertThat(read("key", "bytes=-2")).isEqualTo("89");
        assertThat(read("key", "bytes=8-99")).isEqualTo("89");
        assertRefused("InvalidRange", 416, () -> read("key", "bytes=10-"));
    }

    @Test
    void whatIsMissingIsMissingByName() {
        assertThatExceptionOfType(NoSuchKeyException.class).isThrownBy(() -> read("nothing"));
        assertThatExceptionOfType(NoSuchKeyException.class)
                .isThrownBy(() -> endpoint.s3.headObject(it -> it.bucket(BUCKET).key("nothing")));
        assertThatExceptionOfType(NoSuchBucketException.class)
                .isThrownBy(() -> endpoint.s3.listObjectsV2(it -> it.bucket("nowhere")));
        assertThatExceptionOfType(NoSuchUploadException.class)
                .isThrownBy(() -> endpoint.s3.abortMultipartUpload(
                        it -> it.bucket(BUCKET).key("key").uploadId("none")));
    }

    @Test
    void anUploadInPartsIsSeenWhenItIsCompleteAndNotBefore() throws IOException {
        put("big", "before");
        var parts = random(3);
        var upload = endpoint.s3
                .createMultipartUpload(it -> it.bucket(BUCKET)
                        .key("big")
                        .checksumAlgorithm(ChecksumAlgorithm.CRC32)
                        .serverSideEncryption(ServerSideEncryption.AWS_KMS)
                        .ssekmsKeyId(KEY_ARN)
                        .metadata(Map.of("k", "v")))
                .uploadId();
        var completed = IntStream.range(0, 3)
                .mapToObj(index -> part("big", upload, index + 1, parts.get(index)))
                .toList();

        assertThat(read("big")).isEqualTo("before");
        assertThat(endpoint.s3.listMultipartUploads(it -> it.bucket(BUCKET)).uploads())
                .singleElement()
                .satisfies(one -> assertThat(one.uploadId()).isEqualTo(upload));
        assertThat(endpoint.s3
                        .listParts(it -> it.bucket(BUCKET).key("big").uploadId(upload))
                        .parts())
                .hasSize(3);

        var done = complete("big", upload, completed);
        assertThat(done.checksumCRC32()).endsWith("-3");
        var head = endpoint.s3.headObject(it -> it.bucket(BUCKET).key("big"));
        assertThat(head.contentLength()).isEqualTo(3L * PART);
        assertThat(head.metadata()).containsEntry("k", "v");
        assertThat(head.ssekmsKeyId()).isEqualTo(KEY_ARN);
        try (var stream = endpoint.s3.getObject(it -> it.bucket(BUCKET).key("big"))) {
            for (var part : parts) {
                assertThat(stream.readNBytes(PART)).isEqualTo(part);
            }
            assertThat(stream.read()).isEqualTo(-1);
        }
        var across = "bytes=" + (PART - 2) + "-" + (PART + 1);
        assertThat(endpoint.s3
                        .getObjectAsBytes(it -> it.bucket(BUCKET).key("big").range(across))
                        .asByteArray())
                .containsExactly(parts.get(0)[PART - 2], parts.get(0)[PART - 1], parts.get(1)[0], parts.get(1)[1]);
        assertThatExceptionOfType(NoSuchUploadException.class).isThrownBy(() -> complete("big", upload, completed));
        assertThat(endpoint.s3.listMultipartUploads(it -> it.bucket(BUCKET)).uploads())
                .isEmpty();
    }

    @Test
    void anUploadThatIsAbortedLeavesNothing() {
        var upload = begin("big");
        var part = part("big", upload, 1, new byte[10]);
        endpoint.s3.abortMultipartUpload(it -> it.bucket(BUCKET).key("big").uploadId(upload));

        assertThatExceptionOfType(NoSuchUploadException.class).isThrownBy(() -> part("big", upload, 2, new byte[10]));
        assertThatExceptionOfType(NoSuchUploadException.class).isThrownBy(() -> complete("big", upload, List.of(part)));
        assertThat(keys("")).isEmpty();
        endpoint.s3.deleteBucket(it -> it.bucket(BUCKET));
    }

    @Test
    void anUploadThatIsPutTogetherWronglyIsRefused() {
        var upload = begin("big");
        var small = part("big", upload, 1, new byte[10]);
        var last = part("big", upload, 2, new byte[10]);
        var wrong = small.toBuilder().eTag("\"0123\"").build();

        assertRefused("EntityTooSmall", 400, () -> complete("big", upload, List.of(small, last)));
        assertRefused("InvalidPartOrder", 400, () -> complete("big", upload, List.of(last, small)));
        assertRefused("InvalidPart", 400, () -> complete("big", upload, List.of(wrong)));
        complete("big", upload, List.of(small));
        assertThat(endpoint.s3.headObject(it -> it.bucket(BUCKET).key("big")).contentLength())
                .isEqualTo(10);
    }

    @Test
    void anObjectIsNotReplacedIfItMustNotBeThere() {
        put("key", "first");

        assertRefused(
                "PreconditionFailed",
                412,
                () -> endpoint.s3.putObject(
                        it -> it.bucket(BUCKET).key("key").ifNoneMatch("*"), RequestBody.fromString("second")));
        var upload = begin("key");
        var part = part("key", upload, 1, new byte[10]);
        assertRefused(
                "PreconditionFailed",
                412,
                () -> endpoint.s3.completeMultipartUpload(it -> it.bucket(BUCKET)
                        .key("key")
                        .uploadId(upload)
                        .ifNoneMatch("*")
                        .multipartUpload(made -> made.parts(part))));
        assertThat(read("key")).isEqualTo("first");
        endpoint.s3.deleteObject(it -> it.bucket(BUCKET).key("key"));
        endpoint.s3.putObject(it -> it.bucket(BUCKET).key("key").ifNoneMatch("*"), RequestBody.fromString("third"));
        assertThat(read("key")).isEqualTo("third");
    }

    @Test
    void aListHasPagesPrefixesAndAnOrder() {
        for (var key : List.of("a/1", "a/2", "b/1", "b/2", "c", "\uE000", "\uD83D\uDE00", "x y+&<")) {
            put(key, key);
        }

        // By bytes of UTF-8: the private use character stands before the one from beyond the first plane.
        assertThat(keys("")).containsExactly("a/1", "a/2", "b/1", "b/2", "c", "x y+&<", "\uE000", "\uD83D\uDE00");
        assertThat(keys("b/")).containsExactly("b/1", "b/2");
        var pages = endpoint.s3.listObjectsV2Paginator(
                it -> it.bucket(BUCKET).delimiter("/").maxKeys(1));
        var shown = new ArrayList<String>();
        pages.forEach(page -> {
            page.contents().forEach(object -> shown.add(object.key()));
            page.commonPrefixes().forEach(prefix -> shown.add(prefix.prefix()));
            assertThat(page.keyCount()).isOne();
        });
        assertThat(shown).containsExactly("a/", "b/", "c", "x y+&<", "\uE000", "\uD83D\uDE00");
        assertThat(endpoint.s3
                        .listObjectsV2(it -> it.bucket(BUCKET).startAfter("b/1").maxKeys(2))
                        .contents())
                .extracting(S3Object::key)
                .containsExactly("b/2", "c");
    }

    @Test
    void objectsAreDeletedAlsoWhenTheyAreNotThere() {
        put("one", "1");
        put("two", "2");
        put("three", "3");

        endpoint.s3.deleteObject(it -> it.bucket(BUCKET).key("one"));
        var deleted = endpoint.s3.deleteObjects(
                it -> it.bucket(BUCKET).delete(objects -> objects.objects(object("two"), object("never"))));
        assertThat(deleted.deleted()).hasSize(2);
        assertThat(deleted.errors()).isEmpty();
        assertThat(keys("")).containsExactly("three");
        assertRefused("BucketNotEmpty", 409, () -> endpoint.s3.deleteBucket(it -> it.bucket(BUCKET)));
    }

    @Test
    void aCopyIsAnObjectOfItsOwn() {
        put("tmp/key", "content");
        endpoint.s3.copyObject(it -> it.sourceBucket(BUCKET)
                .sourceKey("tmp/key")
                .destinationBucket(BUCKET)
                .destinationKey("key"));
        endpoint.s3.deleteObject(it -> it.bucket(BUCKET).key("tmp/key"));

        assertThat(read("key")).isEqualTo("content");
    }

    @Test
    void whoReadsAnObjectReadsItToTheEndThoughItIsReplaced() throws IOException {
        var content = random(1).getFirst();
        endpoint.s3.putObject(it -> it.bucket(BUCKET).key("key"), RequestBody.fromBytes(content));
        try (var stream = endpoint.s3.getObject(it -> it.bucket(BUCKET).key("key"))) {
            assertThat(stream.read()).isEqualTo(content[0] & 0xFF);
            put("key", "other");
            endpoint.s3.deleteObject(it -> it.bucket(BUCKET).key("key"));
            assertThat(stream.readAllBytes()).hasSize(PART - 1);
        }
    }

    @Test
    void whatArrivesDamagedIsRefused() {
        assertRefused(
                "BadDigest",
                400,
                () -> endpoint.s3.putObject(
                        it -> it.bucket(BUCKET).key("key").checksumCRC32("AAAAAA=="),
                        RequestBody.fromString("content")));
        assertThat(keys("")).isEmpty();
    }

    @Test
    void anUploadThatBreaksOffLeavesNothing() throws Exception {
        var uri = endpoint.uri();
        try (var socket = new Socket(uri.getHost(), uri.getPort())) {
            var head = "PUT /" + BUCKET + "/key HTTP/1.1\r\nHost: " + uri.getAuthority()
                    + "\r\nAuthorization: AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/s3/aws4_request\r\n"
                    + "Content-Length: 1000\r\n\r\nhalf";
            socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
        }
        Thread.sleep(Duration.ofMillis(300));
        assertThat(keys("")).isEmpty();
    }

    @Test
    void faultsArePlannedByTheNamesOfTheApi() {
        endpoint.endpoint.faults().drop("s3:PutObject", 1, Moment.AFTER);
        put("key", "content");
        var full = new AwsError(403, "AccessDenied", "planned");
        endpoint.endpoint.faults().fail("s3:UploadPart", 2, Moment.BEFORE, full);
        var upload = begin("big");

        part("big", upload, 1, new byte[10]);
        assertRefused("AccessDenied", 403, () -> part("big", upload, 2, new byte[PART]));
        assertThat(read("key")).isEqualTo("content");
    }

    @Test
    void whatIsNotThereSaysSo() {
        put("key", "content");

        assertRefused(
                "NotImplemented",
                501,
                () -> endpoint.s3.getObjectAcl(it -> it.bucket(BUCKET).key("key")));
        assertRefused(
                "NotImplemented",
                501,
                () -> endpoint.s3.getObjectAsBytes(
                        it -> it.bucket(BUCKET).key("key").versionId("v")));
    }

    private void assertRefused(String code, int status, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatExceptionOfType(S3Exception.class).isThrownBy(call).satisfies(e -> {
            assertThat(e.awsErrorDetails().errorCode()).isEqualTo(code);
            assertThat(e.statusCode()).isEqualTo(status);
        });
    }

    private void put(String key, String content) {
        endpoint.s3.putObject(it -> it.bucket(BUCKET).key(key), RequestBody.fromString(content));
    }

    private String read(String key) {
        return endpoint.s3.getObjectAsBytes(it -> it.bucket(BUCKET).key(key)).asUtf8String();
    }

    private String read(String key, String range) {
        return endpoint.s3
                .getObjectAsBytes(it -> it.bucket(BUCKET).key(key).range(range))
                .asUtf8String();
    }

    private List<String> keys(String prefix) {
        return endpoint.s3.listObjectsV2(it -> it.bucket(BUCKET).prefix(prefix)).contents().stream()
                .map(S3Object::key)
                .toList();
    }

    @Test
    void aPartIsOnlyFoundWithTheChecksumThatItWasSentWith() {
        var content = random(1).getFirst();
        var silent = begin("silent");
        var unnamed = withoutChecksum(part("silent", silent, 1, content));
        assertRefused("InvalidPart", 400, () -> complete("silent", silent, List.of(unnamed)));

        var declared = endpoint.s3
                .createMultipartUpload(
                        it -> it.bucket(BUCKET).key("declared").checksumAlgorithm(ChecksumAlgorithm.CRC32))
                .uploadId();
        var missing = withoutChecksum(part("declared", declared, 1, content));
        assertRefused("InvalidRequest", 400, () -> complete("declared", declared, List.of(missing)));
    }

    private static CompletedPart withoutChecksum(CompletedPart part) {
        return part.toBuilder().checksumCRC32(null).build();
    }

    private String begin(String key) {
        return endpoint.s3
                .createMultipartUpload(it -> it.bucket(BUCKET).key(key))
                .uploadId();
    }

    private CompletedPart part(String key, String upload, int number, byte[] content) {
        var sent = endpoint.s3.uploadPart(
                it -> it.bucket(BUCKET).key(key).uploadId(upload).partNumber(number), RequestBody.fromBytes(content));
        return CompletedPart.builder()
                .partNumber(number)
                .eTag(sent.eTag())
                .checksumCRC32(sent.checksumCRC32())
                .build();
    }

    private software.amazon.awssdk.services.s3.model.CompleteMultipartUploadResponse complete(
            String key, String upload, List<CompletedPart> parts) {
        return endpoint.s3.completeMultipartUpload(
                it -> it.bucket(BUCKET).key(key).uploadId(upload).multipartUpload(made -> made.parts(parts)));
    }

    private static List<byte[]> random(int parts) {
        var random = new Random(4);
        return IntStream.range(0, parts)
                .mapToObj(index -> {
                    var part = new byte[PART];
                    random.nextBytes(part);
                    return part;
                })
                .toList();
    }

    private static Tag tag(String key, String value) {
        return Tag.builder().key(key).value(value).build();
    }

    private static ObjectIdentifier object(String key) {
        return ObjectIdentifier.builder().key(key).build();
    }
}
