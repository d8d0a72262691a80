package steward.local.aws;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import steward.local.postgres.Certificates;

/** An endpoint's HTTPS side, as AWS has no other: takes TLS off, and hands on every byte. */
public final class TlsFront implements AutoCloseable {
    private static final int BACKLOG = 128;
    private static final char[] NO_PASSWORD = {};

    private final URI endpoint;
    private final SSLServerSocket socket;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    private TlsFront(URI endpoint, SSLServerSocket socket) {
        this.endpoint = endpoint;
        this.socket = socket;
    }

    /**
     * Starts one on a free port.
     *
     * @param endpoint what stands behind it
     * @param certificates with which it says that it is localhost
     */
    public static TlsFront start(URI endpoint, Certificates certificates) {
        try {
            TlsFront front = new TlsFront(endpoint, (SSLServerSocket) context(certificates)
                    .getServerSocketFactory()
                    .createServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress()));
            front.threads.execute(front::accept);
            return front;
        } catch (IOException e) {
            throw new UncheckedIOException("listening for TLS", e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("certificates of our own", e);
        }
    }

    private static SSLContext context(Certificates certificates) throws GeneralSecurityException, IOException {
        Certificate certificate = CertificateFactory.getInstance("X.509")
                .generateCertificate(
                        new ByteArrayInputStream(certificates.server().getBytes(StandardCharsets.US_ASCII)));
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, NO_PASSWORD);
        store.setKeyEntry("server", key(certificates.serverKey()), NO_PASSWORD, new Certificate[] {certificate});
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, NO_PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context;
    }

    private static PrivateKey key(String pem) throws GeneralSecurityException {
        String content = pem.lines().filter(line -> !line.startsWith("-")).reduce("", String::concat);
        return KeyFactory.getInstance("RSA")
                .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(content)));
    }

    /** Such as {@code https://localhost:4567}. */
    public URI uri() {
        return URI.create("https://localhost:" + socket.getLocalPort());
    }

    private void accept() {
        while (!socket.isClosed()) {
            try {
                connect(socket.accept());
            } catch (IOException over) {
                // Closed, or this one client has gone already.
            }
        }
    }

    private void connect(Socket client) throws IOException {
        try {
            Socket server = new Socket(endpoint.getHost(), endpoint.getPort());
            server.setTcpNoDelay(true);
            client.setTcpNoDelay(true);
            threads.execute(() -> handOn(client, server));
            threads.execute(() -> handOn(server, client));
        } catch (IOException nobody) {
            // Nobody is behind us: the client sees its connection end.
            client.close();
        }
    }

    /** Until one side ends: an HTTP connection is of no use with half of it. */
    private static void handOn(Socket from, Socket to) {
        try (from;
                to) {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException over) {
            // The other side learns of it: both are closed.
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException("closing", e);
        }
        threads.shutdownNow();
    }
}
