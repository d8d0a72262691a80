package steward.local.asl;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Numbers the events of an execution and hands them on, one at a time. */
final class History {

    /** The last event of a Standard workflow can have this id; then it is the failure for having reached it. */
    static final long MAX_EVENTS = 25_000;

    private final Execution execution;
    private final Time time;
    private final Consumer<HistoryEvent> consumer;
    private final ReentrantLock lock = new ReentrantLock();
    private long lastId;

    History(Execution execution, Time time, Consumer<HistoryEvent> consumer) {
        this.execution = execution;
        this.time = time;
        this.consumer = consumer;
    }

    /**
     * @return the id of the event
     * @throws Halt if the execution is over, before or by this event
     */
    long emit(String type, long previous, JsonNode details) {
        lock.lock();
        try {
            Instant now = time.now();
            Instant deadline = execution.deadline();
            if (deadline != null && now.isAfter(deadline)) {
                execution.timeOut();
            }
            if (lastId + 1 == MAX_EVENTS) {
                execution.end(new Execution.Ending(
                        Execution.Status.FAILED,
                        null,
                        ErrorNames.RUNTIME,
                        "The execution reached the maximum number of history events (" + MAX_EVENTS + ").",
                        lastId));
            }
            haltIfOver();
            long id = append(type, previous, details, now);
            haltIfOver();
            return id;
        } finally {
            lock.unlock();
        }
    }

    /** The event that ends an execution. */
    void emitLast(String type, long previous, @Nullable JsonNode details) {
        lock.lock();
        try {
            append(type, previous, details == null ? Json.object() : details, time.now());
        } finally {
            lock.unlock();
        }
    }

    private long append(String type, long previous, JsonNode details, Instant now) {
        lastId++;
        consumer.accept(new HistoryEvent(lastId, previous, now, type, details));
        return lastId;
    }

    private void haltIfOver() {
        if (execution.isOver()) {
            throw new Halt();
        }
    }
}
