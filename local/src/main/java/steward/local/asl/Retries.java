package steward.local.asl;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** How often each retrier of a state was used during one visit to it. */
final class Retries {

    private final List<Retrier> retriers;
    private final int[] used;
    private final RandomGenerator random;

    Retries(List<Retrier> retriers, RandomGenerator random) {
        this.retriers = retriers;
        this.used = new int[retriers.size()];
        this.random = random;
    }

    /** How long to wait before the state is tried again; empty if it is not. The first retrier that matches decides. */
    Optional<Duration> next(@Nullable String error) {
        for (int index = 0; index < used.length; index++) {
            Retrier retrier = retriers.get(index);
            if (!ErrorNames.match(retrier.errors(), error)) {
                continue;
            }
            if (used[index] >= retrier.maxAttempts()) {
                return Optional.empty();
            }
            used[index]++;
            return Optional.of(retrier.delay(used[index], random));
        }
        return Optional.empty();
    }
}
