package steward.local.aws;

import java.util.List;
import java.util.function.Predicate;

/** One filter of DescribeDBInstances: any of its values must match. */
record DatabaseInstanceFilter(String name, List<String> values) implements Predicate<DatabaseInstance> {

    private static final List<String> NAMES =
            List.of("db-cluster-id", "db-instance-id", "dbi-resource-id", "domain", "engine");

    /** @throws AwsError if there is no such filter */
    static DatabaseInstanceFilter of(QueryRequest filter) {
        var name = filter.required("Name");
        if (!NAMES.contains(name)) {
            throw AwsError.of("InvalidParameterValue", "Unrecognized filter name: " + name);
        }
        var values = filter.texts("Values");
        if (values.isEmpty()) {
            throw AwsError.of("InvalidParameterCombination", "Filter " + name + " has no values.");
        }
        return new DatabaseInstanceFilter(name, values);
    }

    @Override
    public boolean test(DatabaseInstance instance) {
        return switch (name) {
            case "db-instance-id" -> values.contains(instance.identifier()) || values.contains(instance.arn());
            case "dbi-resource-id" -> values.contains(instance.resourceId());
            case "engine" -> values.contains("postgres");
            // No instance here is part of a cluster or of an Active Directory domain.
            default -> false;
        };
    }
}
