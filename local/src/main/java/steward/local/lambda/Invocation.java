package steward.local.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** A call of a function: what the runtime is given, and what becomes of it. */
final class Invocation {
    private final Context context;
    private final byte[] event;
    private final CompletableFuture<Answer> answer = new CompletableFuture<>();

    Invocation(Context context, byte[] event) {
        this.context = context;
        this.event = event;
    }

    String id() {
        return context.getAwsRequestId();
    }

    String functionArn() {
        return context.getInvokedFunctionArn();
    }

    byte[] event() {
        return event;
    }

    /** By this machine's clock, which the function reads, whatever time the execution lives in. */
    Instant deadline() {
        return Instant.now().plusMillis(context.getRemainingTimeInMillis());
    }

    /** Only the first end counts. */
    void end(Answer ended) {
        answer.complete(ended);
    }

    Answer await() throws InterruptedException {
        try {
            return answer.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("an invocation ends with an answer", e);
        }
    }
}
