package steward.lambda;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A server in this very process that knows how a conversation begins, for {@link Priming}. */
final class Loopback implements AutoCloseable {
    private static final int SSL_REQUEST_BYTES = 8;
    private static final int SOME_BYTES = 64;

    private final ServerSocket socket;

    /** What it does with one who connects. */
    @FunctionalInterface
    interface Behaviour {
        void serve(Socket client, String answer) throws IOException;
    }

    private Loopback(ServerSocket socket) {
        this.socket = socket;
    }

    static Loopback start(Behaviour behaviour, String answer) throws IOException {
        Loopback started = new Loopback(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
        Thread.ofPlatform().daemon().start(() -> started.serve(behaviour, answer));
        return started;
    }

    int port() {
        return socket.getLocalPort();
    }

    private void serve(Behaviour behaviour, String answer) {
        while (!socket.isClosed()) {
            try (Socket client = socket.accept()) {
                behaviour.serve(client, answer);
            } catch (IOException over) {
                // The client is gone, or we are.
            }
        }
    }

    /** Answers any request. */
    static void http(Socket client, String answer) throws IOException {
        InputStream request = new BufferedInputStream(client.getInputStream());
        int length = 0;
        for (String line = line(request); !line.isEmpty(); line = line(request)) {
            if (line.toLowerCase(java.util.Locale.ROOT).startsWith("content-length:")) {
                length = Integer.parseInt(line.substring(line.indexOf(':') + 1).strip());
            }
        }
        request.readNBytes(length);
        client.getOutputStream().write(answer.getBytes(StandardCharsets.UTF_8));
    }

    private static String line(InputStream request) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = request.read(); next >= 0 && next != '\n'; next = request.read()) {
            line.append((char) next);
        }
        return line.toString().strip();
    }

    /** Agrees to TLS, and hangs up in the middle of the handshake. */
    static void postgres(Socket client, String ignored) throws IOException {
        client.getInputStream().readNBytes(SSL_REQUEST_BYTES);
        client.getOutputStream().write('S');
        client.getInputStream().readNBytes(SOME_BYTES);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
