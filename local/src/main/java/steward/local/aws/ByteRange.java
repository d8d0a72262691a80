package steward.local.aws;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A part of an object, as the header Range names it.
 *
 * @param from of the first byte, from 0
 */
record ByteRange(long from, long length) {

    private static final Pattern RANGE = Pattern.compile("bytes=(\\d{0,18})-(\\d{0,18})");

    /**
     * Empty if all is wanted: without a header, or with one that S3 does not understand, which it ignores.
     *
     * @throws AwsError InvalidRange if the object has no such bytes
     */
    static Optional<ByteRange> of(Optional<String> header, long size) {
        var matcher = RANGE.matcher(header.orElse(""));
        if (!matcher.matches() || matcher.group().equals("bytes=-")) {
            return Optional.empty();
        }
        var first = matcher.group(1);
        var last = matcher.group(2);
        if (first.isEmpty()) {
            var length = Math.min(size, Long.parseLong(last));
            return Optional.of(satisfiable(size - length, length, size));
        }
        var from = Long.parseLong(first);
        var to = last.isEmpty() ? size - 1 : Math.min(size - 1, Long.parseLong(last));
        return Optional.of(satisfiable(from, to - from + 1, size));
    }

    private static ByteRange satisfiable(long from, long length, long size) {
        if (from >= size || length <= 0) {
            throw new AwsError(416, "InvalidRange", "The requested range is not satisfiable");
        }
        return new ByteRange(from, length);
    }

    String contentRange(long size) {
        return "bytes " + from + "-" + (from + length - 1) + "/" + size;
    }
}
