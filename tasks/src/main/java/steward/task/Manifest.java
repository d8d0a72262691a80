package steward.task;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import steward.JsonValue;
import steward.StrictJson;
import steward.error.InvalidInput;
import steward.error.VerificationFailed;

/**
 * What a dump is. Written last: a dump without one was never finished.
 *
 * @param format the name of this format
 * @param execution who made it: the ARN of the Step Functions execution
 * @param user as whom the database was dumped: its owner
 * @param startedAt when, ISO 8601
 * @param clientVersion of pg_dump
 * @param archive the object {@code dump.tar.zst}
 * @param folderBytes size of the folder that is in it
 * @param contents the object {@code contents.json}: rows of every table, values of every sequence
 * @param notes what does not come back with the dump, or not as it was
 * @param readWith the command that makes pg_dump's folder of it again, for pg_restore
 * @param sha256 of this manifest with an empty text here
 */
record Manifest(
        String format,
        String project,
        String instance,
        String database,
        String user,
        String execution,
        String startedAt,
        String finishedAt,
        String clientVersion,
        Source.Facts source,
        Part archive,
        long folderBytes,
        Part contents,
        Totals totals,
        List<String> notes,
        String readWith,
        String sha256) {
    static final String FORMAT = "steward-dump-2";
    /** Without notes. */
    private static final String FORMAT_1 = "steward-dump-1";

    static final String NAME = "manifest.json";
    static final String ARCHIVE = "dump.tar.zst";
    static final String CONTENTS = "contents.json";

    /** An object beside the manifest. */
    record Part(String name, long bytes, String sha256) {}

    /** Sums over the contents. */
    record Totals(long tables, long rows, long sequences, long largeObjects, long largeObjectBytes) {
        static Totals of(Contents contents) {
            return new Totals(
                    contents.tables().size(),
                    contents.rows(),
                    contents.sequences().size(),
                    contents.largeObjects(),
                    contents.largeObjectBytes());
        }
    }

    int major() {
        return Integer.parseInt(source.serverVersion().split("[^0-9]", -1)[0]);
    }

    /** As it is stored. */
    byte[] sealed() {
        return bytes(withHash(Sha256.of(bytes(withoutHash()))));
    }

    /**
     * Reads a manifest.
     *
     * @throws VerificationFailed if it is of another format, or a single bit of it is not as it was written
     */
    static Manifest read(byte[] text) {
        Manifest manifest = parse(Manifest.class, NAME, withNotes(tree(NAME, text)));
        if (!manifest.isSealed(text)) {
            throw new VerificationFailed("the dump's manifest is damaged: it does not have the hash that it names");
        }
        return manifest;
    }

    /** As a manifest of this format. */
    private static JsonValue withNotes(JsonValue json) {
        if (!(json.value() instanceof Map<?, ?> fields)
                || !(fields.get("format") instanceof String format)
                || format.equals(FORMAT)) {
            return json;
        }
        if (!format.equals(FORMAT_1)) {
            throw new VerificationFailed(
                    "the dump's manifest has the format \"%s\", or is damaged: this version of Steward reads \"%s\" and \"%s\""
                            .formatted(format, FORMAT, FORMAT_1));
        }
        Map<Object, @Nullable Object> more = new LinkedHashMap<>(fields);
        more.putIfAbsent("notes", List.of());
        return new JsonValue(more);
    }

    /** Whether the hash, which comes last, is that of the rest. */
    private boolean isSealed(byte[] text) {
        String whole = new String(text, StandardCharsets.UTF_8);
        String end = "\"sha256\":\"%s\"}".formatted(sha256);
        return whole.endsWith(end)
                && Sha256.of((whole.substring(0, whole.length() - end.length()) + "\"sha256\":\"\"}")
                                .getBytes(StandardCharsets.UTF_8))
                        .equals(sha256);
    }

    /** Reads another part of a dump. */
    static <T extends Record> T parse(Class<T> type, String name, byte[] text) {
        return parse(type, name, tree(name, text));
    }

    private static <T extends Record> T parse(Class<T> type, String name, JsonValue json) {
        try {
            return StrictJson.read(name, json, type);
        } catch (InvalidInput e) {
            throw damaged(name, e);
        }
    }

    private static JsonValue tree(String name, byte[] text) {
        try {
            return StrictJson.tree(name, new ByteArrayInputStream(text));
        } catch (InvalidInput e) {
            throw damaged(name, e);
        } catch (IOException e) {
            throw new UncheckedIOException(name, e);
        }
    }

    private static VerificationFailed damaged(String name, InvalidInput reason) {
        return new VerificationFailed("the dump's " + name + " is damaged: " + reason.getMessage(), reason);
    }

    Manifest withoutHash() {
        return withHash("");
    }

    private Manifest withHash(String hash) {
        return new Manifest(
                format,
                project,
                instance,
                database,
                user,
                execution,
                startedAt,
                finishedAt,
                clientVersion,
                source,
                archive,
                folderBytes,
                contents,
                totals,
                notes,
                readWith,
                hash);
    }

    private static byte[] bytes(Record value) {
        return StrictJson.text(value).getBytes(StandardCharsets.UTF_8);
    }
}
