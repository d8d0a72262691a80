package steward.local.aws;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** A bucket. Every change is seen by whoever asks next, whole. */
final class Bucket {

    /** S3 sorts keys by their bytes in UTF-8, Java by those in UTF-16. */
    static final Comparator<String> ORDER = (one, other) ->
            Arrays.compareUnsigned(one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));

    final String name;
    final Instant created;
    final Encryption encryption;
    private final NavigableMap<String, StoredObject> objects = new TreeMap<>(ORDER);
    private final Map<String, MultipartUpload> uploads = new TreeMap<>();

    Bucket(String name, Instant created, Encryption encryption) {
        this.name = name;
        this.created = created;
        this.encryption = encryption;
    }

    /** Puts it where perhaps another is, if that may be; otherwise its body is let go. */
    synchronized void put(StoredObject object, Precondition precondition) {
        try {
            precondition.check(Optional.ofNullable(objects.get(object.key())));
        } catch (AwsError e) {
            object.body().letGo();
            throw e;
        }
        var before = objects.put(object.key(), object);
        if (before != null) {
            before.body().letGo();
        }
    }

    /** With its body held for the caller. */
    synchronized StoredObject hold(String key) {
        var object = find(key);
        object.body().hold();
        return object;
    }

    synchronized StoredObject find(String key) {
        return Optional.ofNullable(objects.get(key)).orElseThrow(S3Errors::noSuchKey);
    }

    synchronized void change(String key, UnaryOperator<StoredObject> change) {
        objects.put(key, change.apply(find(key)));
    }

    /** Without effect if there is none, as S3 does it. */
    synchronized void delete(String key) {
        var object = objects.remove(key);
        if (object != null) {
            object.body().letGo();
        }
    }

    /** Deletes all objects, and ends all uploads. */
    synchronized void clear() {
        objects.values().forEach(object -> object.body().letGo());
        objects.clear();
        uploads.values().forEach(upload -> upload.end(List.of()));
        uploads.clear();
    }

    synchronized boolean isEmpty() {
        return objects.isEmpty() && uploads.isEmpty();
    }

    synchronized ObjectList list(ObjectList.Question question) {
        return ObjectList.of(objects, question);
    }

    synchronized void begin(MultipartUpload upload) {
        uploads.put(upload.id, upload);
    }

    synchronized MultipartUpload upload(String id, String key) {
        return Optional.ofNullable(uploads.get(id))
                .filter(upload -> upload.key.equals(key))
                .orElseThrow(S3Errors::noSuchUpload);
    }

    /** From now on there is none. */
    synchronized void end(MultipartUpload upload) {
        if (!uploads.remove(upload.id, upload)) {
            throw S3Errors.noSuchUpload();
        }
    }

    /** Ends the upload with this object, if that may be. */
    synchronized void complete(
            MultipartUpload upload, List<MultipartUpload.Part> parts, StoredObject object, Precondition precondition) {
        precondition.check(Optional.ofNullable(objects.get(object.key())));
        upload(upload.id, upload.key).end(parts);
        end(upload);
        put(object, Precondition.NONE);
    }

    /** By key, then by age. */
    synchronized List<MultipartUpload> uploads() {
        return uploads.values().stream()
                .sorted(Comparator.<MultipartUpload, String>comparing(upload -> upload.key, ORDER)
                        .thenComparing(upload -> upload.initiated))
                .toList();
    }
}
