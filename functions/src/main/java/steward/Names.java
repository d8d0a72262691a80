package steward;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.regex.Pattern;
import steward.error.InvalidInput;

/** Which names are accepted. */
public final class Names {
    /** The server keeps NAMEDATALEN - 1 bytes of a name and silently cuts the rest. */
    private static final int MAX_BYTES = 63;

    private static final Pattern CREATED = Pattern.compile("[a-z][a-z0-9_]{0,62}");
    private static final Pattern PROJECT = Pattern.compile("[a-z][a-z0-9_-]{0,62}");
    private static final Pattern RESERVED = Pattern.compile("pg_|rds|steward|template");
    private static final Set<String> RESERVED_WORDS = Set.of("postgres", "master", "public", "none");

    private Names() {}

    /**
     * Checks the name of something that Steward is to make.
     *
     * @throws InvalidInput naming the field and the reason
     */
    public static void requireCreatable(String field, String name) {
        requireMatch(
                field, name, CREATED, "a lower-case letter, then up to 62 lower-case letters, digits and underscores");
        refuseReserved(field, name);
    }

    private static void refuseReserved(String field, String name) {
        if (RESERVED.matcher(name).lookingAt() || RESERVED_WORDS.contains(name)) {
            throw new InvalidInput("%s: %s is reserved".formatted(field, printable(name)));
        }
    }

    /**
     * Checks the name of something that Steward is to make or, if {@code adopt} is set, may find there already.
     *
     * @throws InvalidInput naming the field and the reason
     */
    public static void requireOwn(String field, String name, boolean adopt) {
        if (!adopt) {
            requireCreatable(field, name);
            return;
        }
        requireExisting(field, name);
        refuseReserved(field, name);
    }

    /**
     * Checks the name of a project: the folder of its secrets and part of every mark.
     *
     * @throws InvalidInput naming the field and the reason
     */
    public static void requireProject(String field, String name) {
        requireMatch(
                field, name, PROJECT, "a lower-case letter, then up to 62 lower-case letters, digits, _ and hyphens");
    }

    /**
     * Checks the name of something that exists already: any name that Postgres can hold without cutting it.
     *
     * @throws InvalidInput naming the field and the reason
     */
    public static void requireExisting(String field, String name) {
        if (name.isEmpty()) {
            throw new InvalidInput(field + ": is empty");
        }
        if (name.indexOf('\0') >= 0) {
            throw new InvalidInput(field + ": holds a NUL character");
        }
        int bytes = encode(field, name).remaining();
        if (bytes > MAX_BYTES) {
            throw new InvalidInput(
                    "%s: has %d bytes, but Postgres keeps only %d of a name".formatted(field, bytes, MAX_BYTES));
        }
    }

    private static void requireMatch(String field, String name, Pattern pattern, String rule) {
        if (!pattern.matcher(name).matches()) {
            throw new InvalidInput("%s: %s must be %s".formatted(field, printable(name), rule));
        }
    }

    /** A lone surrogate would arrive at the server as a question mark: another name than the one that was checked. */
    private static ByteBuffer encode(String field, String name) {
        try {
            return StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(name));
        } catch (CharacterCodingException e) {
            throw new InvalidInput(field + ": is not valid Unicode", e);
        }
    }

    private static String printable(String name) {
        String shown = name.length() > 80 ? name.substring(0, 80) + "..." : name;
        return '"' + shown.replaceAll("[^\\x20-\\x7e]", "?") + '"';
    }
}
