package steward.local.aws;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.w3c.dom.Element;

/** How the parts of an upload become an object. */
final class CompletedParts {

    private static final long SMALLEST_PART = 5L << 20;

    private CompletedParts() {}

    static AwsError invalidPart() {
        return AwsError.of(
                "InvalidPart",
                "One or more of the specified parts could not be found. The part may not have been uploaded, or the"
                        + " specified entity tag may not match the part's entity tag.");
    }

    /**
     * The parts that the client names.
     *
     * @throws AwsError MalformedXML, InvalidPart, InvalidPartOrder, EntityTooSmall
     */
    static List<MultipartUpload.Part> chosen(MultipartUpload upload, Element document) {
        var parts = new ArrayList<MultipartUpload.Part>();
        for (var named : S3Request.children(document, "Part")) {
            var part = part(upload, named);
            if (!parts.isEmpty() && parts.getLast().number() >= part.number()) {
                throw AwsError.of(
                        "InvalidPartOrder",
                        "The list of parts was not in ascending order. Parts must be ordered by part number.");
            }
            parts.add(part);
        }
        if (parts.isEmpty()) {
            throw S3Errors.malformedXml();
        }
        if (parts.subList(0, parts.size() - 1).stream().anyMatch(part -> part.size() < SMALLEST_PART)) {
            throw AwsError.of("EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size");
        }
        return parts;
    }

    private static MultipartUpload.Part part(MultipartUpload upload, Element named) {
        var number = S3Request.text(named, "PartNumber").orElse("");
        if (!number.matches("\\d{1,5}")) {
            throw S3Errors.malformedXml();
        }
        var tag = S3Request.text(named, "ETag")
                .orElseThrow(S3Errors::malformedXml)
                .replace("\"", "");
        var part = upload.part(Integer.parseInt(number))
                .filter(sent -> sent.entityTag().equals(tag))
                .orElseThrow(CompletedParts::invalidPart);
        part.checksum().ifPresent(known -> checkChecksum(upload, part, known, named));
        return part;
    }

    /**
     * A part that was sent with a checksum has to be named with it, unless the checksum is to be that of the whole object.
     *
     * @see <a href="https://github.com/aws/aws-sdk-go-v2/issues/3005">what S3 answers otherwise</a>
     */
    private static void checkChecksum(
            MultipartUpload upload, MultipartUpload.Part part, ObjectChecksum known, Element named) {
        var said = S3Request.text(named, known.algorithm().element());
        if (said.isEmpty() && upload.checksumOfWhole) {
            return;
        }
        if (said.isEmpty() && upload.algorithm.isPresent()) {
            throw AwsError.of(
                    "InvalidRequest",
                    "The upload was begun with a checksum of algorithm %s, which is missing for part %d at the end"
                            .formatted(known.algorithm(), part.number()));
        }
        if (said.filter(known.value()::equals).isEmpty()) {
            throw invalidPart();
        }
    }

    static StoredObject object(MultipartUpload upload, List<MultipartUpload.Part> parts, Instant now) {
        var body = new Body(
                parts.stream().map(MultipartUpload.Part::file).toList(),
                parts.stream().mapToLong(MultipartUpload.Part::size).sum());
        return new StoredObject(
                upload.key, body, tag(upload, parts), now, upload.headers, checksum(upload, parts, body));
    }

    /** The MD5 digest of the parts' digests, with their number; with KMS something else, as on S3. */
    private static String tag(MultipartUpload upload, List<MultipartUpload.Part> parts) {
        if (upload.headers.encryption().key().isPresent()) {
            return UUID.randomUUID().toString().replace("-", "") + "-" + parts.size();
        }
        var sum = ChecksumAlgorithm.digest("MD5");
        parts.forEach(part -> sum.update(HexFormat.of().parseHex(part.entityTag()), 0, 16));
        return HexFormat.of().formatHex(sum.result()) + "-" + parts.size();
    }

    private static Optional<ObjectChecksum> checksum(
            MultipartUpload upload, List<MultipartUpload.Part> parts, Body body) {
        return upload.algorithm.map(algorithm -> {
            var sum = algorithm.sum();
            if (upload.checksumOfWhole) {
                read(body, sum);
                return new ObjectChecksum(algorithm, Base64.getEncoder().encodeToString(sum.result()));
            }
            for (var part : parts) {
                var value = Base64.getDecoder()
                        .decode(part.checksum()
                                .orElseThrow(CompletedParts::invalidPart)
                                .value());
                sum.update(value, 0, value.length);
            }
            return new ObjectChecksum(algorithm, Base64.getEncoder().encodeToString(sum.result()) + "-" + parts.size());
        });
    }

    private static void read(Body body, ChecksumAlgorithm.Sum sum) {
        try (var out = new SumOutput(sum)) {
            body.write(out, 0, body.size());
        } catch (IOException e) {
            throw new UncheckedIOException("reading the parts of an upload", e);
        }
    }

    private static final class SumOutput extends OutputStream {

        private final ChecksumAlgorithm.Sum sum;

        private SumOutput(ChecksumAlgorithm.Sum sum) {
            this.sum = sum;
        }

        @Override
        public void write(int b) {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            sum.update(bytes, offset, length);
        }
    }
}
