package steward.local.aws;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** An object that is being uploaded in parts. Nobody but its uploader sees it. */
final class MultipartUpload {

    final String key;
    final String id;
    final Instant initiated;
    final ObjectHeaders headers;
    final Optional<ChecksumAlgorithm> algorithm;
    final boolean checksumOfWhole;
    private final NavigableMap<Integer, Part> parts = new TreeMap<>();
    private boolean over;

    MultipartUpload(
            String key,
            String id,
            Instant initiated,
            ObjectHeaders headers,
            Optional<ChecksumAlgorithm> algorithm,
            boolean checksumOfWhole) {
        this.key = key;
        this.id = id;
        this.initiated = initiated;
        this.headers = headers;
        this.algorithm = algorithm;
        this.checksumOfWhole = checksumOfWhole;
    }

    /** A part, as it was sent last. */
    record Part(
            int number,
            Path file,
            long size,
            String entityTag,
            Instant lastModified,
            Optional<ObjectChecksum> checksum) {

        private void delete() {
            new Body(List.of(file), size).letGo();
        }
    }

    /** Takes the place of one with this number. */
    synchronized void add(Part part) {
        if (over) {
            part.delete();
            throw S3Errors.noSuchUpload();
        }
        var before = parts.put(part.number(), part);
        if (before != null) {
            before.delete();
        }
    }

    synchronized List<Part> parts() {
        return List.copyOf(parts.values());
    }

    synchronized Optional<Part> part(int number) {
        return Optional.ofNullable(parts.get(number));
    }

    /**
     * Takes no more parts, and deletes those that the object is not made of.
     *
     * @throws AwsError InvalidPart if one of them was replaced meanwhile
     */
    synchronized void end(List<Part> kept) {
        for (var part : kept) {
            if (!parts.remove(part.number(), part)) {
                parts.putAll(kept.stream()
                        .takeWhile(before -> before.number() < part.number())
                        .collect(Collectors.toMap(Part::number, Function.identity())));
                throw CompletedParts.invalidPart();
            }
        }
        over = true;
        parts.values().forEach(Part::delete);
        parts.clear();
    }
}
