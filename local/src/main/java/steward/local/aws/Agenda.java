package steward.local.aws;

import java.time.Instant;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.function.Consumer;

/**
 * What is to happen later. Nothing runs in between: whoever looks lets everything happen first that was due until then,
 * in order.
 */
final class Agenda {

    private final PriorityQueue<Entry> entries =
            new PriorityQueue<>(Comparator.comparing(Entry::due).thenComparingLong(Entry::number));

    private long number;

    /** @param work is given the moment it was due, which may be long ago */
    synchronized void add(Instant due, Consumer<Instant> work) {
        entries.add(new Entry(due, number++, work));
    }

    synchronized void settle(Instant now) {
        for (var next = entries.peek(); next != null && !next.due.isAfter(now); next = entries.peek()) {
            entries.remove();
            next.work.accept(next.due);
        }
    }

    private record Entry(Instant due, long number, Consumer<Instant> work) {}
}
