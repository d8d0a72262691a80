package steward.local.aws;

import java.util.Map;
import java.util.Optional;

/**
 * DeleteDBInstance. The server is gone at once, the instance a while later.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DeleteDBInstance.html">API reference</a>
 */
final class DeleteInstance {

    private final RdsAccount account;
    private final SnapshotActions snapshots;

    DeleteInstance(RdsAccount account, SnapshotActions snapshots) {
        this.account = account;
        this.snapshots = snapshots;
    }

    /** Whether an instance in this status does nothing any more. */
    static boolean failed(String status) {
        return status.matches("failed|incompatible-.*|restore-error|storage-full|insufficient-capacity"
                + "|inaccessible-encryption-credentials");
    }

    Optional<Xml.Body> delete(QueryRequest request) {
        var instance = account.instance(request, request.required("DBInstanceIdentifier"));
        var last = finalSnapshot(request);
        checkStatus(instance, last.isPresent());
        if (instance.deletionProtection()) {
            throw AwsError.of(
                    "InvalidParameterCombination",
                    "Cannot delete protected DB Instance, please disable deletion protection and try again.");
        }
        last.ifPresent(identifier -> {
            snapshots.checkNew(request.region(), identifier);
            snapshots.take(instance, identifier, Map.of());
        });
        var deleting = instance.withStatus("deleting");
        account.update(instance, found -> deleting);
        account.disks.remove(instance);
        var backups = request.flag("DeleteAutomatedBackups").orElse(true);
        account.leave(instance, "deleting", account.now(), account.pace.deleting(), at -> remove(instance, backups));
        return Optional.of(result -> result.element("DBInstance", new DatabaseInstanceXml(deleting)));
    }

    private static Optional<String> finalSnapshot(QueryRequest request) {
        var skip = request.flag("SkipFinalSnapshot").orElse(false);
        var given = request.text("FinalDBSnapshotIdentifier").isPresent();
        if (skip && given) {
            throw AwsError.of(
                    "InvalidParameterCombination",
                    "FinalDBSnapshotIdentifier can not be specified when SkipFinalSnapshot is specified.");
        }
        if (skip) {
            return Optional.empty();
        }
        if (!given) {
            throw AwsError.of(
                    "InvalidParameterCombination",
                    "FinalDBSnapshotIdentifier is required unless SkipFinalSnapshot is specified.");
        }
        return Optional.of(RdsRules.snapshotIdentifier(request, "FinalDBSnapshotIdentifier"));
    }

    private static void checkStatus(DatabaseInstance instance, boolean finalSnapshot) {
        var status = instance.status();
        if (status.equals("deleting")) {
            throw AwsError.of(
                    "InvalidDBInstanceState", "Instance " + instance.identifier() + " is already being deleted.");
        }
        var deletable = status.matches("available|stopped|storage-optimization") || (failed(status) && !finalSnapshot);
        if (!deletable) {
            throw AwsError.of(
                    "InvalidDBInstanceState",
                    "Instance " + instance.identifier() + " is currently " + status
                            + " - try again after instance becomes available.");
        }
    }

    /** Manual snapshots stay, and automated ones if that was asked for, until they are old enough. */
    private void remove(DatabaseInstance instance, boolean backups) {
        account.current(instance)
                .flatMap(DatabaseInstance::masterSecret)
                .ifPresent(secret -> account.secrets.removeManaged(secret.arn()));
        account.instances.remove(instance.identifier());
        if (!backups) {
            return;
        }
        account.snapshots.all().stream()
                .filter(DatabaseSnapshot::automated)
                .filter(snapshot -> snapshot.instance().resourceId().equals(instance.resourceId()))
                .forEach(account::remove);
    }
}
