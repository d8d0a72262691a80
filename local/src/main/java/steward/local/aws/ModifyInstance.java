package steward.local.aws;

import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * ModifyDBInstance. A change begins a little after it was accepted: until then the instance is still shown as available.
 * What needs ApplyImmediately and does not have it, is left to the maintenance window, which never comes.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBInstance.html">API reference</a>
 */
final class ModifyInstance {

    private final RdsAccount account;
    private final MasterPassword masterPassword;

    ModifyInstance(RdsAccount account) {
        this.account = account;
        this.masterPassword = new MasterPassword(account);
    }

    Optional<Xml.Body> modify(QueryRequest request) {
        var instance = account.instance(request, request.required("DBInstanceIdentifier"));
        if (request.text("NewDBInstanceIdentifier").isPresent()) {
            throw AwsError.of("InvalidParameterValue", "This endpoint does not rename instances.");
        }
        var change = change(request);
        checkStatus(instance, change.onlyProtection());
        checkNetwork(request);
        change.protection().ifPresent(flag -> account.update(instance, found -> found.withDeletionProtection(flag)));
        var password = masterPassword.asked(request, instance);
        var now = account.now();
        if (instance.status().equals(DatabaseInstance.AVAILABLE)) {
            later(instance, now, at -> begin(instance, at, change, password));
        }
        var answer = account.instances.find(instance.identifier());
        return Optional.of(result -> result.element("DBInstance", new DatabaseInstanceXml(answer)));
    }

    /** What has failed can still lose its protection: otherwise it could never be deleted. */
    private static void checkStatus(DatabaseInstance instance, boolean onlyProtection) {
        var status = instance.status();
        var over = DeleteInstance.failed(status);
        if (!status.equals(DatabaseInstance.AVAILABLE) && !(over && onlyProtection)) {
            throw RdsRules.notAvailable(instance, "modify the instance");
        }
    }

    private void checkNetwork(QueryRequest request) {
        RdsRules.securityGroups(request);
        RdsRules.instanceClass(request);
        request.number("BackupRetentionPeriod").ifPresent(RdsRules::retention);
    }

    /** Waits until whatever else is going on is over. */
    private void later(DatabaseInstance instance, Instant since, Consumer<Instant> work) {
        account.agenda.add(since.plus(account.pace.noticing()), at -> {
            var status = account.current(instance).map(DatabaseInstance::status).orElse("deleting");
            if (status.equals("deleting") || DeleteInstance.failed(status)) {
                return;
            }
            if (status.equals(DatabaseInstance.AVAILABLE)) {
                work.accept(at);
                return;
            }
            later(instance, at, work);
        });
    }

    private void begin(DatabaseInstance instance, Instant at, Change change, Optional<MasterPassword.Reset> password) {
        if (password.isEmpty()) {
            account.update(instance, found -> found.with(change.settings()));
            removeBackups(instance);
            account.passThrough(instance, "modifying", at, account.pace.modifying());
            return;
        }
        account.update(instance, found -> found.with(change.settings()).withStatus("resetting-master-credentials"));
        removeBackups(instance);
        account.leave(instance, "resetting-master-credentials", at, account.pace.resetting(), done -> {
            masterPassword.set(instance, password.get());
            account.update(instance, found -> found.withStatus(DatabaseInstance.AVAILABLE));
        });
    }

    /** Without a retention period there are no automated backups, old ones neither. */
    private void removeBackups(DatabaseInstance instance) {
        var without = account.current(instance)
                .filter(found -> found.backup().retention() == 0)
                .isPresent();
        account.snapshots.all().stream()
                .filter(DatabaseSnapshot::automated)
                .filter(snapshot -> without && snapshot.instance().resourceId().equals(instance.resourceId()))
                .forEach(account::remove);
    }

    private static Change change(QueryRequest request) {
        var immediately = request.flag("ApplyImmediately").orElse(false);
        var groups = RdsRules.securityGroups(request);
        var instanceClass = RdsRules.instanceClass(request).filter(name -> immediately);
        var storage = request.number("AllocatedStorage").filter(size -> immediately);
        var retention = request.number("BackupRetentionPeriod");
        var copyTags = request.flag("CopyTagsToSnapshot");
        var publicly = request.flag("PubliclyAccessible");
        var multiAz = request.flag("MultiAZ").filter(flag -> immediately);
        Consumer<DatabaseInstanceDraft> settings = draft -> {
            var network = draft.network;
            draft.network = new DatabaseInstance.Network(
                    network.subnetGroup(),
                    network.vpc(),
                    groups.isEmpty() ? network.securityGroups() : groups,
                    publicly.orElse(network.publiclyAccessible()),
                    network.availabilityZone());
            draft.instanceClass = instanceClass.orElse(draft.instanceClass);
            var disk = draft.storage;
            draft.storage = new DatabaseInstance.Storage(
                    storage.orElse(disk.gibibytes()), disk.type(), disk.iops(), disk.throughput(), disk.key());
            draft.backup = new DatabaseInstance.Backup(
                    retention.orElse(draft.backup.retention()),
                    request.text("PreferredBackupWindow").orElse(draft.backup.window()),
                    copyTags.orElse(draft.backup.copyTags()));
            draft.multiAz = multiAz.orElse(draft.multiAz);
        };
        var protection = request.flag("DeletionProtection");
        var others = request.parameters().keySet().stream()
                .filter(name ->
                        !name.matches("Action|Version|DBInstanceIdentifier|ApplyImmediately|DeletionProtection"))
                .findFirst();
        return new Change(settings, protection, protection.isPresent() && others.isEmpty());
    }

    /**
     * What is to change.
     *
     * @param protection is changed at once
     * @param onlyProtection whether there is nothing else
     */
    private record Change(
            Consumer<DatabaseInstanceDraft> settings, Optional<Boolean> protection, boolean onlyProtection) {}
}
