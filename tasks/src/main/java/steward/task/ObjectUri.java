package steward.task;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import steward.error.InvalidInput;

/** The place of an object in S3, written {@code s3://bucket/key}. */
record ObjectUri(String bucket, String key) {
    private static final Pattern TEXT = Pattern.compile("s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])/(.+)");

    /**
     * Reads a URI.
     *
     * @throws InvalidInput naming the field
     */
    static ObjectUri parse(String field, String text) {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            throw new InvalidInput(field + ": must be s3://bucket/key");
        }
        return new ObjectUri(matcher.group(1), matcher.group(2));
    }

    /** Another object in the same folder. */
    ObjectUri beside(String name) {
        return new ObjectUri(bucket, key.substring(0, key.lastIndexOf('/') + 1) + name);
    }

    boolean isNamed(String name) {
        return key.equals(name) || key.endsWith("/" + name);
    }

    @Override
    public String toString() {
        return "s3://%s/%s".formatted(bucket, key);
    }
}
