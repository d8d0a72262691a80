package steward.local.aws;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/**
 * An object as it is now.
 *
 * @param entityTag without quotes
 */
record StoredObject(
        String key,
        Body body,
        String entityTag,
        Instant lastModified,
        ObjectHeaders headers,
        Optional<ObjectChecksum> checksum) {

    long size() {
        return body.size();
    }

    String quotedTag() {
        return "\"" + entityTag + "\"";
    }

    String lastModifiedHeader() {
        return DateTimeFormatter.RFC_1123_DATE_TIME.format(lastModified.atOffset(ZoneOffset.UTC));
    }

    StoredObject withHeaders(ObjectHeaders changed) {
        return new StoredObject(key, body, entityTag, lastModified, changed, checksum);
    }

    /** Whether a header If-Match or If-None-Match names it. */
    boolean isNamedBy(String condition) {
        return condition.equals("*") || condition.replace("\"", "").equals(entityTag);
    }
}
