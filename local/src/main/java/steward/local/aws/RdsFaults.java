package steward.local.aws;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Statuses of instances and snapshots that are told to stay for ever, or to end otherwise than they should. */
public final class RdsFaults {

    /** Whose status. */
    public enum Of {
        INSTANCE,
        SNAPSHOT
    }

    private final List<Planned> planned = new ArrayList<>();

    /**
     * Lets the next one that has this status keep it, until it is released.
     *
     * @param identifier of the instances or snapshots that are meant
     */
    public Fault hold(Of of, Predicate<String> identifier, String status) {
        return plan(of, identifier, status, Optional.empty());
    }

    /** Lets the next one leave this status for another, and stay there: {@code creating} for {@code failed}. */
    public Fault divert(Of of, Predicate<String> identifier, String status, String instead) {
        return plan(of, identifier, status, Optional.of(instead));
    }

    /** Forgets what has not happened. */
    public synchronized void clear() {
        planned.clear();
    }

    /** The first that is meant; it happens once. */
    synchronized Optional<Planned> take(Of of, String identifier, String status) {
        var found = planned.stream()
                .filter(plan -> plan.of == of)
                .filter(plan -> plan.status.equals(status))
                .filter(plan -> plan.identifier.test(identifier))
                .findFirst();
        found.ifPresent(planned::remove);
        return found;
    }

    private synchronized Fault plan(Of of, Predicate<String> identifier, String status, Optional<String> instead) {
        var plan = new Planned(of, identifier, status, instead);
        planned.add(plan);
        return plan;
    }

    /** What was planned. */
    public interface Fault {

        boolean happened();

        /** Lets what was held go on from its status, the next time somebody looks. */
        void release();
    }

    static final class Planned implements Fault {

        final Optional<String> instead;
        private final Of of;
        private final Predicate<String> identifier;
        private final String status;
        private final AtomicReference<Optional<Runnable>> held = new AtomicReference<>(Optional.empty());
        private volatile boolean happened;

        private Planned(Of of, Predicate<String> identifier, String status, Optional<String> instead) {
            this.of = of;
            this.identifier = identifier;
            this.status = status;
            this.instead = instead;
        }

        void happen() {
            happened = true;
        }

        /** @param next what would have happened at that moment */
        void hold(Agenda agenda, Instant due, Consumer<Instant> next) {
            happened = true;
            held.set(Optional.of(() -> agenda.add(due, next)));
        }

        @Override
        public boolean happened() {
            return happened;
        }

        @Override
        public void release() {
            held.getAndSet(Optional.empty()).ifPresent(Runnable::run);
        }
    }
}
