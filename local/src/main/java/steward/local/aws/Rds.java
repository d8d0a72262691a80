package steward.local.aws;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import steward.local.asl.Time;

/**
 * RDS: instances that were registered or restored, and their snapshots, described as AWS describes its own. Statuses
 * follow the time: nothing happens while nobody looks, and then everything that was due.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/Welcome.html">API reference</a>
 */
public final class Rds {

    private static final String VERSION = "2014-10-31";

    private final RdsAccount account;
    private final AutomatedBackups backups;
    private final MasterPassword masterPassword;

    Rds(SecretsManager secrets, Time time, Disks disks) {
        this.account = new RdsAccount(secrets, time, disks);
        this.backups = new AutomatedBackups(account);
        this.masterPassword = new MasterPassword(account);
    }

    Api api() {
        var snapshots = new SnapshotActions(account);
        var tags = new RdsTags(account);
        return new QueryApi(
                "rds",
                VERSION,
                "http://rds.amazonaws.com/doc/" + VERSION + "/",
                Map.ofEntries(
                        action("AddTagsToResource", tags::add),
                        action("CopyDBSnapshot", snapshots::copy),
                        action("CreateDBSnapshot", snapshots::create),
                        action("DeleteDBInstance", new DeleteInstance(account, snapshots)::delete),
                        action("DeleteDBSnapshot", snapshots::delete),
                        action("DescribeDBInstances", this::describeDbInstances),
                        action("DescribeDBSnapshots", snapshots::describe),
                        action("ListTagsForResource", tags::list),
                        action("ModifyDBInstance", new ModifyInstance(account)::modify),
                        action("RemoveTagsFromResource", tags::remove),
                        action("RestoreDBInstanceFromDBSnapshot", new RestoreInstance(account)::restore)));
    }

    private Map.Entry<String, Function<QueryRequest, Optional<Xml.Body>>> action(
            String name, Function<QueryRequest, Optional<Xml.Body>> method) {
        return Map.entry(
                name,
                request -> account.settled(() -> {
                    var answer = method.apply(request);
                    backups.schedule();
                    return answer;
                }));
    }

    /**
     * Makes an instance known, and with it its subnet group and parameter group.
     *
     * @throws AwsError DBInstanceAlreadyExists
     */
    public void register(DatabaseInstance instance) {
        account.settled(() -> {
            account.instances.add(instance);
            account.subnetGroups.add(instance.network().subnetGroup());
            account.parameterGroups.add(instance.parameterGroup());
            backups.schedule();
            return instance;
        });
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
        var secret = this.masterPassword.secret(instance, masterPassword);
        return update(instance.identifier(), known -> known.withMasterSecret(Optional.of(secret)));
    }

    /**
     * An instance, if it is known.
     *
     * @param id identifier or ARN
     */
    public Optional<DatabaseInstance> instance(String id) {
        return account.settled(() -> account.instances.lookup(id));
    }

    /** All instances as they are now. */
    public List<DatabaseInstance> instances() {
        return account.settled(() -> List.copyOf(account.instances.all()));
    }

    /** All snapshots of all regions as they are now. */
    public List<DatabaseSnapshot> snapshots() {
        return account.settled(() -> List.copyOf(account.snapshots.all()));
    }

    /**
     * Changes an instance, while no one else does.
     *
     * @throws AwsError DBInstanceNotFound
     */
    public DatabaseInstance update(String id, UnaryOperator<DatabaseInstance> change) {
        return account.settled(() -> account.instances.update(id, change));
    }

    /**
     * Forgets an instance, and with it the secret that RDS manages for it.
     *
     * @throws AwsError DBInstanceNotFound
     */
    public void remove(String id) {
        account.settled(() -> account.instances.remove(id))
                .masterSecret()
                .ifPresent(secret -> account.secrets.removeManaged(secret.arn()));
    }

    /** Statuses that are to stay or to end otherwise. */
    public RdsFaults faults() {
        return account.faults;
    }

    /** How long things take from now on. */
    public void setPace(RdsPace pace) {
        account.pace = pace;
    }

    public void setQuotas(RdsQuotas quotas) {
        account.quotas = quotas;
    }

    /** From now on, automated snapshots are made every day, of every instance that has a retention period. */
    public void startAutomatedBackups() {
        account.settled(() -> {
            backups.start();
            return backups;
        });
    }

    /** An automated snapshot, now: as if the window had just begun. */
    public DatabaseSnapshot backUp(String id) {
        return account.settled(() -> backups.take(account.instances.find(id), account.now()));
    }

    /**
     * Lets everything happen that is due. Every look does; this is for data that is to be copied when it is time, and for
     * servers that are to take a password while nobody looks.
     */
    public void settle() {
        account.settled(() -> account);
    }

    private Optional<Xml.Body> describeDbInstances(QueryRequest request) {
        var filters = request.elements("Filters").stream()
                .map(DatabaseInstanceFilter::of)
                .toList();
        var asked = request.text("DBInstanceIdentifier").map(id -> account.instance(request, id));
        var here = request.region().equals(RdsAccount.REGION)
                ? List.copyOf(account.instances.all())
                : List.<DatabaseInstance>of();
        var found = asked.map(List::of).orElse(here).stream()
                .filter(instance -> filters.stream().allMatch(filter -> filter.test(instance)))
                .toList();
        var page = RdsPage.of(found, DatabaseInstance::identifier, request);
        return Optional.of(result -> {
            result.element(
                    "DBInstances",
                    list -> page.items()
                            .forEach(instance -> list.element("DBInstance", new DatabaseInstanceXml(instance))));
            result.element("Marker", page.next());
        });
    }
}
