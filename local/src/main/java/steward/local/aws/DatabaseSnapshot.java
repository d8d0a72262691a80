package steward.local.aws;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A snapshot of an instance, or a copy of one. Immutable, as {@link DatabaseInstance} is.
 *
 * @param status creating, available or failed
 * @param automated whether RDS made it by itself
 * @param instance as it was when the data was copied
 * @param key the KMS key, if it is encrypted
 * @param requested when it was asked for
 * @param created when it was taken, once that is known
 * @param original when the data was taken: differs from {@code created} in copies
 * @param due when it is to be available
 * @param source the snapshot it is a copy of
 * @param image what {@link Disks} calls the data
 * @param number one of its own, never used again
 */
public record DatabaseSnapshot(
        String region,
        String identifier,
        String status,
        boolean automated,
        DatabaseInstance instance,
        Optional<String> key,
        Instant requested,
        Optional<Instant> created,
        Optional<Instant> original,
        Instant due,
        Optional<String> source,
        String image,
        long number,
        Map<String, String> tags) {

    public DatabaseSnapshot {
        tags = Map.copyOf(tags);
    }

    public String arn() {
        return Arn.databaseSnapshot(region, identifier);
    }

    boolean available() {
        return status.equals("available");
    }

    boolean creating() {
        return status.equals("creating");
    }

    /** What tells one from a later one with the same name. */
    boolean same(DatabaseSnapshot other) {
        return number == other.number;
    }

    DatabaseSnapshot withStatus(String newStatus) {
        return with(newStatus, created, original, tags);
    }

    DatabaseSnapshot taken() {
        return with("available", Optional.of(requested), original.or(() -> Optional.of(requested)), tags);
    }

    DatabaseSnapshot withTags(Map<String, String> newTags) {
        return with(status, created, original, newTags);
    }

    DatabaseSnapshot plusTags(Map<String, String> added) {
        var all = new TreeMap<>(tags);
        all.putAll(added);
        return withTags(all);
    }

    private DatabaseSnapshot with(
            String newStatus,
            Optional<Instant> newCreated,
            Optional<Instant> newOriginal,
            Map<String, String> newTags) {
        return new DatabaseSnapshot(
                region,
                identifier,
                newStatus,
                automated,
                instance,
                key,
                requested,
                newCreated,
                newOriginal,
                due,
                source,
                image,
                number,
                newTags);
    }
}
