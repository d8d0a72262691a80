package steward.local.asl;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.regex.Pattern;

/** Moments as text, in definitions and in the context object. */
final class Timestamps {

    private static final Pattern RFC_3339 =
            Pattern.compile("\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d+)?(Z|[+-]\\d{2}:\\d{2})");

    private Timestamps() {}

    static boolean isRfc3339(String text) {
        return RFC_3339.matcher(text).matches() && parse(text).isPresent();
    }

    /** Empty if it is no ISO 8601 date-time with an offset. */
    static Optional<Instant> parse(String text) {
        try {
            return Optional.of(OffsetDateTime.parse(text).toInstant());
        } catch (DateTimeException malformed) {
            return Optional.empty();
        }
    }

    /** With milliseconds, as in the context object. */
    static String format(Instant instant) {
        Instant millis = Instant.ofEpochMilli(instant.toEpochMilli());
        String text = DateTimeFormatter.ISO_INSTANT.format(millis);
        return text.contains(".") ? text : text.replace("Z", ".000Z");
    }
}
