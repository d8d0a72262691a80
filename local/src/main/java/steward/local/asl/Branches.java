package steward.local.asl;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One attempt of a Parallel: all branches at once, results in their order; the first failure ends the others. */
final class Branches {

    private final Branch parent;
    private final String events;

    Branches(Branch parent, String events) {
        this.parent = parent;
        this.events = events;
    }

    JsonNode run(List<States> branches, JsonNode input) throws StateFailed {
        Children children = new Children(parent);
        for (int index = 0; index < branches.size(); index++) {
            States states = branches.get(index);
            Child child = new Child(index, parent.inner(children.scope()));
            children.start(states.startAt(), child, running -> running.branch().run(states, input));
        }
        JsonNode[] outputs = new JsonNode[branches.size()];
        @Nullable Child failed = null;
        while (children.running() > 0) {
            Child child = children.next();
            if (child.succeeded()) {
                outputs[child.index()] = child.output();
                if (failed == null) {
                    parent.continueAfter(child.branch().previous());
                }
            }
            if (failed == null && child.failure().isPresent()) {
                failed = child;
                children.cancel();
            }
        }
        parent.haltIfDue();
        if (failed != null) {
            parent.continueAfter(failed.branch().previous());
            parent.emit(events + "Failed", Details.NONE);
            throw failure(failed.failure());
        }
        parent.emitAside(events + "Succeeded", Details.NONE);
        ArrayNode results = JsonNodeFactory.instance.arrayNode(outputs.length);
        return results.addAll(List.of(outputs));
    }

    private static StateFailed failure(Optional<StateFailed> failure) {
        return failure.orElseThrow();
    }
}
