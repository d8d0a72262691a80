package steward.local.aws;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * RestoreDBInstanceFromDBSnapshot. What is not given is taken from where AWS takes it: the network is the default one, the
 * parameter group the engine's, everything else the source's.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_RestoreDBInstanceFromDBSnapshot.html">API
 *     reference</a>
 */
final class RestoreInstance {

    static final String DEFAULT_VPC = "vpc-0000000000000def0";
    static final String DEFAULT_SECURITY_GROUP = "sg-0000000000000def0";
    private static final String AUTHORITY = "rds-ca-(rsa2048|rsa4096|ecc384)-g1";
    private static final Duration CERTIFICATE_VALIDITY = Duration.ofDays(365);

    private final RdsAccount account;

    RestoreInstance(RdsAccount account) {
        this.account = account;
    }

    Optional<Xml.Body> restore(QueryRequest request) {
        checkRegion(request);
        var identifier = RdsRules.instanceIdentifier(request, "DBInstanceIdentifier");
        var tags = RdsRules.tags(request);
        if (request.flag("ManageMasterUserPassword").orElse(false)) {
            throw AwsError.of(
                    "InvalidParameterCombination",
                    "ManageMasterUserPassword is not supported when restoring a DB instance of engine postgres.");
        }
        var snapshot = account.snapshots.find(request.region(), request.required("DBSnapshotIdentifier"));
        if (account.instances.lookup(identifier).isPresent()) {
            throw AwsError.of("DBInstanceAlreadyExists", "DB instance already exists");
        }
        if (!snapshot.available()) {
            throw AwsError.of(
                    "InvalidDBSnapshotState",
                    "Cannot restore from the snapshot " + snapshot.identifier() + " because it is in "
                            + snapshot.status() + " state.");
        }
        var now = account.now();
        var planned = planned(request, snapshot, identifier, tags, now);
        checkQuotas(planned);
        var instance = planned.with(draft -> draft.endpoint = account.disks.start(planned, snapshot.image()));
        account.instances.add(instance);
        account.leave(instance, DatabaseInstance.CREATING, now, account.pace.creating(), at -> created(instance, at));
        return Optional.of(result -> result.element("DBInstance", new DatabaseInstanceXml(instance)));
    }

    private static void checkRegion(QueryRequest request) {
        if (!request.region().equals(RdsAccount.REGION)) {
            throw AwsError.of(
                    "InvalidParameterValue", "This endpoint has instances in " + RdsAccount.REGION + " only.");
        }
    }

    /** With automated backups, the first one is made before anything else. */
    private void created(DatabaseInstance instance, Instant at) {
        account.update(instance, found -> found.with(draft -> draft.created = at));
        var backups = account.current(instance)
                .filter(found -> found.backup().retention() > 0)
                .isPresent();
        if (!backups) {
            account.passThrough(instance, "modifying", at, account.pace.modifying());
            return;
        }
        account.update(instance, found -> found.withStatus("backing-up"));
        account.leave(
                instance,
                "backing-up",
                at,
                account.pace.backingUp(),
                later -> account.passThrough(instance, "modifying", later, account.pace.modifying()));
    }

    private DatabaseInstance planned(
            QueryRequest request, DatabaseSnapshot snapshot, String identifier, Map<String, String> tags, Instant now) {
        var source = snapshot.instance();
        return source.with(draft -> {
            draft.identifier = identifier;
            draft.resourceId = DatabaseInstance.resourceId(account.nextId());
            draft.status = DatabaseInstance.CREATING;
            draft.created = now;
            draft.masterSecret = Optional.empty();
            draft.instanceClass = RdsRules.instanceClass(request).orElse(source.instanceClass());
            draft.network = network(request, source);
            draft.storage = storage(request, snapshot);
            draft.backup = new DatabaseInstance.Backup(
                    RdsRules.retention(request.number("BackupRetentionPeriod")
                            .orElse(source.backup().retention())),
                    request.text("PreferredBackupWindow").orElse(source.backup().window()),
                    request.flag("CopyTagsToSnapshot").orElse(false));
            draft.parameterGroup = parameterGroup(request, source);
            draft.certificate = certificate(request, now);
            draft.multiAz = request.flag("MultiAZ").orElse(false);
            // The API reference says off, the console keeps the source's: who relies on either is found out.
            draft.deletionProtection = request.flag("DeletionProtection").orElse(source.deletionProtection());
            draft.iamAuthentication =
                    request.flag("EnableIAMDatabaseAuthentication").orElse(source.iamAuthentication());
            draft.tags = tags.isEmpty() ? inherited(snapshot) : tags;
        });
    }

    private static Map<String, String> inherited(DatabaseSnapshot snapshot) {
        var tags = new TreeMap<>(snapshot.instance().tags());
        tags.putAll(snapshot.tags());
        return tags;
    }

    private DatabaseInstance.Network network(QueryRequest request, DatabaseInstance source) {
        var group = request.text("DBSubnetGroupName");
        group.filter(name -> !account.subnetGroups.contains(name)).ifPresent(name -> {
            throw new AwsError(404, "DBSubnetGroupNotFoundFault", "DB subnet group '" + name + "' does not exist.");
        });
        var securityGroups = RdsRules.securityGroups(request);
        var inDefault = group.filter(name -> !name.equals("default")).isEmpty();
        return new DatabaseInstance.Network(
                group.orElse("default"),
                inDefault ? DEFAULT_VPC : source.network().vpc(),
                securityGroups.isEmpty() ? List.of(DEFAULT_SECURITY_GROUP) : securityGroups,
                // A default VPC has an internet gateway: what is put there without a word is public.
                request.flag("PubliclyAccessible").orElse(inDefault),
                request.text("AvailabilityZone").orElse("us-east-1b"));
    }

    private static DatabaseInstance.Storage storage(QueryRequest request, DatabaseSnapshot snapshot) {
        var source = snapshot.instance().storage();
        var gibibytes = request.number("AllocatedStorage").orElse(source.gibibytes());
        if (gibibytes < source.gibibytes()) {
            throw AwsError.of(
                    "InvalidParameterValue",
                    "Invalid storage size: the allocated storage must not be less than that of the snapshot, "
                            + source.gibibytes() + ".");
        }
        var type = request.text("StorageType").orElse(source.type());
        if (!type.matches("standard|gp2|gp3|io1|io2")) {
            throw AwsError.of("InvalidParameterValue", "Invalid storage type: " + type);
        }
        return new DatabaseInstance.Storage(
                gibibytes,
                type,
                request.number("Iops").or(source::iops),
                request.number("StorageThroughput").or(source::throughput),
                snapshot.key());
    }

    private String parameterGroup(QueryRequest request, DatabaseInstance source) {
        var usual = "default.postgres" + source.major();
        var asked = request.text("DBParameterGroupName").orElse(usual);
        if (asked.equals(usual) || (account.parameterGroups.contains(asked) && !asked.startsWith("default."))) {
            return asked;
        }
        if (asked.startsWith("default.postgres")) {
            throw AwsError.of(
                    "InvalidParameterCombination",
                    "The parameter group " + asked + " with DBParameterGroupFamily "
                            + asked.substring("default.".length())
                            + " can't be used for this instance. Please use a parameter group with"
                            + " DBParameterGroupFamily postgres" + source.major());
        }
        throw new AwsError(404, "DBParameterGroupNotFound", "DBParameterGroup not found: " + asked);
    }

    private static DatabaseInstance.Certificate certificate(QueryRequest request, Instant now) {
        var authority = request.text("CACertificateIdentifier").orElse("rds-ca-rsa2048-g1");
        if (!authority.matches(AUTHORITY)) {
            throw new AwsError(404, "CertificateNotFound", "Certificate not found: " + authority);
        }
        return new DatabaseInstance.Certificate(authority, now.plus(CERTIFICATE_VALIDITY));
    }

    private void checkQuotas(DatabaseInstance planned) {
        var all = account.instances.all();
        if (all.size() >= account.quotas.instances()) {
            throw AwsError.of("InstanceQuotaExceeded", "Quota exceeded: instances: " + account.quotas.instances());
        }
        var gibibytes =
                all.stream().mapToLong(each -> each.storage().gibibytes()).sum();
        if (gibibytes + planned.storage().gibibytes() > account.quotas.gibibytes()) {
            throw AwsError.of("StorageQuotaExceeded", "Quota exceeded: GiB of storage: " + account.quotas.gibibytes());
        }
    }
}
