package steward.local.aws;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * What a request brought: streamed into a file, and complete and undamaged as far as the client let us know.
 *
 * @param md5 in hexadecimal digits; empty if nobody asked for it, since it costs more than all the rest
 */
record ReceivedBody(Path file, long size, Optional<String> md5, Optional<ObjectChecksum> checksum) {

    private static final int BUFFER = 256 * 1024;

    /**
     * Reads to the end.
     *
     * @param encryption whether the entity tag will be an MD5 digest
     * @param algorithm of a checksum to make although the client sent none
     * @throws AwsError IncompleteBody or BadDigest; nothing is left then
     */
    static ReceivedBody receive(
            S3Request request, Supplier<Path> names, Encryption encryption, Optional<ChecksumAlgorithm> algorithm)
            throws IOException {
        var file = names.get();
        var complete = false;
        try {
            var received = receive(request, file, encryption, algorithm);
            complete = true;
            return received;
        } catch (EOFException e) {
            throw S3Errors.incompleteBody();
        } finally {
            if (!complete) {
                Files.deleteIfExists(file);
            }
        }
    }

    private static ReceivedBody receive(
            S3Request request, Path file, Encryption encryption, Optional<ChecksumAlgorithm> wanted)
            throws IOException {
        var chunked =
                request.isAwsChunked() ? Optional.of(new AwsChunked(request.body())) : Optional.<AwsChunked>empty();
        var algorithm = declared(request).or(() -> wanted);
        var md5 = encryption.key().isEmpty() || request.header("Content-MD5").isPresent()
                ? Optional.of(ChecksumAlgorithm.digest("MD5"))
                : Optional.<ChecksumAlgorithm.Sum>empty();
        var sum = algorithm.map(ChecksumAlgorithm::sum);
        var sums = Stream.concat(md5.stream(), sum.stream()).toList();
        var size = copy(chunked.<InputStream>map(it -> it).orElseGet(request::body), file, sums);
        if (request.length().filter(length -> length != size).isPresent()) {
            throw S3Errors.incompleteBody();
        }
        var digest = md5.map(ChecksumAlgorithm.Sum::result);
        digest.ifPresent(known -> checkMd5(request, known));
        var checksum = algorithm.flatMap(known ->
                sum.map(it -> new ObjectChecksum(known, Base64.getEncoder().encodeToString(it.result()))));
        checksum.ifPresent(
                known -> check(known, request, chunked.map(AwsChunked::trailers).orElse(Map.of())));
        return new ReceivedBody(file, size, digest.map(HexFormat.of()::formatHex), checksum);
    }

    private static long copy(InputStream in, Path file, List<ChecksumAlgorithm.Sum> sums) throws IOException {
        var buffer = new byte[BUFFER];
        var size = 0L;
        try (var out = Files.newOutputStream(file)) {
            for (var read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                out.write(buffer, 0, read);
                for (var sum : sums) {
                    sum.update(buffer, 0, read);
                }
                size += read;
            }
        }
        return size;
    }

    private static Optional<ChecksumAlgorithm> declared(S3Request request) {
        var trailer = request.header("x-amz-trailer").orElse("");
        return Arrays.stream(ChecksumAlgorithm.values())
                .filter(algorithm ->
                        request.header(algorithm.header()).isPresent() || trailer.equalsIgnoreCase(algorithm.header()))
                .findFirst();
    }

    private static void check(ObjectChecksum made, S3Request request, Map<String, String> trailers) {
        var header = made.algorithm().header();
        var said = request.header(header).or(() -> Optional.ofNullable(trailers.get(header)));
        if (said.filter(value -> !value.equals(made.value())).isPresent()) {
            throw S3Errors.badDigest(made.algorithm().name());
        }
    }

    private static void checkMd5(S3Request request, byte[] md5) {
        var said = request.header("Content-MD5");
        if (said.filter(value -> !value.equals(Base64.getEncoder().encodeToString(md5)))
                .isPresent()) {
            throw S3Errors.badDigest("Content-MD5");
        }
    }

    /** With KMS the entity tag is no MD5 digest, as on S3: whoever takes it for one finds out here. */
    String entityTag(Encryption encryption) {
        return encryption.key().isEmpty()
                ? md5.orElseThrow()
                : UUID.randomUUID().toString().replace("-", "");
    }
}
