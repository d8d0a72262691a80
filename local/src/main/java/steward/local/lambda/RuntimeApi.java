package steward.local.lambda;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;
import steward.local.aws.HttpServers;

/**
 * The HTTP interface between one execution environment and the runtime in it.
 *
 * @see <a href="https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html">Using the Lambda runtime API</a>
 */
final class RuntimeApi implements AutoCloseable {
    private static final String ROOT = "/2018-06-01/runtime/";
    private static final String INVOCATION = ROOT + "invocation/";
    private static final int RESPONSE_BYTES = 6_291_556;
    private static final int ACCEPTED = 202;
    private static final int TOO_LARGE = 413;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final BlockingQueue<Invocation> waiting = new LinkedBlockingQueue<>();
    private final CountDownLatch restored = new CountDownLatch(1);
    private final Runnable idle;
    private @Nullable Invocation current;
    private @Nullable Answer answer;

    /**
     * Starts it.
     *
     * @param idle is told when the runtime has ended what it did and asks for more
     */
    RuntimeApi(Runnable idle) {
        this.idle = idle;
        server = HttpServers.listen(0, 0);
        server.setExecutor(threads);
        server.createContext(ROOT, this::serve);
        server.start();
    }

    /** Host and port, as {@code AWS_LAMBDA_RUNTIME_API} has them. */
    String address() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    /** Gives the runtime something to do. */
    void give(Invocation invocation) {
        waiting.add(invocation);
        restored.countDown();
    }

    /** Whether the runtime was given what it has not asked for yet. */
    boolean hasWork() {
        return !waiting.isEmpty();
    }

    /** Ends what the runtime was given: as it said, if it has; else so. */
    synchronized void end(Answer otherwise) {
        Answer last = answer == null ? otherwise : answer;
        if (current != null) {
            current.end(last);
        }
        for (Invocation next = waiting.poll(); next != null; next = waiting.poll()) {
            next.end(last);
        }
        current = null;
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            switch (path.substring(ROOT.length())) {
                case "invocation/next" -> next(exchange);
                case "restore/next" -> restore(exchange);
                case "init/error", "restore/error" -> failed(exchange);
                default -> invocation(exchange, path.substring(INVOCATION.length()));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void invocation(HttpExchange exchange, String path) throws IOException {
        if (path.endsWith("/error")) {
            failed(exchange);
            return;
        }
        byte[] response = exchange.getRequestBody().readAllBytes();
        if (response.length > RESPONSE_BYTES) {
            answered(new Answer.Failure(
                    "Function.ResponseSizeTooLarge",
                    report(
                            "Function.ResponseSizeTooLarge",
                            "Response payload size exceeded maximum allowed payload size (" + RESPONSE_BYTES
                                    + " bytes).")));
            answer(exchange, TOO_LARGE, new byte[0]);
            return;
        }
        answered(new Answer.Response(new String(response, StandardCharsets.UTF_8)));
        answer(exchange, ACCEPTED, new byte[0]);
    }

    /** Where Lambda takes the snapshot, and goes on from when it restores it. */
    private void restore(HttpExchange exchange) throws IOException, InterruptedException {
        idle.run();
        restored.await();
        answer(exchange, 200, new byte[0]);
    }

    private void next(HttpExchange exchange) throws IOException, InterruptedException {
        endCurrent();
        idle.run();
        Invocation invocation = waiting.take();
        synchronized (this) {
            current = invocation;
        }
        var headers = exchange.getResponseHeaders();
        headers.set("Lambda-Runtime-Aws-Request-Id", invocation.id());
        headers.set(
                "Lambda-Runtime-Deadline-Ms",
                Long.toString(invocation.deadline().toEpochMilli()));
        headers.set("Lambda-Runtime-Invoked-Function-Arn", invocation.functionArn());
        headers.set("Content-Type", "application/json");
        answer(exchange, 200, invocation.event());
    }

    /** Not before the runtime asks for more: until then it is not free for another call. */
    private synchronized void endCurrent() {
        if (current != null) {
            current.end(
                    answer == null ? new Answer.Failure("Runtime.NoAnswer", report("Runtime.NoAnswer", "")) : answer);
        }
        current = null;
        answer = null;
    }

    private void failed(HttpExchange exchange) throws IOException {
        String report = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        JsonNode error = JSON.readTree(report);
        answered(new Answer.Failure(error.path("errorType").asText("Runtime.Unknown"), report));
        answer(exchange, ACCEPTED, new byte[0]);
    }

    private synchronized void answered(Answer said) {
        if (answer == null) {
            answer = said;
        }
    }

    private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
    }

    /** As Lambda reports what the function itself cannot. */
    static String report(String type, String message) {
        return JSON.createObjectNode()
                .put("errorType", type)
                .put("errorMessage", message)
                .toString();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
