package steward.local.aws;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A snapshot a day of every instance that has automated backups, at the begin of its window. */
final class AutomatedBackups {

    private static final Duration DAY = Duration.ofDays(1);
    private static final DateTimeFormatter NAME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd-HH-mm").withZone(ZoneOffset.UTC);

    private final RdsAccount account;
    private final Set<String> scheduled = new HashSet<>();
    private boolean on;

    AutomatedBackups(RdsAccount account) {
        this.account = account;
    }

    void start() {
        on = true;
        schedule();
    }

    /** Takes up the instances that are new. */
    void schedule() {
        if (!on) {
            return;
        }
        account.instances.all().stream()
                .filter(instance -> scheduled.add(instance.resourceId()))
                .forEach(instance -> next(instance, account.now()));
    }

    private void next(DatabaseInstance instance, Instant after) {
        var start = LocalTime.parse(instance.backup().window().substring(0, 5));
        var today = after.truncatedTo(ChronoUnit.DAYS).plusSeconds(start.toSecondOfDay());
        var due = today.isAfter(after) ? today : today.plus(DAY);
        account.agenda.add(
                due,
                at -> account.current(instance).ifPresent(found -> {
                    backUp(found, at);
                    next(found, at);
                }));
    }

    /** One whose days are over by now is not made at all: somebody looks again after a long time. */
    private void backUp(DatabaseInstance instance, Instant at) {
        var days = instance.backup().retention();
        var alive = at.plus(Duration.ofDays(days)).isAfter(account.now());
        if (days > 0 && alive && instance.status().equals(DatabaseInstance.AVAILABLE)) {
            take(instance, at);
        }
    }

    DatabaseSnapshot take(DatabaseInstance instance, Instant at) {
        var snapshot = new DatabaseSnapshot(
                RdsAccount.REGION,
                "rds:" + instance.identifier() + "-" + NAME.format(at),
                "creating",
                true,
                instance,
                instance.storage().key(),
                at,
                Optional.empty(),
                Optional.empty(),
                at.plus(account.pace.snapshot()),
                Optional.empty(),
                account.disks.copy(instance),
                account.nextNumber(),
                instance.backup().copyTags() ? instance.tags() : Map.of());
        account.add(snapshot);
        account.passThrough(instance, "backing-up", at, account.pace.backingUp());
        return snapshot;
    }
}
