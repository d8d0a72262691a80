package steward.local.aws;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;

/** Finds the service that a request is for, and sees to it that every request is answered. */
final class Dispatcher implements HttpHandler {

    private static final System.Logger LOG = System.getLogger(Dispatcher.class.getName());
    private static final Answer NOBODY =
            new Answer(404, "application/json", "{\"__type\":\"UnknownOperationException\"}");

    private final List<Api> apis;
    private final S3Handler s3;
    private final Faults faults;
    private final Calls calls;
    private final Runnable settle;

    /** @param settle lets happen what is due; called before each request */
    Dispatcher(List<Api> apis, S3Handler s3, Faults faults, Calls calls, Runnable settle) {
        this.apis = List.copyOf(apis);
        this.s3 = s3;
        this.faults = faults;
        this.calls = calls;
        this.settle = settle;
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        if (S3Handler.takes(exchange)) {
            s3.handle(exchange);
            return;
        }
        settle.run();
        try (exchange) {
            var body = exchange.getRequestBody().readAllBytes();
            var requestId = UUID.randomUUID().toString();
            send(exchange, requestId, answer(exchange, body, requestId));
        } catch (Faults.Dropped e) {
            // Closing an exchange to which nothing was sent closes its connection.
        }
    }

    private Answer answer(HttpExchange exchange, byte[] body, String requestId) {
        for (var api : apis) {
            if (api.takes(exchange.getRequestHeaders())) {
                return answer(api, exchange, body, requestId);
            }
        }
        return NOBODY;
    }

    private Answer answer(Api api, HttpExchange exchange, byte[] body, String requestId) {
        try {
            var call = api.read(exchange.getRequestHeaders(), body);
            return recorded(call.action(), body, () -> answer(api, call, requestId));
        } catch (AwsError e) {
            return api.refuse(e, requestId);
        }
    }

    private Answer answer(Api api, Api.Call call, String requestId) {
        try {
            var after = faults.before(call.action());
            var answer = make(call, api, requestId);
            after.happen();
            return answer;
        } catch (AwsError e) {
            return api.refuse(e, requestId);
        }
    }

    private Answer recorded(String action, byte[] body, Supplier<Answer> work) {
        if (!calls.heard()) {
            return work.get();
        }
        var request = new String(body, StandardCharsets.UTF_8);
        try {
            var answer = work.get();
            calls.tell(new RecordedCall(action, request, answer.status(), answer.text()));
            return answer;
        } catch (Faults.Dropped e) {
            calls.tell(new RecordedCall(action, request, 0, ""));
            throw e;
        }
    }

    private static Answer make(Api.Call call, Api api, String requestId) {
        try {
            return call.make(requestId);
        } catch (AwsError e) {
            return api.refuse(e, requestId);
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, () -> call.action() + " failed", e);
            return api.refuse(new AwsError(500, "InternalFailure", "see the endpoint's log"), requestId);
        }
    }

    private static void send(HttpExchange exchange, String requestId, Answer answer) throws IOException {
        var headers = exchange.getResponseHeaders();
        headers.set("Content-Type", answer.contentType());
        headers.set("x-amzn-RequestId", requestId);
        exchange.sendResponseHeaders(answer.status(), answer.content().length);
        exchange.getResponseBody().write(answer.content());
    }
}
