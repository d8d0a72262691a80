package steward.local.aws;

import java.util.List;
import java.util.function.Predicate;

/** One filter of DescribeDBSnapshots: any of its values must match. */
record DatabaseSnapshotFilter(String name, List<String> values) implements Predicate<DatabaseSnapshot> {

    private static final List<String> NAMES =
            List.of("db-instance-id", "db-snapshot-id", "dbi-resource-id", "engine", "snapshot-type");

    /** @throws AwsError if there is no such filter */
    static DatabaseSnapshotFilter of(QueryRequest filter) {
        var name = filter.required("Name");
        if (!NAMES.contains(name)) {
            throw AwsError.of("InvalidParameterValue", "Unrecognized filter name: " + name);
        }
        var values = filter.texts("Values");
        if (values.isEmpty()) {
            throw AwsError.of("InvalidParameterCombination", "Filter " + name + " has no values.");
        }
        return new DatabaseSnapshotFilter(name, values);
    }

    @Override
    public boolean test(DatabaseSnapshot snapshot) {
        var instance = snapshot.instance();
        return switch (name) {
            case "db-instance-id" -> values.contains(instance.identifier()) || values.contains(instance.arn());
            case "db-snapshot-id" -> values.contains(snapshot.identifier());
            case "dbi-resource-id" -> values.contains(instance.resourceId());
            case "engine" -> values.contains("postgres");
            default -> values.contains(snapshot.automated() ? "automated" : "manual");
        };
    }
}
