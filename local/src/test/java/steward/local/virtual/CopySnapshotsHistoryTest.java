package steward.local.virtual;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * Many random histories of an instance's snapshots: no wrong deletion, no growth without end. All 20,000 of them with
 * {@code steward.soak=true}; a history is its seed, which a failure names.
 */
final class CopySnapshotsHistoryTest {

    private static final int HISTORIES =
            Integer.getInteger("steward.histories", Boolean.getBoolean("steward.soak") ? 20_000 : 120);

    private static final long SEED = Long.getLong("steward.seed", 20_260_101L);
    private static final ThreadLocal<Wire> WIRE = ThreadLocal.withInitial(Wire::new);

    private final LongAdder deletions = new LongAdder();
    private final AtomicInteger largest = new AtomicInteger();

    @Test
    void noHistoryHasAWrongDeletionOrGrowsWithoutEnd() {
        long begin = System.nanoTime();
        List<String> wrong = LongStream.range(SEED, SEED + HISTORIES)
                .parallel()
                .mapToObj(this::play)
                .flatMap(List::stream)
                .limit(20)
                .toList();
        System.out.printf(
                "copy-snapshots: %d random histories from seed %d, %d deletions judged, at most %d copies, %d s%n",
                HISTORIES,
                SEED,
                deletions.sum(),
                largest.get(),
                Duration.ofNanos(System.nanoTime() - begin).toSeconds());
        assertThat(wrong).isEmpty();
        assertThat(deletions.sum()).isGreaterThan(HISTORIES);
    }

    private List<String> play(long seed) {
        try (SnapshotHistory history = new SnapshotHistory(seed, WIRE.get())) {
            SnapshotHistory.Outcome outcome = history.play();
            deletions.add(outcome.deletions());
            largest.accumulateAndGet(outcome.largest(), Math::max);
            return history.wrong().stream()
                    .map(problem -> "seed " + seed + ": " + problem)
                    .toList();
        }
    }
}
