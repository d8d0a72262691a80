package steward.local.aws;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** The instances there are; each change is atomic. */
final class DatabaseInstances {

    private final TreeMap<String, DatabaseInstance> instances = new TreeMap<>();

    synchronized Collection<DatabaseInstance> all() {
        return List.copyOf(instances.values());
    }

    /** @param id identifier, whatever the case, or ARN */
    synchronized Optional<DatabaseInstance> lookup(String id) {
        var identifier = id.startsWith("arn:") ? id.substring(id.lastIndexOf(':') + 1) : id;
        return Optional.ofNullable(instances.get(identifier.toLowerCase(Locale.ROOT)))
                .filter(instance -> !id.startsWith("arn:") || instance.arn().equals(id));
    }

    /** @throws AwsError DBInstanceNotFound */
    DatabaseInstance find(String id) {
        return lookup(id)
                .orElseThrow(() -> new AwsError(404, "DBInstanceNotFound", "DBInstance " + id + " not found."));
    }

    synchronized void add(DatabaseInstance instance) {
        if (instances.putIfAbsent(instance.identifier(), instance) != null) {
            throw AwsError.of("DBInstanceAlreadyExists", "DB instance already exists");
        }
    }

    synchronized DatabaseInstance update(String id, UnaryOperator<DatabaseInstance> change) {
        var changed = change.apply(find(id));
        instances.put(changed.identifier(), changed);
        return changed;
    }

    synchronized DatabaseInstance remove(String id) {
        var instance = find(id);
        instances.remove(instance.identifier());
        return instance;
    }
}
