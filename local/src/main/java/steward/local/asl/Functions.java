package steward.local.asl;

import com.dashjoin.jsonata.JException;
import com.dashjoin.jsonata.Jsonata;
import com.dashjoin.jsonata.Jsonata.JFunction;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * The functions that Step Functions adds to JSONata, and those it changes.
 *
 * @see <a href="https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html">Transforming data with
 *     JSONata</a>
 */
final class Functions {

    private static final Set<String> DIGESTS = Set.of("MD5", "SHA-1", "SHA-256", "SHA-384", "SHA-512");
    /** As for JSONata's own range operator. */
    private static final int MAX_ELEMENTS = 1_000_000;

    private Functions() {}

    private static final Map<String, JFunction> TIMELESS = Map.of(
            "partition", function(Functions::partition, "<a-n:a>"),
            "range", function(Functions::range, "<nnn:a>"),
            "hash", function(Functions::hash, "<s-s:s>"),
            "random", function(Functions::random, "<n?:n>"),
            "uuid", function(arguments -> UUID.randomUUID().toString(), "<:s>"),
            "parse", function(Functions::parse, "<s-:x>"));

    /**
     * @param mentioned the names to bind, of those that are functions
     * @param now the moment that {@code $now()} and {@code $millis()} tell during this evaluation
     */
    static void bind(Jsonata.Frame frame, Set<String> mentioned, Instant now) {
        LibraryFunctions.bind(frame, mentioned);
        for (String name : mentioned) {
            JFunction function = TIMELESS.get(name);
            if (function != null) {
                frame.bind(name, function);
            }
        }
        if (mentioned.contains("millis")) {
            frame.bind("millis", function(arguments -> now.toEpochMilli(), "<:n>"));
        }
        if (mentioned.contains("now")) {
            frame.bind("now", function(arguments -> now(arguments, now), "<s?s?:s>"));
        }
        // Step Functions has no $eval: hidden like this it fails as there, with T1006.
        frame.bind("eval", (Object) null);
    }

    private interface Body {
        @Nullable
        Object apply(List<?> arguments);
    }

    private static JFunction function(Body body, String signature) {
        return new JFunction((input, arguments) -> body.apply(arguments), signature);
    }

    /** Without elements and with a size of 0 it is nothing, on AWS as well. */
    private static @Nullable Object partition(List<?> arguments) {
        if (!(argument(arguments, 0) instanceof Collection<?> array)
                || !(argument(arguments, 1) instanceof Number chunk)) {
            return null;
        }
        double size = whole(chunk);
        if (size < 0) {
            throw new JException("The size given to $partition must not be negative", -1);
        }
        if (size == 0 || array.isEmpty()) {
            return null;
        }
        List<Object> elements = new ArrayList<>(array);
        List<Object> chunks = new ArrayList<>();
        int length = (int) Math.min(size, elements.size());
        for (int start = 0; start < elements.size(); start += length) {
            chunks.add(new ArrayList<>(elements.subList(start, Math.min(start + length, elements.size()))));
        }
        return chunks;
    }

    private static @Nullable Object range(List<?> arguments) {
        if (!(argument(arguments, 0) instanceof Number start)
                || !(argument(arguments, 1) instanceof Number end)
                || !(argument(arguments, 2) instanceof Number delta)) {
            return null;
        }
        double first = whole(start);
        double step = whole(delta);
        if (step == 0) {
            throw new JException("The step of $range must not be 0", -1);
        }
        double count = Math.floor((whole(end) - first) / step) + 1;
        if (count > MAX_ELEMENTS) {
            throw new JException("D2014", -1, count);
        }
        List<Object> sequence = com.dashjoin.jsonata.Utils.createSequence();
        for (int index = 0; index < count; index++) {
            sequence.add(com.dashjoin.jsonata.Utils.convertNumber(first + index * step));
        }
        return sequence;
    }

    /** The documentation says only that these functions round: AWS does it towards zero. */
    private static double whole(Number number) {
        return number.doubleValue() < 0 ? Math.ceil(number.doubleValue()) : Math.floor(number.doubleValue());
    }

    private static @Nullable Object hash(List<?> arguments) {
        if (!(argument(arguments, 0) instanceof String text) || !(argument(arguments, 1) instanceof String algorithm)) {
            return null;
        }
        if (!DIGESTS.contains(algorithm)) {
            throw new JException("$hash knows MD5, SHA-1, SHA-256, SHA-384 and SHA-512, not " + algorithm, -1);
        }
        try {
            byte[] digest = MessageDigest.getInstance(algorithm).digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException(missing);
        }
    }

    /** With a seed it is java.util.Random, on AWS as well. */
    private static Object random(List<?> arguments) {
        if (argument(arguments, 0) instanceof Number seed) {
            return new Random(seed.longValue()).nextDouble();
        }
        return ThreadLocalRandom.current().nextDouble();
    }

    private static @Nullable Object parse(List<?> arguments) {
        if (!(argument(arguments, 0) instanceof String text)) {
            return null;
        }
        try {
            JsonNode node = Json.parse(text);
            if (node.isMissingNode()) {
                throw new JException("$parse was given an empty text", -1);
            }
            return Values.toJsonata(node);
        } catch (JsonProcessingException malformed) {
            throw new JException(
                    malformed, "$parse was given no JSON: " + malformed.getOriginalMessage(), -1, null, null);
        }
    }

    private static @Nullable Object now(List<?> arguments, Instant now) {
        String picture = argument(arguments, 0) instanceof String text ? text : null;
        String zone = argument(arguments, 1) instanceof String text ? text : null;
        return com.dashjoin.jsonata.Functions.dateTimeFromMillis(now.toEpochMilli(), picture, zone);
    }

    private static @Nullable Object argument(List<?> arguments, int index) {
        return index < arguments.size() ? arguments.get(index) : null;
    }
}
