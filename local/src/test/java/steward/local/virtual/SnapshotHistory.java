package steward.local.virtual;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import software.amazon.awssdk.services.rds.model.SnapshotQuotaExceededException;
import steward.local.asl.TaskCall;
import steward.local.aws.AwsError;
import steward.local.aws.DatabaseSnapshot;
import steward.local.aws.ExecutionDescription;
import steward.local.aws.Faults;
import steward.local.aws.RdsFaults;
import steward.local.aws.RdsQuotas;

/**
 * What happens to an instance's snapshots over some days or years, by chance: runs of copy-snapshots, one or two at a
 * time, stopped ones, faults of every kind, clocks that jump, settings that change, people who interfere. Each deletion
 * is judged at the moment it is asked for, by {@link Retain} and not by the workflow's own words.
 */
final class SnapshotHistory implements AutoCloseable {

    private static final String PREFIX = "steward-shop-";
    private static final List<String> ACTIONS = List.of(
            "rds:DescribeDBInstances",
            "rds:DescribeDBSnapshots",
            "rds:CopyDBSnapshot",
            "rds:DeleteDBSnapshot",
            "cloudwatch:PutMetricData");
    private static final List<AwsError> ERRORS = List.of(
            new AwsError(400, "Throttling", "planned"),
            new AwsError(400, "InvalidDBSnapshotState", "planned"),
            new AwsError(400, "SnapshotQuotaExceeded", "planned"),
            new AwsError(403, "AccessDenied", "planned"),
            new AwsError(500, "InternalFailure", "planned"));

    private final Random random;
    private final SnapshotAccount account;
    private final Set<String> foreign = new HashSet<>();
    private final Map<String, Set<LocalDate>> listed = new HashMap<>();
    private final Map<String, String> targets = new HashMap<>();
    private final List<String> wrong = new ArrayList<>();
    private Retain retain;
    private Instant latest = SnapshotAccount.START;
    private int deletions;
    private int largest;

    SnapshotHistory(long seed, Wire wire) {
        account = new SnapshotAccount(wire);
        random = new Random(seed);
        retain = anyRetain();
        account.register("shop-2025-01-01");
        account.watch(this::judge);
    }

    /** What came of it. */
    record Outcome(int deletions, int largest) {}

    /** @throws AssertionError naming what went wrong */
    Outcome play() {
        if (chance(3)) {
            account.endpoint.rds().setQuotas(new RdsQuotas(500, 40, 100_000, 500));
            account.backUp("shop");
            crowd();
        }
        int steps = 3 + random.nextInt(8);
        for (int step = 0; step < steps; step++) {
            step();
        }
        end();
        return new Outcome(deletions, largest);
    }

    private void step() {
        clock();
        if (!chance(10)) {
            backUp();
        }
        interfere();
        if (chance(12)) {
            retain = anyRetain();
        }
        faults();
        Set<LocalDate> before = good();
        run();
        account.endpoint.faults().clear();
        check(before.isEmpty() || !good().isEmpty(), "the last good copy is gone");
        check(names().containsAll(foreign), "a foreign snapshot is gone");
        largest = Math.max(largest, names().size() - foreign.size());
    }

    /** Without any disturbance, exactly what the calendar says is left, whatever was before. */
    private void end() {
        account.endpoint.rds().faults().clear();
        account.endpoint.rds().setQuotas(new RdsQuotas(1_000, 40, 100_000, 1_000));
        account.time.pass(Duration.between(account.time.now(), latest).plus(Duration.ofDays(8)));
        account.backUp("shop");
        for (int portion = 0; portion < 3; portion++) {
            ExecutionDescription last = end(start(retain));
            check(
                    last.status().equals("SUCCEEDED"),
                    "the last run: " + last.cause().orElse(""));
        }
        check(good().equals(new TreeSet<>(retain.keeps(good()))), "more is kept than the retention says");
        check(names().size() == foreign.size() + good().size(), "something is left that is no good copy");
    }

    private void clock() {
        int kind = random.nextInt(100);
        if (kind < 6) {
            account.time.shift(Duration.ofHours(-random.nextInt(24 * 20)));
            return;
        }
        Duration by = kind < 66
                ? Duration.ofHours(24)
                : kind < 80 ? Duration.ofMinutes(random.nextInt(300)) : Duration.ofHours(random.nextInt(24 * 50));
        account.time.pass(kind < 98 ? by : Duration.ofDays(random.nextInt(800)));
    }

    private void backUp() {
        int kind = random.nextInt(100);
        if (kind < 4) {
            snapshotFault("rds:", "failed");
        }
        if (kind >= 4 && kind < 8) {
            // It is available, and nobody knows when it was made.
            snapshotFault("rds:", "available");
        }
        account.endpoint.rds().settle();
        String identifier = account.backUp("shop");
        if (kind >= 8 && kind < 12) {
            account.endpoint.rds().backUp("shop-2025-01-01");
        }
        check(account.snapshot(identifier).isPresent(), "no backup");
    }

    private void snapshotFault(String beginning, String instead) {
        account.endpoint.rds().settle();
        account.endpoint
                .rds()
                .faults()
                .divert(RdsFaults.Of.SNAPSHOT, name -> name.startsWith(beginning), "creating", instead);
    }

    private void interfere() {
        if (chance(12)) {
            similar();
        }
        if (chance(5)) {
            List<LocalDate> ours = List.copyOf(good());
            if (!ours.isEmpty()) {
                String victim = PREFIX + ours.get(random.nextInt(ours.size()));
                account.client.deleteDBSnapshot(it -> it.dbSnapshotIdentifier(victim));
            }
        }
        if (chance(6)) {
            account.endpoint.rds().setQuotas(new RdsQuotas(1 + random.nextInt(60), 40, 100_000, 1 + random.nextInt(3)));
        }
        if (chance(10)) {
            account.endpoint.rds().setQuotas(RdsQuotas.usual());
        }
    }

    /** Snapshots of other people that look like ours in all but one point. */
    private void similar() {
        LocalDate today = LocalDate.ofInstant(account.time.now(), ZoneOffset.UTC);
        LocalDate day = chance(10) ? today : today.minusDays(1 + random.nextInt(400));
        switch (random.nextInt(9)) {
            case 0 -> foreign(PREFIX + day, Map.of());
            case 1 -> foreign(PREFIX + day, Map.of("steward:managed", "true", "steward:instance", "shop"));
            case 2 -> foreign(PREFIX + day, with(day, "steward:managed", "false"));
            case 3 -> foreign(PREFIX + day, with(day, "steward:instance", "shop-2025-01-01"));
            case 4 -> foreign(PREFIX + day, with(day, "steward:snapshot-time", day.minusDays(1) + "T03:00:00Z"));
            case 5 -> foreign(PREFIX + day + "-" + day, with(day, "steward:project", "x"));
            case 6 -> foreign("archive-shop-" + day, ours(day));
            case 7 -> foreign(PREFIX + day + "-b", ours(day));
            default -> foreign(PREFIX.replace("shop", "shops") + day, with(day, "steward:project", "x"));
        }
    }

    /** So many that they come in pages. */
    private void crowd() {
        for (int number = 0; number < 45; number++) {
            foreign("by-hand-" + number, Map.of());
        }
        LocalDate day = LocalDate.ofInstant(account.time.now(), ZoneOffset.UTC);
        for (int back = 1; back < 90; back++) {
            account.copy(PREFIX + day.minusDays(back), ours(day.minusDays(back)));
        }
        account.time.pass(Duration.ofHours(1));
    }

    private static Map<String, String> ours(LocalDate day) {
        return Map.of(
                "steward:managed",
                "true",
                "steward:instance",
                "shop",
                "steward:snapshot-time",
                day + "T03:00:00Z",
                "steward:requested",
                day + "T04:00:00Z");
    }

    private static Map<String, String> with(LocalDate day, String key, String value) {
        Map<String, String> tags = new HashMap<>(ours(day));
        tags.put(key, value);
        return tags;
    }

    private void foreign(String name, Map<String, String> tags) {
        boolean source = account.snapshots().stream()
                .anyMatch(snapshot -> snapshot.automated() && snapshot.status().equals("available"));
        if (!source || account.snapshot(name).isPresent()) {
            return;
        }
        try {
            account.copy(name, tags);
            foreign.add(name);
            account.time.pass(Duration.ofMinutes(6));
        } catch (SnapshotQuotaExceededException full) {
            // Nobody else gets one, either.
        }
    }

    private void faults() {
        if (chance(8)) {
            snapshotFault(PREFIX, "failed");
        }
        if (chance(3)) {
            snapshotFault(PREFIX, "failed");
            snapshotFault(PREFIX, "failed");
        }
        if (chance(2)) {
            account.endpoint.rds().faults().hold(RdsFaults.Of.SNAPSHOT, name -> name.startsWith(PREFIX), "creating");
        }
        for (int fault = random.nextInt(100); fault < 35; fault += 15) {
            String action = ACTIONS.get(random.nextInt(ACTIONS.size()));
            Faults.Moment moment = random.nextBoolean() ? Faults.Moment.BEFORE : Faults.Moment.AFTER;
            int call = 1 + random.nextInt(4);
            if (random.nextBoolean()) {
                account.endpoint.faults().drop(action, call, moment);
            } else {
                AwsError error = ERRORS.get(random.nextInt(ERRORS.size()));
                account.endpoint.faults().fail(action, call, moment, error);
            }
        }
    }

    private void run() {
        String first = start(retain);
        if (chance(15)) {
            start(chance(30) ? anyRetain() : retain);
        }
        if (chance(6)) {
            account.time.pass(Duration.ofSeconds(random.nextInt(400)));
            account.endpoint.stepFunctions().stop(first, null, null);
        }
        end(first);
        latest = latest.isAfter(account.time.now()) ? latest : account.time.now();
    }

    private String start(Retain asked) {
        return account.start("{\"instance\": \"shop\", \"retain\": " + asked.json() + "}");
    }

    private ExecutionDescription end(String execution) {
        return account.end(execution);
    }

    private void judge(TaskCall call) {
        String execution = call.context().at("/Execution/Id").asText();
        if (call.state().equals("ListCopies") && !call.arguments().has("Marker")) {
            listed.put(execution, good());
        }
        if (call.state().equals("DescribeCopy")) {
            targets.put(execution, call.arguments().path("DbSnapshotIdentifier").asText());
        }
        if (call.resource().endsWith(":deleteDBSnapshot")) {
            String name = call.arguments().path("DbSnapshotIdentifier").asText();
            account.snapshot(name).ifPresent(snapshot -> judge(call, execution, snapshot));
        }
    }

    private void judge(TaskCall call, String execution, DatabaseSnapshot snapshot) {
        deletions++;
        String name = snapshot.identifier();
        check(ours(snapshot), name + " is not ours and is deleted");
        if (!snapshot.status().equals("available")) {
            check(broken(snapshot), name + " is " + snapshot.status() + " and is deleted");
            return;
        }
        check(call.state().equals("DeleteCopy"), name + " is good and is taken for broken");
        check(!name.equals(targets.get(execution)), name + " is deleted by the run that copied it");
        LocalDate day = day(snapshot);
        check(good().stream().anyMatch(day::isBefore), name + " is deleted, and no newer one is there");
        Set<LocalDate> seen = listed.getOrDefault(execution, Set.of());
        Retain asked = Retain.of(call.context().at("/Execution/Input/retain"));
        check(!asked.keeps(seen).contains(day), name + " is deleted and to be kept by " + asked + " of " + seen);
    }

    private boolean broken(DatabaseSnapshot snapshot) {
        Instant requested = Instant.parse(snapshot.tags().getOrDefault("steward:requested", "2000-01-01T00:00:00Z"));
        return snapshot.status().equals("failed")
                || Duration.between(requested, account.time.now()).toHours() >= 168;
    }

    private static boolean ours(DatabaseSnapshot snapshot) {
        String day = snapshot.identifier().replaceFirst("^" + PREFIX, "");
        return !snapshot.automated()
                && snapshot.identifier().startsWith(PREFIX)
                && day.matches("\\d{4}-\\d\\d-\\d\\d")
                && snapshot.instance().identifier().equals("shop")
                && "true".equals(snapshot.tags().get("steward:managed"))
                && "shop".equals(snapshot.tags().get("steward:instance"))
                && snapshot.tags().getOrDefault("steward:snapshot-time", "").startsWith(day);
    }

    private static LocalDate day(DatabaseSnapshot snapshot) {
        return LocalDate.parse(snapshot.identifier().substring(PREFIX.length()));
    }

    private Set<LocalDate> good() {
        return account.snapshots().stream()
                .filter(SnapshotHistory::ours)
                .filter(snapshot -> snapshot.status().equals("available"))
                .map(SnapshotHistory::day)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private Set<String> names() {
        return new HashSet<>(account.manual());
    }

    private Retain anyRetain() {
        return Stream.generate(
                        () -> new Retain(random.nextInt(5), random.nextInt(4), random.nextInt(4), random.nextInt(3)))
                .filter(found -> found.daily() + found.weekly() + found.monthly() + found.yearly() > 0)
                .findFirst()
                .orElseThrow();
    }

    private boolean chance(int percent) {
        return random.nextInt(100) < percent;
    }

    private void check(boolean good, String otherwise) {
        if (!good) {
            wrong.add(otherwise);
        }
    }

    List<String> wrong() {
        return wrong;
    }

    @Override
    public void close() {
        account.close();
    }
}
