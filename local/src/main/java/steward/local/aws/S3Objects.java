package steward.local.aws;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What S3 does with one object. */
final class S3Objects {

    private static final long LARGEST = 5L << 30;

    private final S3 s3;

    S3Objects(S3 s3) {
        this.s3 = s3;
    }

    Map<String, S3Route> routes() {
        return Map.of(
                "PUT object", new S3Route("PutObject", this::putObject),
                "PUT object copy", new S3Route("CopyObject", this::copyObject),
                "GET object", new S3Route("GetObject", this::getObject),
                "HEAD object", new S3Route("HeadObject", this::getObject),
                "DELETE object", new S3Route("DeleteObject", this::deleteObject),
                "GET object?tagging", new S3Route("GetObjectTagging", this::getObjectTagging),
                "PUT object?tagging", new S3Route("PutObjectTagging", this::putObjectTagging),
                "DELETE object?tagging", new S3Route("DeleteObjectTagging", this::deleteObjectTagging));
    }

    private S3Answer putObject(S3Request request) throws IOException {
        var bucket = s3.bucket(request);
        checkKey(request.key());
        var precondition = Precondition.of(request);
        var headers = ObjectHeaders.of(request, bucket.encryption);
        if (request.length().filter(length -> length > LARGEST).isPresent()) {
            throw AwsError.of("EntityTooLarge", "Your proposed upload exceeds the maximum allowed size");
        }
        var received = ReceivedBody.receive(request, s3.files(), headers.encryption(), Optional.empty());
        var object = new StoredObject(
                request.key(),
                new Body(List.of(received.file()), received.size()),
                received.entityTag(headers.encryption()),
                s3.now(),
                headers,
                received.checksum());
        bucket.put(object, precondition);
        return written(object, S3Answer.empty(200));
    }

    /** What the answer to an upload says of the object. */
    static S3Answer written(StoredObject object, S3Answer answer) {
        answer.with("ETag", object.quotedTag()).with(object.headers().encryptionAnswer());
        object.checksum()
                .ifPresent(checksum -> answer.with(checksum.algorithm().header(), checksum.value())
                        .with("x-amz-checksum-type", checksum.type()));
        return answer;
    }

    /** S3 allows 1024 bytes. */
    static void checkKey(String key) {
        if (key.getBytes(java.nio.charset.StandardCharsets.UTF_8).length > 1_024) {
            throw AwsError.of("KeyTooLongError", "Your key is too long");
        }
    }

    /** The copy shares the files. */
    private S3Answer copyObject(S3Request request) {
        var target = s3.bucket(request);
        checkKey(request.key());
        var source = source(request);
        try {
            var replaced =
                    request.header("x-amz-metadata-directive").orElse("COPY").equals("REPLACE");
            var tagsReplaced =
                    request.header("x-amz-tagging-directive").orElse("COPY").equals("REPLACE");
            var asked = ObjectHeaders.of(request, target.encryption);
            var headers = (replaced ? asked : source.headers())
                    .withEncryption(asked.encryption())
                    .withTags(tagsReplaced ? asked.tags() : source.headers().tags());
            var copy = new StoredObject(
                    request.key(), source.body().hold(), source.entityTag(), s3.now(), headers, source.checksum());
            target.put(copy, Precondition.of(request));
            return S3Answer.document(
                            "CopyObjectResult",
                            result -> result.element("ETag", copy.quotedTag())
                                    .element("LastModified", copy.lastModified()))
                    .with(headers.encryptionAnswer());
        } finally {
            source.body().letGo();
        }
    }

    private StoredObject source(S3Request request) {
        var path = S3Request.form("source="
                        + request.header("x-amz-copy-source").orElse("").replace("+", "%2B"))
                .getOrDefault("source", "")
                .replaceFirst("^/", "");
        var slash = path.indexOf('/');
        if (slash < 0 || path.contains("?versionId=")) {
            throw S3Errors.invalidArgument(
                    "Copy Source must mention the source bucket and key: sourcebucket/sourcekey");
        }
        return s3.bucket(path.substring(0, slash)).hold(path.substring(slash + 1));
    }

    private S3Answer getObject(S3Request request) {
        var object = s3.bucket(request).hold(request.key());
        var answered = false;
        try {
            var answer = answer(request, object);
            answered = true;
            return answer;
        } finally {
            if (!answered) {
                object.body().letGo();
            }
        }
    }

    private static S3Answer answer(S3Request request, StoredObject object) {
        if (request.header("If-Match").filter(tag -> !object.isNamedBy(tag)).isPresent()) {
            throw S3Errors.preconditionFailed();
        }
        if (request.header("If-None-Match").filter(object::isNamedBy).isPresent()) {
            object.body().letGo();
            return S3Answer.empty(304).with("ETag", object.quotedTag());
        }
        var range = ByteRange.of(request.header("Range"), object.size());
        var from = range.map(ByteRange::from).orElse(0L);
        var length = range.map(ByteRange::length).orElseGet(object::size);
        var answer = S3Answer.body(range.isPresent() ? 206 : 200, object.body(), from, length)
                .with(object.headers().answer())
                .with("Accept-Ranges", "bytes")
                .with("ETag", object.quotedTag())
                .with("Last-Modified", object.lastModifiedHeader())
                .with("Content-Range", range.map(part -> part.contentRange(object.size())));
        if (range.isEmpty() && request.header("x-amz-checksum-mode").isPresent()) {
            object.checksum()
                    .ifPresent(checksum -> answer.with(checksum.algorithm().header(), checksum.value())
                            .with("x-amz-checksum-type", checksum.type()));
        }
        return answer;
    }

    private S3Answer deleteObject(S3Request request) {
        s3.bucket(request).delete(request.key());
        return S3Answer.empty(204);
    }

    private S3Answer getObjectTagging(S3Request request) {
        var tags = s3.bucket(request).find(request.key()).headers().tags();
        return S3Answer.document(
                "Tagging",
                tagging -> tagging.element(
                        "TagSet",
                        set -> tags.forEach((key, value) -> set.element(
                                "Tag", tag -> tag.element("Key", key).element("Value", value)))));
    }

    private S3Answer putObjectTagging(S3Request request) throws IOException {
        var tags = new LinkedHashMap<String, String>();
        for (var set : S3Request.children(request.document(), "TagSet")) {
            for (var tag : S3Request.children(set, "Tag")) {
                tags.put(
                        S3Request.text(tag, "Key").orElseThrow(S3Errors::malformedXml),
                        S3Request.text(tag, "Value").orElse(""));
            }
        }
        retag(request, tags);
        return S3Answer.empty(200);
    }

    private S3Answer deleteObjectTagging(S3Request request) {
        retag(request, Map.of());
        return S3Answer.empty(204);
    }

    private void retag(S3Request request, Map<String, String> tags) {
        s3.bucket(request)
                .change(
                        request.key(),
                        object -> object.withHeaders(object.headers().withTags(tags)));
    }
}
