package steward.local.aws;

import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import steward.local.asl.Time;

/**
 * S3: objects are files in a temporary folder, uploads are invisible until they are complete, and every change is seen
 * at once. No versions, no access lists, no lifecycle.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html">API
 *     reference</a>
 */
public final class S3 implements AutoCloseable {

    /** Parameters that make a request another one. Those without a route of ours are refused, not ignored. */
    private static final List<String> SUBRESOURCES = List.of(
            "accelerate",
            "acl",
            "analytics",
            "attributes",
            "cors",
            "delete",
            "encryption",
            "inventory",
            "legal-hold",
            "lifecycle",
            "list-type",
            "location",
            "logging",
            "metrics",
            "notification",
            "object-lock",
            "ownershipControls",
            "policy",
            "policyStatus",
            "publicAccessBlock",
            "replication",
            "requestPayment",
            "restore",
            "retention",
            "select",
            "session",
            "tagging",
            "torrent",
            "uploadId",
            "uploads",
            "versionId",
            "versioning",
            "versions",
            "website");

    private final Map<String, Bucket> buckets = new TreeMap<>();
    private final Map<String, S3Route> routes = new HashMap<>();
    private final Time time;
    private final Supplier<Path> files;

    S3(Time time, GuardedFolder folder) {
        this.time = time;
        this.files = () -> folder.next("s3-");
        routes.putAll(new S3Buckets(this).routes());
        routes.putAll(new S3Objects(this).routes());
        routes.putAll(new S3Uploads(this).routes());
    }

    /**
     * Makes a bucket.
     *
     * @param encryption of objects whose upload does not say
     * @throws AwsError BucketAlreadyOwnedByYou, InvalidBucketName
     */
    public void createBucket(String name, Encryption encryption) {
        if (!name.matches("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")) {
            throw AwsError.of("InvalidBucketName", "The specified bucket is not valid.");
        }
        synchronized (buckets) {
            if (buckets.containsKey(name)) {
                throw new AwsError(
                        409,
                        "BucketAlreadyOwnedByYou",
                        "Your previous request to create the named bucket succeeded and you already own it.");
            }
            buckets.put(name, new Bucket(name, time.now(), encryption));
        }
    }

    S3Route route(S3Request request) {
        var path = request.bucket().isEmpty() ? "service" : request.key().isEmpty() ? "bucket" : "object";
        var copy = request.header("x-amz-copy-source").isPresent() ? " copy" : "";
        var name = request.method() + " " + path + subresource(request).orElse("") + copy;
        return Optional.ofNullable(routes.get(name)).orElseThrow(() -> S3Errors.notImplemented(name));
    }

    private static Optional<String> subresource(S3Request request) {
        return SUBRESOURCES.stream()
                .filter(name -> request.query().containsKey(name))
                .findFirst()
                .map(name -> "?" + name);
    }

    Instant now() {
        return time.now();
    }

    /** Names for new files. */
    Supplier<Path> files() {
        return files;
    }

    List<Bucket> buckets() {
        synchronized (buckets) {
            return List.copyOf(buckets.values());
        }
    }

    Bucket bucket(S3Request request) {
        var owner = request.header("x-amz-expected-bucket-owner").orElse(Arn.ACCOUNT);
        if (!owner.equals(Arn.ACCOUNT)) {
            throw new AwsError(403, "AccessDenied", "Access Denied");
        }
        return bucket(request.bucket());
    }

    Bucket bucket(String name) {
        synchronized (buckets) {
            return Optional.ofNullable(buckets.get(name)).orElseThrow(S3Errors::noSuchBucket);
        }
    }

    /** Deletes everything: the folder that it lies in may be others' too. */
    @Override
    public void close() {
        synchronized (buckets) {
            buckets.values().forEach(Bucket::clear);
            buckets.clear();
        }
    }

    void deleteBucket(String name) {
        synchronized (buckets) {
            if (!bucket(name).isEmpty()) {
                throw new AwsError(409, "BucketNotEmpty", "The bucket you tried to delete is not empty");
            }
            buckets.remove(name);
        }
    }
}
