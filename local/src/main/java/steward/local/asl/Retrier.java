package steward.local.asl;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** One element of Retry. Counts its own attempts: see {@link Retries}. */
record Retrier(
        List<String> errors,
        int intervalSeconds,
        int maxAttempts,
        double backoffRate,
        Optional<Integer> maxDelaySeconds,
        boolean jitter) {

    /** @param retry 1 for the first retry */
    Duration delay(int retry, RandomGenerator random) {
        double seconds = intervalSeconds * Math.pow(backoffRate, retry - 1.0);
        double limited = Math.min(seconds, maxDelaySeconds.orElse(Integer.MAX_VALUE));
        double chosen = jitter ? random.nextDouble() * limited : limited;
        return Duration.ofMillis(Math.round(chosen * 1000));
    }
}
