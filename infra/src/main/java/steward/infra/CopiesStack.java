package steward.infra;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import software.amazon.awscdk.Environment;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.StackProps;
import software.amazon.awscdk.Tags;
import software.constructs.Construct;
import steward.infra.client.Client;
import steward.infra.client.Instance;
import steward.infra.client.SnapshotCopies;
import steward.infra.permission.Definition;
import steward.infra.permission.Installation;
import steward.infra.permission.Place;

/**
 * What copies an instance's snapshots to another region, in that region: a state machine calls RDS only in its own. It takes
 * the copies that the client's stack has made, by their names, and keeps them as long as wanted there.
 */
final class CopiesStack extends Stack {
    static final String WORKFLOW = "copy-snapshots";

    CopiesStack(Construct scope, Client client, String region, Definition copySnapshots) {
        super(
                scope,
                "steward-%s-%s".formatted(client.name(), region),
                StackProps.builder()
                        .description("Steward: copies of snapshots of " + client.name())
                        .env(Environment.builder()
                                .account(client.account())
                                .region(region)
                                .build())
                        .terminationProtection(true)
                        .build());
        Place source = new Place(client.account(), client.region());
        Place place = source.other(region);
        List<SnapshotCopies> copied = client.copiedTo(region);
        Tags.of(this).add("steward:client", client.name());

        EncryptionKey key = new EncryptionKey(this, place);
        AlarmTopic topic = new AlarmTopic(this, place, key, client.alarmAddress());
        Installation installation = new Installation(
                place,
                Map.of("SnapshotCopyKeys", keys(copied)),
                key.arn(),
                key.arn(),
                Stream.concat(sourceKeys(client, copied), otherKeys(copied))
                        .distinct()
                        .toList(),
                Optional.of(source));
        new StateMachine(this, copySnapshots, installation, key);
        new Schedules(this, client.region(), copied, place, key);
        new StatusRule(this, place, Set.of(WORKFLOW), topic);
        new Alarms(this, copied, topic);
    }

    private static String keys(List<SnapshotCopies> copied) {
        return copied.stream()
                .flatMap(copies -> copies.otherRegion().stream().map(other -> copies.instance() + "=" + other.kmsKey()))
                .collect(Collectors.joining(","));
    }

    /** What the copies in the client's own region are encrypted with. */
    private static Stream<String> sourceKeys(Client client, List<SnapshotCopies> copied) {
        return copied.stream()
                .flatMap(copies -> copies
                        .kmsKey()
                        .or(() -> client.instance(copies.instance())
                                .flatMap(Instance::adopted)
                                .flatMap(Instance.Adopted::storageKey))
                        .stream());
    }

    private static Stream<String> otherKeys(List<SnapshotCopies> copied) {
        return copied.stream().flatMap(copies -> copies.otherRegion().stream()).map(SnapshotCopies.OtherRegion::kmsKey);
    }
}
