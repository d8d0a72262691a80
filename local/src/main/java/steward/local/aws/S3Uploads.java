package steward.local.aws;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Uploads in parts.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html">Multipart upload</a>
 */
final class S3Uploads {

    private static final int MOST_PARTS = 10_000;

    private final S3 s3;

    S3Uploads(S3 s3) {
        this.s3 = s3;
    }

    Map<String, S3Route> routes() {
        return Map.of(
                "POST object?uploads", new S3Route("CreateMultipartUpload", this::create),
                "PUT object?uploadId", new S3Route("UploadPart", this::uploadPart),
                "GET object?uploadId", new S3Route("ListParts", this::listParts),
                "POST object?uploadId", new S3Route("CompleteMultipartUpload", this::complete),
                "DELETE object?uploadId", new S3Route("AbortMultipartUpload", this::abort),
                "GET bucket?uploads", new S3Route("ListMultipartUploads", this::list));
    }

    private S3Answer create(S3Request request) {
        var bucket = s3.bucket(request);
        S3Objects.checkKey(request.key());
        var algorithm = request.header("x-amz-checksum-algorithm").map(ChecksumAlgorithm::named);
        var whole = request.header("x-amz-checksum-type")
                .map("FULL_OBJECT"::equals)
                .orElse(algorithm.filter(ChecksumAlgorithm.CRC64NVME::equals).isPresent());
        var upload = new MultipartUpload(
                request.key(),
                UUID.randomUUID().toString().replace("-", ""),
                s3.now(),
                ObjectHeaders.of(request, bucket.encryption),
                algorithm,
                whole);
        bucket.begin(upload);
        return S3Answer.document(
                        "InitiateMultipartUploadResult",
                        result -> result.element("Bucket", bucket.name)
                                .element("Key", upload.key)
                                .element("UploadId", upload.id))
                .with(upload.headers.encryptionAnswer())
                .with("x-amz-checksum-algorithm", algorithm.map(ChecksumAlgorithm::name))
                .with("x-amz-checksum-type", algorithm.map(known -> whole ? "FULL_OBJECT" : "COMPOSITE"));
    }

    private S3Answer uploadPart(S3Request request) throws IOException {
        var upload = upload(request);
        var number = request.number("partNumber", 0);
        if (number < 1 || number > MOST_PARTS) {
            throw S3Errors.invalidArgument("Part number must be an integer between 1 and 10000, inclusive");
        }
        var received = ReceivedBody.receive(request, s3.files(), upload.headers.encryption(), upload.algorithm);
        var part = new MultipartUpload.Part(
                number,
                received.file(),
                received.size(),
                received.entityTag(upload.headers.encryption()),
                s3.now(),
                received.checksum());
        upload.add(part);
        var answer = S3Answer.empty(200)
                .with("ETag", "\"" + part.entityTag() + "\"")
                .with(upload.headers.encryptionAnswer());
        part.checksum().ifPresent(checksum -> answer.with(checksum.algorithm().header(), checksum.value()));
        return answer;
    }

    /**
     * Makes the object. The upload is over then: to complete it once more is NoSuchUpload, as documented, so whoever
     * missed the answer has to look whether the object is there.
     */
    private S3Answer complete(S3Request request) throws IOException {
        var bucket = s3.bucket(request);
        var upload = upload(request);
        var precondition = Precondition.of(request);
        var parts = CompletedParts.chosen(upload, request.document());
        var object = CompletedParts.object(upload, parts, s3.now());
        checkSize(request, object);
        checkChecksum(request, object);
        bucket.complete(upload, parts, object, precondition);
        return S3Objects.written(object, S3Answer.document("CompleteMultipartUploadResult", result -> {
            result.element("Location", "/" + bucket.name + "/" + upload.key)
                    .element("Bucket", bucket.name)
                    .element("Key", upload.key)
                    .element("ETag", object.quotedTag());
            object.checksum()
                    .ifPresent(checksum -> result.element(checksum.algorithm().element(), checksum.value())
                            .element("ChecksumType", checksum.type()));
        }));
    }

    private static void checkSize(S3Request request, StoredObject object) {
        var said = request.header("x-amz-mp-object-size");
        if (said.filter(size -> !size.equals(Long.toString(object.size()))).isPresent()) {
            throw AwsError.of("InvalidRequest", "The provided object size does not match what was uploaded");
        }
    }

    private static void checkChecksum(S3Request request, StoredObject object) {
        object.checksum().ifPresent(checksum -> {
            var said = request.header(checksum.algorithm().header());
            if (said.filter(value -> !value.equals(checksum.value())).isPresent()) {
                throw S3Errors.badDigest(checksum.algorithm().name());
            }
        });
    }

    private S3Answer abort(S3Request request) {
        var upload = upload(request);
        s3.bucket(request).end(upload);
        upload.end(List.of());
        return S3Answer.empty(204);
    }

    private S3Answer listParts(S3Request request) {
        var upload = upload(request);
        var maximum = Math.min(1_000, request.number("max-parts", 1_000));
        var marker = request.number("part-number-marker", 0);
        var rest =
                upload.parts().stream().filter(part -> part.number() > marker).toList();
        var page = rest.subList(0, Math.min(maximum, rest.size()));
        return S3Answer.document("ListPartsResult", result -> {
            result.element("Bucket", request.bucket())
                    .element("Key", upload.key)
                    .element("UploadId", upload.id)
                    .element("PartNumberMarker", marker)
                    .element("MaxParts", maximum)
                    .element("IsTruncated", page.size() < rest.size());
            if (page.size() < rest.size() && !page.isEmpty()) {
                result.element("NextPartNumberMarker", page.getLast().number());
            }
            page.forEach(part -> result.element(
                    "Part",
                    details -> details.element("PartNumber", part.number())
                            .element("LastModified", part.lastModified())
                            .element("ETag", "\"" + part.entityTag() + "\"")
                            .element("Size", part.size())));
        });
    }

    /** All on one page, which S3 does up to a thousand. */
    private S3Answer list(S3Request request) {
        var prefix = request.parameter("prefix").orElse("");
        var encode = S3Buckets.encoding(request);
        var uploads = s3.bucket(request).uploads().stream()
                .filter(upload -> upload.key.startsWith(prefix))
                .toList();
        return S3Answer.document("ListMultipartUploadsResult", result -> {
            result.element("Bucket", request.bucket())
                    .element("Prefix", encode.apply(prefix))
                    .element("EncodingType", request.parameter("encoding-type"))
                    .element("MaxUploads", 1_000)
                    .element("IsTruncated", false);
            uploads.forEach(upload -> result.element(
                    "Upload",
                    details -> details.element("Key", encode.apply(upload.key))
                            .element("UploadId", upload.id)
                            .element("Initiated", upload.initiated)
                            .element("StorageClass", upload.headers.storageClass())));
        });
    }

    private MultipartUpload upload(S3Request request) {
        return s3.bucket(request).upload(request.parameter("uploadId").orElse(""), request.key());
    }
}
