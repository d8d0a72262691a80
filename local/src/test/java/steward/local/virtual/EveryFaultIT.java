package steward.local.virtual;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import steward.local.aws.ExecutionDescription;

/**
 * Every workflow, every state, every error at every attempt, and a stop at every event, in virtual time: afterwards
 * nothing temporary is left, nothing of others was touched, and the same input again ends as an undisturbed run.
 */
final class EveryFaultIT {
    private static final long SEED = Long.getLong("steward.seed", 20_260_101L);
    /** One in so many, unless all are to run. */
    private static final int SAMPLE = Boolean.getBoolean("steward.soak") ? 1 : Integer.getInteger("steward.sample", 40);

    private static final int PAIRS = Boolean.getBoolean("steward.soak") ? 20_000 : 140;
    private static final ThreadLocal<Wire> WIRE = ThreadLocal.withInitial(Wire::new);

    /** An undisturbed run. */
    private record Undisturbed(Scenario scenario, List<String> calls, int events, NavigableSet<String> all) {}

    /** All, or those whose names match the system property. */
    static Stream<Scenario> scenarios() {
        String names = System.getProperty("steward.scenario", ".*");
        return Scenario.all().stream().filter(scenario -> scenario.name().matches(names));
    }

    @ParameterizedTest
    @MethodSource("scenarios")
    void everyFaultAndEveryStop(Scenario scenario) {
        Undisturbed undisturbed = undisturbed(scenario);
        List<Disturbance> all = disturbances(undisturbed);
        Random random = new Random(SEED);
        List<Disturbance> chosen =
                all.stream().filter(each -> random.nextInt(SAMPLE) == 0).toList();
        long start = System.nanoTime();
        List<String> problems = check(undisturbed, chosen);
        System.out.printf(
                "%s: %d of %d disturbances, seed %d, %d s%n",
                scenario.name(),
                chosen.size(),
                all.size(),
                SEED,
                Duration.ofNanos(System.nanoTime() - start).toSeconds());
        assertThat(problems).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("scenarios")
    void pairsOfFaults(Scenario scenario) {
        Undisturbed undisturbed = undisturbed(scenario);
        Random random = new Random(SEED);
        List<Disturbance> singles = disturbances(undisturbed);
        List<Disturbance> pairs = new ArrayList<>();
        for (int i = 0; i < Math.ceilDiv(PAIRS, Scenario.all().size()); i++) {
            Disturbance one = singles.get(random.nextInt(singles.size()));
            Disturbance other = singles.get(random.nextInt(singles.size()));
            List<PlannedFault> both = new ArrayList<>(one.faults());
            both.addAll(other.faults());
            pairs.add(new Disturbance(both, Math.max(one.stopAt(), other.stopAt()), random.nextInt(4) > 0, true));
        }
        List<String> problems = check(undisturbed, pairs);
        System.out.printf("%s: %d pairs, seed %d%n", scenario.name(), pairs.size(), SEED);
        assertThat(problems).isEmpty();
    }

    private static Undisturbed undisturbed(Scenario scenario) {
        try (Account account = new Account(wire())) {
            String input = scenario.input().apply(account);
            ExecutionDescription execution = account.execute(scenario.workflow(), input);
            assertThat(execution.status()).as(execution.toString()).isEqualTo("SUCCEEDED");
            int events =
                    account.endpoint.stepFunctions().history(execution.arn()).size();
            List<String> calls = List.copyOf(account.calls);
            assertThat(account.temporary()).isEmpty();
            return new Undisturbed(scenario, calls, events, account.all());
        }
    }

    private static Wire wire() {
        return WIRE.get();
    }

    private static List<String> check(Undisturbed undisturbed, List<Disturbance> disturbances) {
        AtomicInteger done = new AtomicInteger();
        return disturbances.parallelStream()
                .flatMap(each -> {
                    done.incrementAndGet();
                    return check(undisturbed, each).map(problem -> each + ": " + problem).stream();
                })
                .limit(20)
                .toList();
    }

    /** What is wrong after a disturbed run. */
    private static Optional<String> check(Undisturbed undisturbed, Disturbance disturbance) {
        Scenario scenario = undisturbed.scenario();
        try (Account account = new Account(wire())) {
            String input = scenario.input().apply(account);
            Set<String> before = account.all();
            if (!disturbance.rule()) {
                account.rule.switchOff();
            }
            account.plan(disturbance.faults(), scenario.workflow(), disturbance.stopAt());
            ExecutionDescription first = account.execute(scenario.workflow(), input);
            account.plan(List.of(), scenario.workflow(), 0);
            Set<String> temporary = disturbance.schedule() ? swept(account) : account.temporary();
            if (!temporary.isEmpty()) {
                return Optional.of("after %s %s there are %s"
                        .formatted(first.status(), first.cause().orElse(""), temporary));
            }
            Set<String> lost = new TreeSet<>(before);
            lost.removeAll(account.all());
            lost.removeAll(changed(undisturbed, before));
            if (!lost.isEmpty()) {
                return Optional.of("lost are " + lost);
            }
            return again(undisturbed, account, input, first)
                    .or(() -> account.defects.stream().findFirst());
        } catch (RuntimeException e) {
            return Optional.of(e.toString());
        }
    }

    /** What is temporary and left after two sweeps, or after the first if that leaves nothing. */
    private static Set<String> swept(Account account) {
        account.execute("sweep", "{}");
        Set<String> left = account.temporary();
        if (left.isEmpty()) {
            return left;
        }
        account.execute("sweep", "{}");
        return account.temporary();
    }

    /** What the undisturbed run removes or changes, too. */
    private static Set<String> changed(Undisturbed undisturbed, Set<String> before) {
        Set<String> changed = new TreeSet<>(before);
        changed.removeAll(undisturbed.all());
        return changed;
    }

    private static Optional<String> again(
            Undisturbed undisturbed, Account account, String input, ExecutionDescription first) {
        ExecutionDescription second = account.execute(undisturbed.scenario().workflow(), input);
        boolean restoredBefore =
                second.error().filter("steward.error.ObjectExists"::equals).isPresent();
        if (!second.status().equals("SUCCEEDED") && !restoredBefore) {
            return Optional.of("after %s the same input ends %s %s %s"
                    .formatted(first.status(), second.status(), second.error(), second.cause()));
        }
        NavigableSet<String> all = account.all();
        return all.equals(undisturbed.all())
                ? Optional.empty()
                : Optional.of("after %s the same input ends in %s, not in %s"
                        .formatted(first.status(), without(all, undisturbed.all()), without(undisturbed.all(), all)));
    }

    private static Set<String> without(Set<String> all, Set<String> others) {
        Set<String> rest = new TreeSet<>(all);
        rest.removeAll(others);
        return rest;
    }

    private static List<Disturbance> disturbances(Undisturbed undisturbed) {
        List<Disturbance> all = new ArrayList<>();
        Map<String, Integer> counts = new LinkedHashMap<>();
        undisturbed.calls().forEach(state -> counts.merge(state, 1, Integer::sum));
        counts.forEach((state, count) -> {
            for (int call : new LinkedHashSet<>(List.of(1, Math.min(2, count), count))) {
                all.addAll(faults(state, call));
            }
        });
        for (int event = 1; event <= undisturbed.events(); event++) {
            all.add(Disturbance.stop(event, true, true));
            all.add(Disturbance.stop(event, false, true));
            all.add(Disturbance.stop(event, true, false));
        }
        // Nobody sweeps after a sweep that failed but the schedule.
        all.removeIf(each -> undisturbed.scenario().workflow().equals("sweep") && !each.schedule());
        return all;
    }

    /** Every error at the first attempt, at the second and at the last; and what failed every time. */
    private static List<Disturbance> faults(String state, int call) {
        List<Disturbance> all = new ArrayList<>();
        List<String> errors = Errors.of(States.resource(state));
        String retried = errors.getFirst();
        int retries = States.retries(state, retried);
        for (int attempt : new LinkedHashSet<>(List.of(0, Math.min(1, retries), retries))) {
            for (String error : errors) {
                if (Errors.isAnswer(state, error)) {
                    continue;
                }
                for (boolean after : Errors.mayTakeEffect(error) ? List.of(false, true) : List.of(false)) {
                    List<PlannedFault> faults = new ArrayList<>();
                    for (int i = 0; i < attempt; i++) {
                        faults.add(new PlannedFault(state, call + i, retried, after));
                    }
                    faults.add(new PlannedFault(state, call + attempt, error, after));
                    Disturbance disturbance = Disturbance.of(faults);
                    all.add(disturbance);
                    if (attempt == retries) {
                        all.add(disturbance.withoutRule());
                    }
                    if (attempt == retries && !Errors.isFalseAnswer(state, error)) {
                        all.add(disturbance.withoutSchedule());
                    }
                }
            }
        }
        return all;
    }
}
