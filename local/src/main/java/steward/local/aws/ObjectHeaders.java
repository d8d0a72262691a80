package steward.local.aws;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a client says of an object beside its content.
 *
 * @param standard Content-Type and the like
 * @param metadata names in small letters
 */
record ObjectHeaders(
        Map<String, String> standard,
        Map<String, String> metadata,
        Encryption encryption,
        String storageClass,
        Map<String, String> tags) {

    private static final List<String> STANDARD = List.of(
            "Cache-Control", "Content-Disposition", "Content-Encoding", "Content-Language", "Content-Type", "Expires");

    private static final int MOST_TAGS = 10;
    private static final int MOST_METADATA = 2_048;

    static ObjectHeaders of(S3Request request, Encryption bucket) {
        return new ObjectHeaders(
                standard(request),
                metadata(request),
                Encryption.of(request, bucket),
                request.header("x-amz-storage-class").orElse("STANDARD"),
                checked(S3Request.form(request.header("x-amz-tagging").orElse(""))));
    }

    private static Map<String, String> standard(S3Request request) {
        var standard = new LinkedHashMap<>(Map.of("Content-Type", "binary/octet-stream"));
        for (var name : STANDARD) {
            request.header(name).ifPresent(value -> standard.put(name, value));
        }
        // How it was sent, not what it is.
        standard.computeIfPresent("Content-Encoding", (name, value) -> value.replaceAll("aws-chunked,?\\s*", ""));
        standard.values().removeIf(String::isEmpty);
        return standard;
    }

    private static Map<String, String> metadata(S3Request request) {
        var metadata = request.headers("x-amz-meta-");
        var size = metadata.entrySet().stream()
                .mapToInt(entry -> entry.getKey().length() + entry.getValue().length())
                .sum();
        if (size > MOST_METADATA) {
            throw AwsError.of("MetadataTooLarge", "Your metadata headers exceed the maximum allowed metadata size");
        }
        return metadata;
    }

    /**
     * The same tags.
     *
     * @throws AwsError InvalidTag, BadRequest
     */
    static Map<String, String> checked(Map<String, String> tags) {
        if (tags.size() > MOST_TAGS) {
            throw AwsError.of("BadRequest", "Object tags cannot be greater than 10");
        }
        tags.forEach((key, value) -> {
            if (key.isEmpty() || key.length() > 128) {
                throw AwsError.of("InvalidTag", "The TagKey you have provided is invalid");
            }
            if (value.length() > 256) {
                throw AwsError.of("InvalidTag", "The TagValue you have provided is invalid");
            }
        });
        return tags;
    }

    ObjectHeaders withTags(Map<String, String> changed) {
        return new ObjectHeaders(standard, metadata, encryption, storageClass, checked(changed));
    }

    ObjectHeaders withEncryption(Encryption changed) {
        return new ObjectHeaders(standard, metadata, changed, storageClass, tags);
    }

    /** As GetObject and HeadObject send them back. */
    Map<String, String> answer() {
        var headers = new LinkedHashMap<>(standard);
        metadata.forEach((name, value) -> headers.put("x-amz-meta-" + name, value));
        headers.putAll(encryptionAnswer());
        if (!storageClass.equals("STANDARD")) {
            headers.put("x-amz-storage-class", storageClass);
        }
        if (!tags.isEmpty()) {
            headers.put("x-amz-tagging-count", Integer.toString(tags.size()));
        }
        return headers;
    }

    Map<String, String> encryptionAnswer() {
        var headers = new LinkedHashMap<String, String>();
        headers.put("x-amz-server-side-encryption", encryption.algorithm());
        encryption.key().ifPresent(key -> headers.put("x-amz-server-side-encryption-aws-kms-key-id", key));
        return headers;
    }
}
