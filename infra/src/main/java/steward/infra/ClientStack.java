package steward.infra;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import software.amazon.awscdk.Environment;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.StackProps;
import software.amazon.awscdk.Tags;
import software.amazon.awscdk.services.kms.IKey;
import software.amazon.awscdk.services.kms.Key;
import software.constructs.Construct;
import steward.infra.client.Client;
import steward.infra.client.Network;
import steward.infra.permission.Definition;
import steward.infra.permission.Installation;
import steward.infra.permission.Place;

/** Everything that Steward is in a client's account. */
final class ClientStack extends Stack {
    /** What makes it. */
    record Properties(Client client, SortedMap<String, Definition> definitions, Paths paths) {
        Place place() {
            return new Place(client.account(), client.region());
        }
    }

    ClientStack(Construct scope, Properties properties) {
        super(scope, "steward-" + properties.client().name(), stackProperties(properties.client()));
        Client client = properties.client();
        Place place = properties.place();
        Tags.of(this).add("steward:client", client.name());

        EncryptionKey key = new EncryptionKey(this, place);
        IKey backupKey = client.backupKey()
                .map(arn -> Key.fromKeyArn(this, "BackupKey", arn))
                .orElse(key.key());
        AlarmTopic topic = new AlarmTopic(this, place, key, client.alarmAddress());
        Firewall firewall = new Firewall(this, client.network());
        new Endpoints(this, client.network(), client.region());
        List<DatabaseInstance> instances = new Instances(this, client, place, firewall, key).descriptions();
        new BackupBucket(this, place, backupKey);

        boolean restores = properties.definitions().containsKey("restore-database");
        SecretPermissions secrets = new SecretPermissions(place, client, instances, restores);
        Functions functions = new Functions(this, client, place, properties.paths(), firewall, key, instances, secrets);
        Task task = new Task(this, place, properties.paths(), key, backupKey.getKeyArn(), secrets.owner());

        Installation installation = new Installation(
                place,
                substitutions(properties, firewall, task),
                backupKey.getKeyArn(),
                key.arn(),
                storageKeys(client, instances));
        new Workflows(
                this, properties.definitions(), installation, key, List.of(functions.master(), functions.owner()));
        new Schedules(this, client, place, properties.definitions().keySet(), key);
        new StatusRule(this, place, properties.definitions().keySet(), topic);
        new Alarms(this, client, properties.definitions().keySet(), topic);
        new Dashboard(this, client, place, properties.definitions().keySet());
        new Readers(this, place, client.projects());
        new Starters(this, client, place, properties.definitions(), backupKey.getKeyArn());
    }

    private static StackProps stackProperties(Client client) {
        return StackProps.builder()
                .description("Steward: PostgreSQL databases of " + client.name())
                .env(Environment.builder()
                        .account(client.account())
                        .region(client.region())
                        .build())
                .terminationProtection(true)
                .build();
    }

    /** Those that snapshots and what is restored from them are encrypted with. */
    private static List<String> storageKeys(Client client, List<DatabaseInstance> instances) {
        return Stream.concat(
                        DatabaseInstance.storageKeys(instances).stream(),
                        client.snapshotCopies().stream().flatMap(copies -> copies.kmsKey().stream()))
                .distinct()
                .toList();
    }

    /** {@code instance=key,instance=key}: one text for the account, whoever starts the workflow. */
    private static String snapshotCopyKeys(Client client) {
        String keys = client.snapshotCopies().stream()
                .flatMap(copies -> copies.kmsKey().map(key -> copies.instance() + "=" + key).stream())
                .collect(Collectors.joining(","));
        return keys.isEmpty() ? "none" : keys;
    }

    /** What the names in definitions stand for; the same ones as in {@code steward.local.Substitutions}. */
    private static Map<String, String> substitutions(Properties properties, Firewall firewall, Task task) {
        Place place = properties.place();
        Map<String, String> values = new LinkedHashMap<>();
        values.put("MasterFunctionArn", place.function("master"));
        values.put("OwnerFunctionArn", place.function("owner"));
        values.put("ClusterArn", place.cluster());
        values.put("TaskDefinitionArn", task.definitionArn());
        values.put(
                "TaskSubnetIds",
                properties.client().network().subnets().stream()
                        .map(Network.Subnet::id)
                        .collect(Collectors.joining(",")));
        values.put("TaskSecurityGroupIds", firewall.tasks());
        values.put("TemporarySecurityGroupIds", firewall.temporary());
        values.put("BackupBucketName", place.backupBucket());
        values.put("AlarmTopicArn", place.topic());
        values.put("SnapshotCopyKeys", snapshotCopyKeys(properties.client()));
        properties
                .definitions()
                .keySet()
                .forEach(workflow -> values.put(Workflows.substitution(workflow), place.stateMachine(workflow)));
        return values;
    }
}
