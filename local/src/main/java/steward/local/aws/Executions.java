package steward.local.aws;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** All executions of the last 90 days by ARN, in the order of their start. Guarded by the lock of {@link StepFunctions}. */
final class Executions {

    /** How long Step Functions keeps the history of a closed execution, and its name from being used again. */
    private static final Duration RETENTION = Duration.ofDays(90);

    private final Map<String, RunningExecution> executions = new LinkedHashMap<>();
    private final Supplier<Instant> now;

    Executions(Supplier<Instant> now) {
        this.now = now;
    }

    Collection<RunningExecution> all() {
        executions.values().removeIf(this::expired);
        return List.copyOf(executions.values());
    }

    Optional<RunningExecution> lookup(String arn) {
        var execution = Optional.ofNullable(executions.get(arn));
        return execution.filter(found -> !expired(found));
    }

    void add(RunningExecution execution) {
        executions.remove(execution.arn());
        executions.put(execution.arn(), execution);
    }

    private boolean expired(RunningExecution execution) {
        return execution
                .describe()
                .stopDate()
                .filter(date -> date.plus(RETENTION).isBefore(now.get()))
                .isPresent();
    }
}
