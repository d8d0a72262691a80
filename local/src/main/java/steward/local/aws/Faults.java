package steward.local.aws;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Faults that the endpoint is told to make, each once: the n-th call of an action fails before its effect or after it,
 * with any error, or its answer never arrives. Calls of one action that arrive at the same time are counted in the order
 * in which they reach this point.
 */
public final class Faults {

    private final List<Planned> planned = new ArrayList<>();

    /** When the fault happens, seen from what the action does. */
    public enum Moment {
        /** Nothing was done. */
        BEFORE,
        /** It was done all the same; the caller cannot know. */
        AFTER
    }

    /**
     * Answers with an error instead.
     *
     * @param action as IAM policies name it: {@code secretsmanager:PutSecretValue}
     * @param call which one from now on: 1 is the next
     */
    public Fault fail(String action, int call, Moment moment, AwsError error) {
        return plan(action, call, moment, error);
    }

    /** Closes the connection without an answer; parameters as in {@link #fail}. Clients usually send the call again. */
    public Fault drop(String action, int call, Moment moment) {
        return plan(action, call, moment, new Dropped());
    }

    /** Sends the first bytes of what S3 answers, and closes the connection. */
    public Fault cut(String action, int call, long bytes) {
        return plan(action, call, Moment.AFTER, new Cut(bytes));
    }

    /** Forgets what has not happened. */
    public synchronized void clear() {
        planned.clear();
    }

    /** Counts a call: throws what is to happen before it, and returns what is to happen after it. */
    After before(String action) {
        var due = due(action);
        happen(due, Moment.BEFORE);
        return () -> happen(due, Moment.AFTER);
    }

    private synchronized List<Planned> due(String action) {
        var counted =
                planned.stream().filter(fault -> fault.action.equals(action)).toList();
        counted.forEach(fault -> fault.remaining--);
        var due = counted.stream().filter(fault -> fault.remaining == 0).toList();
        planned.removeAll(due);
        return due;
    }

    private static void happen(List<Planned> due, Moment moment) {
        due.stream().filter(fault -> fault.moment == moment).forEach(Planned::happen);
    }

    private synchronized Fault plan(String action, int call, Moment moment, RuntimeException effect) {
        if (!action.matches("[a-z0-9]+:[A-Za-z0-9]+") || call < 1) {
            throw new IllegalArgumentException("no such call: number " + call + " of " + action);
        }
        var fault = new Planned(action, call, moment, effect);
        planned.add(fault);
        return fault;
    }

    /** What was planned. */
    public interface Fault {
        boolean happened();
    }

    /** What happens once the action is done. */
    interface After {
        void happen();
    }

    /** The answer is not sent. */
    static final class Dropped extends RuntimeException {
        Dropped() {
            super("the connection is closed without an answer", null, false, false);
        }
    }

    /** The answer is not sent to its end. */
    static final class Cut extends RuntimeException {
        private final long bytes;

        Cut(long bytes) {
            super("the connection is closed after %d bytes".formatted(bytes), null, false, false);
            this.bytes = bytes;
        }

        long bytes() {
            return bytes;
        }
    }

    private static final class Planned implements Fault {

        private final String action;
        private final Moment moment;
        private final RuntimeException effect;
        private final AtomicBoolean happened = new AtomicBoolean();
        private int remaining;

        private Planned(String action, int remaining, Moment moment, RuntimeException effect) {
            this.action = action;
            this.remaining = remaining;
            this.moment = moment;
            this.effect = effect;
        }

        private void happen() {
            happened.set(true);
            throw effect;
        }

        @Override
        public boolean happened() {
            return happened.get();
        }
    }
}
