package steward.local.asl;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One attempt of a Map: its items in order, as many at once as it may, and as many failures as it tolerates. */
final class Iterations {

    private final Branch parent;
    private final State.MapItems map;
    private final JsonNode items;
    private final int concurrency;
    private final Tolerance tolerance;
    private final Selector selector;
    private final long started;
    private final Children children;
    private final Map<Integer, JsonNode> outputs = new TreeMap<>();
    private int next;
    private int failures;
    private @Nullable StateFailed failure;
    private long lastEvent;

    Iterations(
            Branch parent,
            State.MapItems map,
            JsonNode items,
            int concurrency,
            Tolerance tolerance,
            Selector selector) {
        this.parent = parent;
        this.map = map;
        this.items = items;
        this.concurrency = concurrency;
        this.tolerance = tolerance;
        this.selector = selector;
        this.started = parent.previous();
        this.children = new Children(parent);
        this.lastEvent = started;
    }

    JsonNode run() throws QueryFailed, StateFailed {
        startMore();
        while (children.running() > 0) {
            note(children.next());
            startMore();
        }
        parent.haltIfDue();
        parent.continueAfter(lastEvent);
        if (failure != null) {
            parent.emit("MapStateFailed", Details.NONE);
            throw failure;
        }
        parent.emitAside("MapStateSucceeded", Details.NONE);
        ArrayNode results = JsonNodeFactory.instance.arrayNode(outputs.size());
        return results.addAll(outputs.values());
    }

    private void startMore() throws QueryFailed, StateFailed {
        while (next < items.size() && children.running() < concurrency && !children.isCancelled()) {
            int index = next++;
            try {
                start(index);
            } catch (QueryFailed | StateFailed unusable) {
                children.cancel();
                while (children.running() > 0) {
                    children.next();
                }
                throw unusable;
            }
        }
    }

    private void start(int index) throws QueryFailed, StateFailed {
        JsonNode item = Json.object().put("Index", index).set("Value", items.get(index));
        JsonNode input = selector.input(map, item);
        parent.continueAfter(started);
        Child child = new Child(index, parent.inner(children.scope(), index, item));
        children.start(map.name() + "[" + index + "]", child, running -> iterate(running, input));
    }

    private JsonNode iterate(Child child, JsonNode input) throws StateFailed {
        Branch branch = child.branch();
        JsonNode details = Details.iteration(map.name(), child.index());
        branch.emit("MapIterationStarted", details);
        try {
            JsonNode output = branch.run(map.processor(), input);
            branch.emit("MapIterationSucceeded", details);
            return output;
        } catch (StateFailed failed) {
            branch.emitAside("MapIterationFailed", details);
            throw failed;
        } catch (Halt halt) {
            branch.emitAborted("MapIterationAborted", details);
            throw halt;
        }
    }

    private void note(Child child) {
        if (children.isCancelled()) {
            return;
        }
        lastEvent = child.branch().previous();
        if (child.succeeded()) {
            outputs.put(child.index(), child.output());
            return;
        }
        failures++;
        if (!tolerance.isGiven()) {
            fail(child.failure().orElseThrow());
        } else if (tolerance.isExceeded(failures, items.size())) {
            fail(new StateFailed(
                    ErrorNames.EXCEED_TOLERATED_FAILURE_THRESHOLD,
                    "The specified tolerated failure threshold was exceeded"));
        }
    }

    private void fail(StateFailed failed) {
        failure = failed;
        children.cancel();
    }

    /** Makes the input of an iteration out of {@code {Index, Value}}. */
    interface Selector {
        JsonNode input(State.MapItems map, JsonNode item) throws QueryFailed, StateFailed;
    }
}
