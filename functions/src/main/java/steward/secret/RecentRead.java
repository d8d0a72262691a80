package steward.secret;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The credentials that were read last, for seconds: the steps of a workflow follow each other within milliseconds, and each
 * would ask for the same master's. Whoever takes them from here has to ask Secrets Manager once more when the server refuses
 * them, since they may have been rotated.
 */
final class RecentRead {
    static final Duration LONGEST = Duration.ofSeconds(5);

    private final InstantSource clock;
    private final AtomicReference<@Nullable Read> last = new AtomicReference<>();

    private record Read(String id, Credentials credentials, Instant at) {}

    RecentRead(InstantSource clock) {
        this.clock = clock;
    }

    /** Those of this secret, if they were read just now. A clock that was set back tells nothing. */
    Optional<Credentials> of(String id) {
        Read read = last.get();
        if (read == null || !read.id.equals(id)) {
            return Optional.empty();
        }
        Duration age = Duration.between(read.at, clock.instant());
        return age.isNegative() || age.compareTo(LONGEST) > 0 ? Optional.empty() : Optional.of(read.credentials);
    }

    void remember(String id, Credentials credentials) {
        last.set(new Read(id, credentials, clock.instant()));
    }

    void forget() {
        last.set(null);
    }
}
