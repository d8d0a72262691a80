package steward.local.aws;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** The snapshots of all regions. Guarded by the lock of {@link RdsAccount}. */
final class DatabaseSnapshots {

    private final TreeMap<String, DatabaseSnapshot> byArn = new TreeMap<>();

    Collection<DatabaseSnapshot> all() {
        return List.copyOf(byArn.values());
    }

    List<DatabaseSnapshot> of(String region) {
        return byArn.values().stream()
                .filter(snapshot -> snapshot.region().equals(region))
                .toList();
    }

    /** @param id identifier, whatever the case, or ARN */
    Optional<DatabaseSnapshot> lookup(String region, String id) {
        var arn = id.startsWith("arn:") ? id : Arn.databaseSnapshot(region, id.toLowerCase(Locale.ROOT));
        return Optional.ofNullable(byArn.get(arn));
    }

    /** @throws AwsError DBSnapshotNotFound */
    DatabaseSnapshot find(String region, String id) {
        return lookup(region, id)
                .orElseThrow(() -> new AwsError(404, "DBSnapshotNotFound", "DBSnapshot " + id + " not found."));
    }

    void put(DatabaseSnapshot snapshot) {
        byArn.put(snapshot.arn(), snapshot);
    }

    /** The one that is still there; empty if it is gone, even if there is another of that name. */
    Optional<DatabaseSnapshot> current(DatabaseSnapshot snapshot) {
        return Optional.ofNullable(byArn.get(snapshot.arn())).filter(snapshot::same);
    }

    void update(DatabaseSnapshot snapshot, UnaryOperator<DatabaseSnapshot> change) {
        current(snapshot).ifPresent(found -> put(change.apply(found)));
    }

    void remove(DatabaseSnapshot snapshot) {
        current(snapshot).ifPresent(found -> byArn.remove(found.arn()));
    }
}
