package steward.local.aws;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** The JDK's HTTP servers on 127.0.0.1, as all that answers here uses them. */
public final class HttpServers {
    static {
        // Else an answer that takes two writes waits for the client's delayed ACK of the first, 40 ms. Read once, with
        // the
        // first server: https://docs.oracle.com/en/java/javase/21/docs/api/jdk.httpserver/module-summary.html
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    private HttpServers() {}

    /**
     * Makes one that is not started yet.
     *
     * @param port where to listen, 0 for any that is free
     * @param backlog how many connections may wait to be accepted, 0 for the system's own number
     * @throws UncheckedIOException if the port is taken
     */
    public static HttpServer listen(int port, int backlog) {
        try {
            InetAddress here = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
            return HttpServer.create(new InetSocketAddress(here, port), backlog);
        } catch (IOException e) {
            throw new UncheckedIOException("listening on 127.0.0.1:" + port, e);
        }
    }
}
