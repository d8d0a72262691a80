package steward.local.aws;

import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import steward.local.asl.Time;

/**
 * What RDS has of an account, as it is at the moment somebody looks: statuses change with the time alone, without a
 * thread. All under one lock.
 */
final class RdsAccount {

    /** Instances are in one region only; snapshots may be copied to others. */
    static final String REGION = Arn.REGION;

    private static final int KEPT_DAYS_UNLESS_KNOWN = 1;

    final DatabaseInstances instances = new DatabaseInstances();
    final DatabaseSnapshots snapshots = new DatabaseSnapshots();
    final RdsFaults faults = new RdsFaults();
    final Agenda agenda = new Agenda();
    final SecretsManager secrets;
    final Disks disks;
    final Set<String> subnetGroups = new HashSet<>(Set.of("default"));
    final Set<String> parameterGroups = new HashSet<>();
    volatile RdsPace pace = RdsPace.usual();
    volatile RdsQuotas quotas = RdsQuotas.usual();
    private final Time time;
    private long number;

    RdsAccount(SecretsManager secrets, Time time, Disks disks) {
        this.secrets = secrets;
        this.time = time;
        this.disks = disks;
    }

    /** Does something with everything as it is now. */
    synchronized <T> T settled(Supplier<T> work) {
        settle();
        return work.get();
    }

    private void settle() {
        var now = now();
        agenda.settle(now);
        snapshots.all().stream().filter(snapshot -> expired(snapshot, now)).forEach(this::remove);
    }

    Instant now() {
        return time.now();
    }

    long nextNumber() {
        return number++;
    }

    /** Numbers, not random: the same calls make the same names. */
    UUID nextId() {
        return new UUID(0x5e_4a_ad_00_00_00_40_00L, 0x8000_0000_0000_0000L | nextNumber());
    }

    /**
     * An instance of the region that a request is for.
     *
     * @throws AwsError DBInstanceNotFound
     */
    DatabaseInstance instance(QueryRequest request, String id) {
        return request.region().equals(REGION) ? instances.find(id) : instances.find(id + "@" + request.region());
    }

    /** The same instance as it is now; empty if it is gone, even if there is another of that name. */
    Optional<DatabaseInstance> current(DatabaseInstance instance) {
        return instances
                .lookup(instance.identifier())
                .filter(found -> found.resourceId().equals(instance.resourceId()));
    }

    void update(DatabaseInstance instance, UnaryOperator<DatabaseInstance> change) {
        current(instance).ifPresent(found -> instances.update(found.identifier(), change));
    }

    /** Lets an instance leave its status after a while for what comes next, unless it is told otherwise. */
    void leave(DatabaseInstance instance, String status, Instant since, Duration after, Consumer<Instant> next) {
        agenda.add(since.plus(after), at -> {
            if (current(instance).filter(found -> found.status().equals(status)).isEmpty()) {
                return;
            }
            var fault = faults.take(RdsFaults.Of.INSTANCE, instance.identifier(), status);
            if (fault.isEmpty()) {
                next.accept(at);
                return;
            }
            divert(fault.get(), at, next, instead -> update(instance, found -> found.withStatus(instead)));
        });
    }

    /** Becomes available after a while in this status. */
    void passThrough(DatabaseInstance instance, String status, Instant since, Duration lasting) {
        update(instance, found -> found.withStatus(status));
        leave(
                instance,
                status,
                since,
                lasting,
                at -> update(instance, found -> found.withStatus(DatabaseInstance.AVAILABLE)));
    }

    /** Makes a snapshot known that is taken when it is due. */
    void add(DatabaseSnapshot snapshot) {
        snapshots.put(snapshot);
        agenda.add(snapshot.due(), at -> {
            if (snapshots.current(snapshot).filter(DatabaseSnapshot::creating).isEmpty()) {
                return;
            }
            var fault = faults.take(RdsFaults.Of.SNAPSHOT, snapshot.identifier(), snapshot.status());
            if (fault.isEmpty()) {
                snapshots.update(snapshot, DatabaseSnapshot::taken);
                return;
            }
            divert(
                    fault.get(),
                    at,
                    later -> snapshots.update(snapshot, DatabaseSnapshot::taken),
                    instead -> snapshots.update(snapshot, found -> found.withStatus(instead)));
        });
    }

    private void divert(RdsFaults.Planned fault, Instant at, Consumer<Instant> next, Consumer<String> instead) {
        if (fault.instead.isEmpty()) {
            fault.hold(agenda, at, next);
            return;
        }
        fault.happen();
        instead.accept(fault.instead.get());
    }

    /** A copy that is being made of it fails; its data goes with the last snapshot that has it. */
    void remove(DatabaseSnapshot snapshot) {
        snapshots.remove(snapshot);
        copiesInProgress(snapshot).forEach(copy -> snapshots.update(copy, found -> found.withStatus("failed")));
        if (snapshots.all().stream().noneMatch(other -> other.image().equals(snapshot.image()))) {
            disks.forget(snapshot.image());
        }
    }

    private List<DatabaseSnapshot> copiesInProgress(DatabaseSnapshot source) {
        return snapshots.all().stream()
                .filter(DatabaseSnapshot::creating)
                .filter(copy -> copy.source().equals(Optional.of(source.arn())))
                .toList();
    }

    /** Automated snapshots live as long as the instance says now, or said last. */
    private boolean expired(DatabaseSnapshot snapshot, Instant now) {
        if (!snapshot.automated() || snapshot.creating()) {
            return false;
        }
        var days = current(snapshot.instance())
                .orElse(snapshot.instance())
                .backup()
                .retention();
        var end = snapshot.requested().plus(Duration.ofDays(Math.max(days, KEPT_DAYS_UNLESS_KNOWN)));
        return !end.isAfter(now) && copiesInProgress(snapshot).isEmpty();
    }

    /** @throws AwsError SnapshotQuotaExceeded */
    void checkManualSnapshots(String region) {
        var manual = snapshots.of(region).stream()
                .filter(snapshot -> !snapshot.automated())
                .count();
        if (manual >= quotas.manualSnapshots()) {
            throw AwsError.of(
                    "SnapshotQuotaExceeded",
                    "Cannot create more than " + quotas.manualSnapshots() + " manual snapshots");
        }
    }

    /** @throws AwsError SnapshotQuotaExceeded */
    void checkCopiesInProgress(String region) {
        var copies = snapshots.of(region).stream()
                .filter(snapshot -> snapshot.creating() && snapshot.source().isPresent())
                .count();
        if (copies >= quotas.copiesInProgress()) {
            throw AwsError.of(
                    "SnapshotQuotaExceeded",
                    "Cannot copy more than " + quotas.copiesInProgress() + " snapshots at the same time");
        }
    }
}
