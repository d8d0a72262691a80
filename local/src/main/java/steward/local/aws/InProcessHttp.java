package steward.local.aws;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpHandler;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.function.Supplier;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpFullResponse;

/**
 * The HTTP client of an AWS SDK client in the endpoint's own JVM: requests and answers are the bytes that they would be on
 * the wire, but there is no wire. A dropped answer is an IOException, as it would be there.
 */
final class InProcessHttp implements SdkHttpClient {

    private final Supplier<HttpHandler> endpoint;

    /** @param endpoint is asked at each request */
    InProcessHttp(Supplier<HttpHandler> endpoint) {
        this.endpoint = endpoint;
    }

    @Override
    public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
        return new ExecutableHttpRequest() {
            @Override
            public HttpExecuteResponse call() throws IOException {
                return send(request);
            }

            @Override
            public void abort() {
                // It is over when it returns.
            }
        };
    }

    private HttpExecuteResponse send(HttpExecuteRequest request) throws IOException {
        var http = request.httpRequest();
        var headers = new Headers();
        http.forEachHeader((name, values) -> values.forEach(value -> headers.add(name, value)));
        var exchange = new MemoryExchange(http.method().name(), http.getUri(), headers, body(request));
        endpoint.get().handle(exchange);
        var status =
                exchange.status().orElseThrow(() -> new IOException("the connection was closed without an answer"));
        var response = SdkHttpFullResponse.builder().statusCode(status);
        exchange.getResponseHeaders().forEach(response::putHeader);
        return HttpExecuteResponse.builder()
                .response(response.build())
                .responseBody(AbortableInputStream.create(new ByteArrayInputStream(exchange.answer())))
                .build();
    }

    private static byte[] body(HttpExecuteRequest request) throws IOException {
        var provider = request.contentStreamProvider();
        if (provider.isEmpty()) {
            return new byte[0];
        }
        try (var stream = provider.get().newStream()) {
            return stream.readAllBytes();
        }
    }

    @Override
    public String clientName() {
        return "InProcess";
    }

    @Override
    public void close() {
        // Nothing is open.
    }
}
