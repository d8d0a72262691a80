package steward.infra.client;

import java.util.List;
import java.util.Optional;

/**
 * A client's account and everything that Steward does in it. One file, {@code infra/clients/<name>.json}.
 *
 * @param account twelve digits
 * @param alarmAddress the e-mail address that hears of failures
 * @param reservedConcurrency of each SQL function: at most so many sessions are opened at once; 0 for no limit
 * @param backupKey ARN of an existing KMS key for dumps; the stack's own without it
 * @param gitHubProvider ARN of the account's OpenID Connect provider for GitHub, if it has one already
 */
public record Client(
        String name,
        String account,
        String region,
        String alarmAddress,
        int reservedConcurrency,
        Optional<String> backupKey,
        Optional<String> gitHubProvider,
        Network network,
        List<Instance> instances,
        List<Project> projects,
        List<SnapshotCopies> snapshotCopies,
        List<Rotation> rotations,
        Sweep sweep,
        List<Starter> starters) {

    /** Where copies of snapshots are kept beside the client's own region, each once. */
    public List<String> otherRegions() {
        return snapshotCopies.stream()
                .flatMap(copies -> copies.otherRegion().stream())
                .map(SnapshotCopies.OtherRegion::region)
                .distinct()
                .sorted()
                .toList();
    }

    /** What is copied to another region. */
    public List<SnapshotCopies> copiedTo(String otherRegion) {
        return snapshotCopies.stream()
                .filter(copies -> copies.otherRegion()
                        .filter(other -> other.region().equals(otherRegion))
                        .isPresent())
                .toList();
    }

    /** The instance of that identifier. */
    public Optional<Instance> instance(String identifier) {
        return instances.stream()
                .filter(instance -> instance.identifier().equals(identifier))
                .findFirst();
    }
}
