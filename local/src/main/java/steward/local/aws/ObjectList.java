package steward.local.aws;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.SortedMap;

/**
 * A page of a bucket's list.
 *
 * @param prefixes what keys with the delimiter have in common, shown once in their stead
 * @param next the token of the next page, if there is one
 */
record ObjectList(List<StoredObject> objects, List<String> prefixes, Optional<String> next) {

    /**
     * What is asked for.
     *
     * @param after the key or common prefix that the page before ended with, or that the client wants to start behind
     * @param afterPrefix whether all that begin with {@code after} were shown
     */
    record Question(String prefix, String delimiter, String after, boolean afterPrefix, int maximum) {

        static Question of(S3Request request) {
            var delimiter = request.parameter("delimiter").orElse("");
            var token = request.parameter("continuation-token").filter(text -> !text.isEmpty());
            var after = token.map(Question::decode).or(() -> request.parameter("start-after"));
            return new Question(
                    request.parameter("prefix").orElse(""),
                    delimiter,
                    after.orElse(""),
                    token.isPresent()
                            && !delimiter.isEmpty()
                            && after.orElse("").endsWith(delimiter),
                    Math.min(1_000, request.number("max-keys", 1_000)));
        }

        private static String decode(String token) {
            try {
                return new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
            } catch (IllegalArgumentException e) {
                throw S3Errors.invalidArgument("The continuation token provided is incorrect");
            }
        }

        private SortedMap<String, StoredObject> candidates(NavigableMap<String, StoredObject> all) {
            var behind = after.isEmpty() ? all : all.tailMap(after, false);
            return Bucket.ORDER.compare(prefix, after) > 0 ? behind.tailMap(prefix, true) : behind;
        }

        private boolean wants(String key) {
            return key.startsWith(prefix) && !(afterPrefix && key.startsWith(after));
        }

        private Optional<String> commonPrefix(String key) {
            var end = delimiter.isEmpty() ? -1 : key.indexOf(delimiter, prefix.length());
            return end < 0 ? Optional.empty() : Optional.of(key.substring(0, end + delimiter.length()));
        }
    }

    static ObjectList of(NavigableMap<String, StoredObject> all, Question question) {
        var objects = new ArrayList<StoredObject>();
        var prefixes = new ArrayList<String>();
        var last = "";
        for (var object : question.candidates(all).values()) {
            if (!object.key().startsWith(question.prefix())) {
                break;
            }
            var common = question.commonPrefix(object.key());
            if (!question.wants(object.key())
                    || (common.isPresent() && common.get().equals(last))) {
                continue;
            }
            if (objects.size() + prefixes.size() == question.maximum()) {
                return new ObjectList(objects, prefixes, next(last, question));
            }
            common.ifPresentOrElse(prefixes::add, () -> objects.add(object));
            last = common.orElse(object.key());
        }
        return new ObjectList(objects, prefixes, Optional.empty());
    }

    private static Optional<String> next(String last, Question question) {
        // A page of no objects at all has no next page either.
        return question.maximum() == 0
                ? Optional.empty()
                : Optional.of(
                        Base64.getUrlEncoder().withoutPadding().encodeToString(last.getBytes(StandardCharsets.UTF_8)));
    }
}
