package steward.local.aws;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.UnaryOperator;

/** What S3 does with buckets as a whole. */
final class S3Buckets {

    private final S3 s3;

    S3Buckets(S3 s3) {
        this.s3 = s3;
    }

    Map<String, S3Route> routes() {
        return Map.of(
                "GET service", new S3Route("ListBuckets", this::listBuckets),
                "PUT bucket", new S3Route("CreateBucket", this::createBucket),
                "HEAD bucket", new S3Route("HeadBucket", this::headBucket),
                "DELETE bucket", new S3Route("DeleteBucket", this::deleteBucket),
                "GET bucket?location", new S3Route("GetBucketLocation", this::getBucketLocation),
                "GET bucket?list-type", new S3Route("ListObjectsV2", this::listObjects),
                "POST bucket?delete", new S3Route("DeleteObjects", this::deleteObjects));
    }

    private S3Answer listBuckets(S3Request request) {
        var buckets = s3.buckets();
        return S3Answer.document("ListAllMyBucketsResult", result -> {
            result.element(
                    "Buckets",
                    list -> buckets.forEach(bucket -> list.element(
                            "Bucket",
                            details -> details.element("Name", bucket.name)
                                    .element("CreationDate", bucket.created)
                                    .element("BucketRegion", Arn.REGION))));
            result.element("Owner", owner -> owner.element("ID", Arn.ACCOUNT));
        });
    }

    private S3Answer createBucket(S3Request request) {
        s3.createBucket(request.bucket(), Encryption.AES256);
        return S3Answer.empty(200).with("Location", "/" + request.bucket());
    }

    private S3Answer headBucket(S3Request request) {
        s3.bucket(request);
        return S3Answer.empty(200).with("x-amz-bucket-region", Arn.REGION);
    }

    private S3Answer deleteBucket(S3Request request) {
        s3.deleteBucket(s3.bucket(request).name);
        return S3Answer.empty(204);
    }

    /** For us-east-1 it is empty. */
    private S3Answer getBucketLocation(S3Request request) {
        s3.bucket(request);
        return S3Answer.document("LocationConstraint", location -> {});
    }

    private S3Answer listObjects(S3Request request) {
        if (request.number("list-type", 0) != 2) {
            throw S3Errors.invalidArgument("Invalid List Type specified in Request");
        }
        var question = ObjectList.Question.of(request);
        var page = s3.bucket(request).list(question);
        var encode = encoding(request);
        return S3Answer.document("ListBucketResult", result -> {
            result.element("Name", request.bucket())
                    .element("Prefix", encode.apply(question.prefix()))
                    .element("MaxKeys", question.maximum())
                    .element("KeyCount", page.objects().size() + page.prefixes().size())
                    .element("IsTruncated", page.next().isPresent())
                    .element("Delimiter", request.parameter("delimiter").map(encode))
                    .element("StartAfter", request.parameter("start-after").map(encode))
                    .element("EncodingType", request.parameter("encoding-type"))
                    .element("ContinuationToken", request.parameter("continuation-token"))
                    .element("NextContinuationToken", page.next());
            page.objects()
                    .forEach(object -> result.element("Contents", contents -> contents(contents, object, encode)));
            page.prefixes()
                    .forEach(prefix ->
                            result.element("CommonPrefixes", common -> common.element("Prefix", encode.apply(prefix))));
        });
    }

    private static void contents(Xml contents, StoredObject object, UnaryOperator<String> encode) {
        contents.element("Key", encode.apply(object.key()))
                .element("LastModified", object.lastModified())
                .element("ETag", object.quotedTag())
                .element("Size", object.size())
                .element("StorageClass", object.headers().storageClass());
        object.checksum()
                .ifPresent(checksum -> contents.element("ChecksumAlgorithm", checksum.algorithm())
                        .element("ChecksumType", checksum.type()));
    }

    /** Some characters of a key cannot be in XML: clients have them encoded. */
    static UnaryOperator<String> encoding(S3Request request) {
        return request.parameter("encoding-type").orElse("").equals("url")
                ? text -> URLEncoder.encode(text, StandardCharsets.UTF_8).replace("%2F", "/")
                : UnaryOperator.identity();
    }

    private S3Answer deleteObjects(S3Request request) throws IOException {
        var bucket = s3.bucket(request);
        var document = request.document();
        var quiet = S3Request.text(document, "Quiet").orElse("").equals("true");
        var keys = S3Request.children(document, "Object").stream()
                .map(object -> S3Request.text(object, "Key").orElseThrow(S3Errors::malformedXml))
                .toList();
        if (keys.isEmpty() || keys.size() > 1_000) {
            throw S3Errors.malformedXml();
        }
        keys.forEach(bucket::delete);
        return S3Answer.document("DeleteResult", result -> {
            if (!quiet) {
                keys.forEach(key -> result.element("Deleted", deleted -> deleted.element("Key", key)));
            }
        });
    }
}
