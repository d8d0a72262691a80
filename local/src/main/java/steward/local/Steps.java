package steward.local;

import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import steward.local.asl.HistoryEvent;
import steward.local.aws.ExecutionListener;

/** Prints the steps of executions as they happen, with their durations. */
final class Steps implements ExecutionListener {
    private final PrintStream out;
    private final Map<String, Instant> entered = new ConcurrentHashMap<>();

    Steps(PrintStream out) {
        this.out = out;
    }

    @Override
    public void happened(String executionArn, HistoryEvent event) {
        if (event.type().endsWith("StateEntered")) {
            String state = event.details().path("name").asText();
            entered.put(executionArn + state, event.timestamp());
        }
        if (event.type().equals("TaskStateExited")) {
            String state = event.details().path("name").asText();
            Instant start = entered.getOrDefault(executionArn + state, event.timestamp());
            out.printf(
                    "  %-20s %5d ms%n",
                    state, Duration.between(start, event.timestamp()).toMillis());
        }
        if (event.type().equals("TaskFailed")) {
            out.printf(
                    "  failed: %s: %s%n",
                    event.details().path("error").asText(),
                    event.details().path("cause").asText());
        }
    }
}
