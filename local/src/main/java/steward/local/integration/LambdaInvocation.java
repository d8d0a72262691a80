package steward.local.integration;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import steward.local.asl.Time;

/** One run of a handler, bytes in and bytes out, on a thread of its own. */
final class LambdaInvocation {

    /** How it ended: with bytes, or with what the handler threw. */
    record End(ByteArrayOutputStream response, @Nullable Throwable thrown) {}

    private final LambdaContext context;
    private final Time time;
    private final AtomicReference<@Nullable End> end = new AtomicReference<>();

    LambdaInvocation(LambdaContext context) {
        this.context = context;
        this.time = context.time();
    }

    /**
     * Waits for the handler, at most until the function's deadline; then the answer is empty.
     *
     * <p>A handler that is not waited for any longer is interrupted. In AWS it would be frozen on the spot and perhaps
     * never thawed; interrupting comes nearest, since a thread that held its connections for ever would keep them
     * open, which the end of an instance does not.
     */
    Optional<End> run(byte[] event) throws InterruptedException {
        Time.Strand caller = time.current();
        Time.Strand handler = time.start("lambda " + context.getFunctionName(), () -> {
            end.set(handle(event));
            caller.wake();
        });
        try {
            return await(context.deadline());
        } finally {
            if (end.get() == null) {
                handler.interrupt();
            }
        }
    }

    private Optional<End> await(Instant deadline) throws InterruptedException {
        while (end.get() == null) {
            if (Thread.interrupted()) {
                throw new InterruptedException("interrupted while " + context.getFunctionName() + " ran");
            }
            if (!time.now().isBefore(deadline)) {
                return Optional.empty();
            }
            time.await(deadline);
        }
        return Optional.ofNullable(end.get());
    }

    /** Catches everything, as Lambda's runtime does: even an Error becomes the error of this invocation only. */
    private End handle(byte[] event) {
        ByteArrayOutputStream response = new ByteArrayOutputStream();
        try {
            context.function().handler().handleRequest(new ByteArrayInputStream(event), response, context);
            return new End(response, null);
        } catch (Throwable thrown) {
            return new End(response, thrown);
        }
    }
}
