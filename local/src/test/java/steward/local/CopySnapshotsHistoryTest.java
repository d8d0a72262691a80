package steward.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Many random histories of an instance's snapshots: no wrong deletion, no growth without end. */
final class CopySnapshotsHistoryTest {

    private static final int ALL = 20_000;

    @Test
    void noHistoryEndsWithAWrongDeletionOrTooMuch() {
        int histories = Integer.getInteger("steward.histories", Soak.times(150, ALL));
        long seed = Long.getLong("steward.seed", 20_260_101L);
        long begin = System.nanoTime();
        int deletions = 0;
        int largest = 0;
        for (int number = 0; number < histories; number++) {
            try (SnapshotHistory history = new SnapshotHistory(seed + number)) {
                SnapshotHistory.Outcome outcome = history.play();
                deletions += outcome.deletions();
                largest = Math.max(largest, outcome.largest());
                assertThat(history.wrong()).as("seed %d", seed + number).isEmpty();
            }
        }
        System.out.printf(
                "copy-snapshots: %d random histories, %d deletions judged, at most %d copies, %d s%n",
                histories,
                deletions,
                largest,
                Duration.ofNanos(System.nanoTime() - begin).toSeconds());
        assertThat(deletions).isPositive();
    }
}
