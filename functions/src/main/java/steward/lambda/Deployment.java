package steward.lambda;

import java.util.Locale;
import java.util.Map;
import steward.Operation;

/** The Lambda functions that are made of this jar, and how they are set up. */
public enum Deployment {
    MASTER(Operation.Function.MASTER, Handler.class, true),
    OWNER(Operation.Function.OWNER, Handler.class, true),
    /** Called by Secrets Manager: the function itself and none of its versions, so there is no snapshot of it. */
    ROTATION(Operation.Function.MASTER, RotationHandler.class, false);

    /** CPU comes with memory: cold starts are spent on the CPU. */
    public static final int MEGABYTES = 1024;

    private final Operation.Function function;
    private final Class<?> handler;
    private final boolean snapStart;

    Deployment(Operation.Function function, Class<?> handler, boolean snapStart) {
        this.function = function;
        this.handler = handler;
        this.snapStart = snapStart;
    }

    /** {@code master}, {@code owner} or {@code rotation}. */
    public String functionName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Class of the entry point. */
    public String handler() {
        return handler.getName();
    }

    /** The variables that are alike in every account. */
    public Map<String, String> environment() {
        return Map.of(Configuration.FUNCTION, function.name().toLowerCase(Locale.ROOT));
    }

    /** Whether it starts from snapshots of its published versions. */
    public boolean snapStart() {
        return snapStart;
    }
}
