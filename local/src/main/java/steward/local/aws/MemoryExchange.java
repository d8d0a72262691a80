package steward.local.aws;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpContext;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpPrincipal;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A request and its answer without a connection: what the endpoint's handlers see is the same. */
final class MemoryExchange extends HttpExchange {

    private static final InetSocketAddress NOWHERE = InetSocketAddress.createUnresolved("localhost", 0);

    private final String method;
    private final URI uri;
    private final Headers requestHeaders;
    private final InputStream requestBody;
    private final Headers responseHeaders = new Headers();
    private final ByteArrayOutputStream responseBody = new ByteArrayOutputStream();
    private Optional<Integer> status = Optional.empty();

    MemoryExchange(String method, URI uri, Headers requestHeaders, byte[] body) {
        this.method = method;
        this.uri = uri;
        this.requestHeaders = requestHeaders;
        this.requestBody = new ByteArrayInputStream(body);
    }

    /** Empty if the exchange was closed before anything was sent. */
    Optional<Integer> status() {
        return status;
    }

    byte[] answer() {
        return responseBody.toByteArray();
    }

    @Override
    public Headers getRequestHeaders() {
        return requestHeaders;
    }

    @Override
    public Headers getResponseHeaders() {
        return responseHeaders;
    }

    @Override
    public URI getRequestURI() {
        return uri;
    }

    @Override
    public String getRequestMethod() {
        return method;
    }

    @Override
    public InputStream getRequestBody() {
        return requestBody;
    }

    @Override
    public OutputStream getResponseBody() {
        return responseBody;
    }

    @Override
    public void sendResponseHeaders(int code, long length) {
        status = Optional.of(code);
    }

    @Override
    public int getResponseCode() {
        return status.orElse(-1);
    }

    @Override
    public void close() {
        // Nothing is open.
    }

    @Override
    public InetSocketAddress getRemoteAddress() {
        return NOWHERE;
    }

    @Override
    public InetSocketAddress getLocalAddress() {
        return NOWHERE;
    }

    @Override
    public String getProtocol() {
        return "HTTP/1.1";
    }

    @Override
    public HttpContext getHttpContext() {
        throw new UnsupportedOperationException("there is no server");
    }

    @Override
    public @Nullable Object getAttribute(String name) {
        return null;
    }

    @Override
    public void setAttribute(String name, @Nullable Object value) {
        throw new UnsupportedOperationException("there is no server");
    }

    @Override
    public void setStreams(InputStream in, OutputStream out) {
        throw new UnsupportedOperationException("there is no connection");
    }

    @Override
    public @Nullable HttpPrincipal getPrincipal() {
        return null;
    }
}
