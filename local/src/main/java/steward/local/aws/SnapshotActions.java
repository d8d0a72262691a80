package steward.local.aws;

import java.util.Map;
import java.util.Optional;

/** Making, copying, showing and deleting snapshots. Guarded by the lock of {@link RdsAccount}. */
final class SnapshotActions {

    private final RdsAccount account;

    SnapshotActions(RdsAccount account) {
        this.account = account;
    }

    Optional<Xml.Body> create(QueryRequest request) {
        var identifier = RdsRules.snapshotIdentifier(request, "DBSnapshotIdentifier");
        var tags = RdsRules.tags(request);
        var instance = account.instance(request, request.required("DBInstanceIdentifier"));
        checkNew(request.region(), identifier);
        if (!instance.status().equals(DatabaseInstance.AVAILABLE)) {
            throw RdsRules.notAvailable(instance, "create a snapshot");
        }
        return shown(take(instance, identifier, tags));
    }

    /**
     * A manual snapshot of the instance as it is now.
     *
     * @param tags those that were asked for; if there are none it may get the instance's
     */
    DatabaseSnapshot take(DatabaseInstance instance, String identifier, Map<String, String> tags) {
        var now = account.now();
        var inherited = instance.backup().copyTags() ? instance.tags() : Map.<String, String>of();
        var snapshot = new DatabaseSnapshot(
                RdsAccount.REGION,
                identifier,
                "creating",
                false,
                instance,
                instance.storage().key(),
                now,
                Optional.empty(),
                Optional.empty(),
                now.plus(account.pace.snapshot()),
                Optional.empty(),
                account.disks.copy(instance),
                account.nextNumber(),
                tags.isEmpty() ? inherited : tags);
        account.add(snapshot);
        account.passThrough(instance, "backing-up", now, account.pace.backingUp());
        return snapshot;
    }

    Optional<Xml.Body> copy(QueryRequest request) {
        var target = RdsRules.snapshotIdentifier(request, "TargetDBSnapshotIdentifier");
        var asked = RdsRules.tags(request);
        var key = RdsRules.key(request, "KmsKeyId");
        var source = account.snapshots.find(request.region(), request.required("SourceDBSnapshotIdentifier"));
        checkNew(request.region(), target);
        account.checkCopiesInProgress(request.region());
        if (!source.available()) {
            throw AwsError.of(
                    "InvalidDBSnapshotState",
                    "Cannot copy the snapshot " + source.identifier() + " because it is in " + source.status()
                            + " state; it must be available.");
        }
        if (!source.region().equals(request.region()) && source.key().isPresent() && key.isEmpty()) {
            throw AwsError.of(
                    "InvalidParameterCombination",
                    "KmsKeyId must be given to copy an encrypted snapshot to another region.");
        }
        var now = account.now();
        var tags = asked.isEmpty() && request.flag("CopyTags").orElse(false) ? source.tags() : asked;
        var snapshot = new DatabaseSnapshot(
                request.region(),
                target,
                "creating",
                false,
                source.instance(),
                key.or(source::key),
                now,
                Optional.empty(),
                source.original(),
                now.plus(account.pace.copying()),
                Optional.of(source.arn()),
                source.image(),
                account.nextNumber(),
                tags);
        account.add(snapshot);
        return shown(snapshot);
    }

    /** @throws AwsError DBSnapshotAlreadyExists, SnapshotQuotaExceeded */
    void checkNew(String region, String identifier) {
        if (account.snapshots.lookup(region, identifier).isPresent()) {
            throw AwsError.of(
                    "DBSnapshotAlreadyExists",
                    "Cannot create the snapshot because a snapshot with the identifier " + identifier
                            + " already exists.");
        }
        account.checkManualSnapshots(region);
    }

    Optional<Xml.Body> describe(QueryRequest request) {
        var filters = request.elements("Filters").stream()
                .map(DatabaseSnapshotFilter::of)
                .toList();
        var automated = request.text("SnapshotType").map(SnapshotActions::automated);
        var instance = request.text("DBInstanceIdentifier");
        var resource = request.text("DbiResourceId");
        var id = request.text("DBSnapshotIdentifier");
        id.ifPresent(asked -> account.snapshots.find(request.region(), asked));
        var found = account.snapshots.of(request.region()).stream()
                .filter(snapshot -> id.isEmpty()
                        || id.get().equalsIgnoreCase(snapshot.identifier())
                        || id.get().equals(snapshot.arn()))
                .filter(snapshot -> automated.isEmpty() || automated.get() == snapshot.automated())
                .filter(snapshot -> instance.isEmpty() || of(instance.get(), snapshot))
                .filter(snapshot -> resource.isEmpty()
                        || resource.get().equals(snapshot.instance().resourceId()))
                .filter(snapshot -> filters.stream().allMatch(filter -> filter.test(snapshot)))
                .toList();
        var page = RdsPage.of(found, DatabaseSnapshot::identifier, request);
        var now = account.now();
        return Optional.of(result -> {
            result.element(
                    "DBSnapshots",
                    list -> page.items()
                            .forEach(snapshot -> list.element("DBSnapshot", new DatabaseSnapshotXml(snapshot, now))));
            result.element("Marker", page.next());
        });
    }

    private static boolean of(String instance, DatabaseSnapshot snapshot) {
        return instance.equalsIgnoreCase(snapshot.instance().identifier())
                || instance.equals(snapshot.instance().arn());
    }

    private static boolean automated(String type) {
        return switch (type) {
            case "automated" -> true;
            case "manual" -> false;
            default -> throw AwsError.of("InvalidParameterValue", "Unknown snapshot type: " + type);
        };
    }

    /** A copy in progress may be deleted, which ends it; the first snapshot of an instance has to be through. */
    Optional<Xml.Body> delete(QueryRequest request) {
        var snapshot = account.snapshots.find(request.region(), request.required("DBSnapshotIdentifier"));
        if (snapshot.automated()) {
            throw AwsError.of("InvalidDBSnapshotState", "Automated snapshots may not be deleted by the user.");
        }
        if (snapshot.creating() && snapshot.source().isEmpty()) {
            throw AwsError.of(
                    "InvalidDBSnapshotState",
                    "Cannot delete the snapshot " + snapshot.identifier() + " because it is in creating state.");
        }
        account.remove(snapshot);
        return shown(snapshot.withStatus("deleted"));
    }

    private Optional<Xml.Body> shown(DatabaseSnapshot snapshot) {
        var now = account.now();
        return Optional.of(result -> result.element("DBSnapshot", new DatabaseSnapshotXml(snapshot, now)));
    }
}
