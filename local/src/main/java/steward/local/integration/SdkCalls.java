package steward.local.integration;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Makes calls on threads that nobody interrupts. A task that is stopped or times out does not take back the call that
 * Step Functions sent for it: the service carries it out all the same. (The SDK would give up in the middle.)
 */
final class SdkCalls implements AutoCloseable {

    private final ExecutorService threads = Executors.newCachedThreadPool(
            work -> Thread.ofPlatform().daemon().name("aws call").unstarted(work));

    /** An interrupt ends the waiting, not the call. */
    <T> T await(Callable<T> call) throws InterruptedException {
        try {
            return threads.submit(call).get();
        } catch (ExecutionException e) {
            throw unchecked(e);
        }
    }

    /** Waits for the answer even if interrupted, and keeps the thread's interrupt flag. */
    <T> T awaitToTheEnd(Callable<T> call) {
        Future<T> answer = threads.submit(call);
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return answer.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (ExecutionException e) {
                    throw unchecked(e);
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static RuntimeException unchecked(ExecutionException e) {
        if (e.getCause() instanceof RuntimeException thrown) {
            return thrown;
        }
        return new IllegalStateException("calling AWS", e.getCause());
    }

    @Override
    public void close() {
        threads.shutdown();
    }
}
