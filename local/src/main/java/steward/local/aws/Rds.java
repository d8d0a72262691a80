package steward.local.aws;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * RDS: the instances that were registered, described as AWS describes its own.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/Welcome.html">API reference</a>
 */
public final class Rds {

    private static final String VERSION = "2014-10-31";

    private final DatabaseInstances instances = new DatabaseInstances();
    private final SecretsManager secrets;

    Rds(SecretsManager secrets) {
        this.secrets = secrets;
    }

    Api api() {
        return new QueryApi(
                "rds",
                VERSION,
                "http://rds.amazonaws.com/doc/" + VERSION + "/",
                Map.<String, Function<QueryRequest, Optional<Xml.Body>>>of(
                        "AddTagsToResource", this::addTagsToResource,
                        "DescribeDBInstances", this::describeDbInstances,
                        "ListTagsForResource", this::listTagsForResource,
                        "RemoveTagsFromResource", this::removeTagsFromResource));
    }

    /**
     * Makes an instance known.
     *
     * @throws AwsError DBInstanceAlreadyExists
     */
    public void register(DatabaseInstance instance) {
        instances.add(instance);
    }

    /**
     * Makes an instance known whose master password RDS manages: the password goes into a secret {@code rds!db-...} that
     * holds username and password and belongs to RDS.
     *
     * @return the instance with its secret
     * @throws AwsError DBInstanceAlreadyExists
     */
    public DatabaseInstance registerManaged(DatabaseInstance instance, String masterPassword) {
        register(instance);
        var value = Json.object().put("username", instance.masterUsername()).put("password", masterPassword);
        var arn = secrets.createManaged(
                "rds",
                "db-" + UUID.randomUUID(),
                Json.write(value),
                Map.of("aws:rds:primaryDBInstanceArn", instance.arn()));
        var secret = new DatabaseInstance.MasterSecret(arn, "active", Arn.key("00000000-0000-0000-0000-00000000005e"));
        return update(instance.identifier(), known -> known.withMasterSecret(Optional.of(secret)));
    }

    /**
     * An instance, if it is known.
     *
     * @param id identifier or ARN
     */
    public Optional<DatabaseInstance> instance(String id) {
        return instances.lookup(id);
    }

    /**
     * Changes an instance, while no one else does.
     *
     * @throws AwsError DBInstanceNotFound
     */
    public DatabaseInstance update(String id, UnaryOperator<DatabaseInstance> change) {
        return instances.update(id, change);
    }

    /**
     * Forgets an instance, and with it the secret that RDS manages for it.
     *
     * @throws AwsError DBInstanceNotFound
     */
    public void remove(String id) {
        instances.remove(id).masterSecret().ifPresent(secret -> secrets.removeManaged(secret.arn()));
    }

    private Optional<Xml.Body> describeDbInstances(QueryRequest request) {
        var filters = request.elements("Filters").stream()
                .map(DatabaseInstanceFilter::of)
                .toList();
        var asked = request.text("DBInstanceIdentifier").map(instances::find);
        var found = asked.map(List::of).orElseGet(() -> List.copyOf(instances.all())).stream()
                .filter(instance -> filters.stream().allMatch(filter -> filter.test(instance)))
                .toList();
        var page = page(found, request);
        return Optional.of(result -> {
            result.element(
                    "DBInstances",
                    list -> page.items()
                            .forEach(instance -> list.element("DBInstance", new DatabaseInstanceXml(instance))));
            result.element("Marker", page.next());
        });
    }

    private Optional<Xml.Body> listTagsForResource(QueryRequest request) {
        var tags = instance(request).tags();
        return Optional.of(result -> result.element("TagList", list -> DatabaseInstanceXml.tags(list, tags)));
    }

    private Optional<Xml.Body> addTagsToResource(QueryRequest request) {
        var added = new TreeMap<String, String>();
        request.elements("Tags")
                .forEach(tag -> added.put(tag.required("Key"), tag.text("Value").orElse("")));
        checkTags(added);
        instances.update(instance(request).identifier(), instance -> instance.plusTags(added));
        return Optional.empty();
    }

    private Optional<Xml.Body> removeTagsFromResource(QueryRequest request) {
        var keys = request.texts("TagKeys");
        instances.update(instance(request).identifier(), instance -> {
            var rest = new TreeMap<>(instance.tags());
            keys.forEach(rest::remove);
            return instance.withTags(rest);
        });
        return Optional.empty();
    }

    private DatabaseInstance instance(QueryRequest request) {
        var arn = request.required("ResourceName");
        if (!arn.startsWith(Arn.databaseInstance(""))) {
            throw AwsError.of("InvalidParameterValue", "Invalid resource name: " + arn);
        }
        return instances.find(arn);
    }

    private static void checkTags(Map<String, String> tags) {
        tags.forEach((key, value) -> {
            if (key.length() > 128 || value.length() > 256 || key.startsWith("aws:") || key.startsWith("rds:")) {
                throw AwsError.of(
                        "InvalidParameterValue",
                        "Tag keys have up to 128 characters and don't start with aws: or rds:; values have up to 256.");
            }
        });
    }

    private static Page<DatabaseInstance> page(List<DatabaseInstance> found, QueryRequest request) {
        var marker = request.text("Marker");
        try {
            return Page.of(found, DatabaseInstance::identifier, false, marker, size(request));
        } catch (IllegalArgumentException e) {
            throw AwsError.of("InvalidParameterValue", "Invalid marker: " + marker.orElse(""));
        }
    }

    private static long size(QueryRequest request) {
        var size = request.text("MaxRecords").orElse("100");
        if (!size.matches("[2-9][0-9]|100")) {
            throw AwsError.of(
                    "InvalidParameterValue", "Invalid value " + size + " for MaxRecords. Must be between 20 and 100");
        }
        return Long.parseLong(size);
    }
}
