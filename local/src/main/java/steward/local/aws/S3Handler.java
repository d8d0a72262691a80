package steward.local.aws;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.UUID;

/** Answers every request to S3. Bodies are streamed in both directions. */
final class S3Handler implements HttpHandler {

    private static final System.Logger LOG = System.getLogger(S3Handler.class.getName());

    private final S3 s3;
    private final Faults faults;

    S3Handler(S3 s3, Faults faults) {
        this.s3 = s3;
        this.faults = faults;
    }

    /** Signed for S3, in a header or, in an address that was given away, in the query. */
    static boolean takes(HttpExchange exchange) {
        var query = exchange.getRequestURI().getRawQuery();
        return CredentialScope.names("s3", exchange.getRequestHeaders())
                || (query != null && query.matches("(?i).*X-Amz-Credential=[^&]*(/|%2F)s3(/|%2F).*"));
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        var requestId = UUID.randomUUID().toString();
        try (exchange;
                var answer = answer(exchange, requestId)) {
            send(exchange, requestId, answer);
        } catch (Faults.Dropped e) {
            // Closing an exchange to which nothing was sent closes its connection.
        }
    }

    private S3Answer answer(HttpExchange exchange, String requestId) throws IOException {
        try {
            var request = S3Request.of(exchange);
            var route = s3.route(request);
            var after = faults.before("s3:" + route.action());
            return finish(make(route, request, requestId), after);
        } catch (AwsError e) {
            return refuse(exchange, e, requestId);
        }
    }

    private static S3Answer make(S3Route route, S3Request request, String requestId) throws IOException {
        try {
            return route.method().answer(request);
        } catch (AwsError e) {
            return refuse(request.exchange(), e, requestId);
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, () -> "s3:" + route.action() + " failed", e);
            var error = new AwsError(500, "InternalError", "see the endpoint's log");
            return refuse(request.exchange(), error, requestId);
        }
    }

    /** A fault that happens now takes the place of the answer, which is let go. */
    private static S3Answer finish(S3Answer answer, Faults.After after) {
        var sent = false;
        try {
            after.happen();
            sent = true;
            return answer;
        } catch (Faults.Cut cut) {
            sent = true;
            return answer.cutAfter(cut.bytes());
        } finally {
            if (!sent) {
                answer.close();
            }
        }
    }

    private static S3Answer refuse(HttpExchange exchange, AwsError error, String requestId) {
        drain(exchange);
        return S3Answer.refusal(error, requestId);
    }

    /** A client that is still sending looks for an answer only when it is through. */
    private static void drain(HttpExchange exchange) {
        try (var rest = exchange.getRequestBody()) {
            rest.transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            throw new UncheckedIOException("the client went away", e);
        }
    }

    private static void send(HttpExchange exchange, String requestId, S3Answer answer) throws IOException {
        var headers = exchange.getResponseHeaders();
        answer.headers.forEach(headers::set);
        headers.set("x-amz-request-id", requestId);
        headers.set("x-amz-id-2", requestId);
        headers.set("Server", "AmazonS3");
        if (exchange.getRequestMethod().equals("HEAD")) {
            headers.set("Content-Length", Long.toString(answer.length));
            exchange.sendResponseHeaders(answer.status, -1);
            return;
        }
        exchange.sendResponseHeaders(answer.status, answer.length == 0 ? -1 : answer.length);
        if (answer.length > 0) {
            answer.write(exchange.getResponseBody());
        }
    }
}
