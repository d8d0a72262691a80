package steward.local.integration;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import steward.local.aws.HttpServers;

/** A service that gives prepared answers, by action; the last answer of an action is repeated. */
final class CannedService implements AutoCloseable {

    private static final Pattern QUERY_ACTION = Pattern.compile("(?:^|&)Action=(\\w+)");

    record Answer(int status, String contentType, String body) {}

    record Request(String action, String body) {}

    private final HttpServer server;
    private final Map<String, Deque<Answer>> answers = new ConcurrentHashMap<>();
    private final BlockingQueue<Request> answered = new LinkedBlockingQueue<>();
    private volatile CountDownLatch held = new CountDownLatch(0);
    private final List<Request> requests = new CopyOnWriteArrayList<>();

    CannedService() throws IOException {
        server = HttpServers.listen(0, 0);
        server.createContext("/", this::answer);
        server.start();
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    void xml(String action, int status, String body) {
        add(action, new Answer(status, "text/xml", body));
    }

    void json(String action, int status, String body) {
        add(action, new Answer(status, "application/x-amz-json-1.1", body));
    }

    /** As they were received, query parameters decoded. */
    List<Request> requests() {
        return requests;
    }

    /** Answers wait from now on until they are released. */
    void hold() {
        held = new CountDownLatch(1);
    }

    void release() {
        held.countDown();
    }

    /** The next request that is answered; at most ten seconds from now. */
    Request awaitRequest() throws InterruptedException {
        Request request = answered.poll(10, TimeUnit.SECONDS);
        if (request == null) {
            throw new IllegalStateException("no request came");
        }
        return request;
    }

    private void add(String action, Answer answer) {
        answers.computeIfAbsent(action, unused -> new ArrayDeque<>()).add(answer);
    }

    private void answer(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        String action = action(exchange, body);
        requests.add(new Request(action, URLDecoder.decode(body, StandardCharsets.UTF_8)));
        Deque<Answer> prepared = answers.getOrDefault(action, new ArrayDeque<>());
        await(held);
        Answer answer = prepared.size() > 1 ? prepared.poll() : prepared.peek();
        if (answer == null) {
            answer = new Answer(500, "text/plain", "no answer was prepared for " + action);
        }
        byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", answer.contentType());
        exchange.getResponseHeaders().add("x-amzn-RequestId", "request-1");
        exchange.sendResponseHeaders(answer.status(), bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
        answered.add(requests.getLast());
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String action(HttpExchange exchange, String body) {
        String target = exchange.getRequestHeaders().getFirst("X-Amz-Target");
        if (target != null) {
            return target.substring(target.indexOf('.') + 1);
        }
        Matcher matcher = QUERY_ACTION.matcher(body);
        return matcher.find() ? matcher.group(1) : "unknown";
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
