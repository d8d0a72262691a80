package steward.local.asl;

import org.jspecify.annotations.Nullable;

/** Branches that end together: those of one Parallel or Map. What is inside of them ends with them. */
final class Scope {

    private final @Nullable Scope parent;
    private volatile boolean cancelled;

    Scope(@Nullable Scope parent) {
        this.parent = parent;
    }

    void cancel() {
        cancelled = true;
    }

    boolean isCancelled() {
        return cancelled || (parent != null && parent.isCancelled());
    }
}
