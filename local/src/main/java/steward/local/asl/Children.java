package steward.local.asl;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Branches that run beside each other while the strand of their state waits for them. That strand always waits until
 * every one has ended, so that nothing of a state happens after it.
 */
final class Children {

    private final Execution execution;
    private final Scope scope;
    private final Time.Strand waiter;
    private final Queue<Child> ended = new ConcurrentLinkedQueue<>();
    private int running;

    Children(Branch parent) {
        execution = parent.execution();
        scope = new Scope(parent.scope());
        waiter = execution.time().current();
    }

    Scope scope() {
        return scope;
    }

    int running() {
        return running;
    }

    boolean isCancelled() {
        return scope.isCancelled() || execution.isOver();
    }

    void start(String name, Child child, Work work) {
        running++;
        execution.time().start(name, () -> run(child, work));
    }

    private void run(Child child, Work work) {
        Time.Strand strand = execution.time().current();
        execution.strands().add(strand);
        try {
            child.end(work.run(child));
        } catch (StateFailed failed) {
            child.end(failed);
        } catch (Halt halt) {
            // A sibling failed or the execution is over; whoever caused it tells.
        } catch (RuntimeException | Error thrown) {
            execution.fault(thrown, child.branch().previous());
        } finally {
            execution.strands().remove(strand);
            ended.add(child);
            waiter.wake();
        }
    }

    /** The next one to end, in the order in which they end. */
    Child next() {
        while (true) {
            Child child = ended.poll();
            if (child != null) {
                running--;
                return child;
            }
            if (ended.isEmpty()) {
                execution.time().await(null);
            }
        }
    }

    void cancel() {
        scope.cancel();
        execution.wakeAll();
    }

    /** What a branch does from its beginning to its end. */
    interface Work {
        JsonNode run(Child child) throws StateFailed;
    }
}
