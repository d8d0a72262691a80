package steward.lambda;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.function.IntConsumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import steward.Access;
import steward.Instance;
import steward.Operation;
import steward.Operations;
import steward.StrictJson;
import steward.error.StewardException;
import steward.postgres.Postgres;
import steward.postgres.RootCertificates;
import steward.postgres.UnexpectedSqlError;
import steward.secret.Credentials;
import steward.secret.Secrets;

/**
 * Goes through what a first call goes through, with nobody but ourselves at the other end: classes are loaded and tables
 * filled, but no connection, no secret and no address of anybody else comes into the snapshot.
 */
final class Priming {
    private static final Instance NOBODYS = new Instance("none", "localhost", 0, "17.0", "none");
    private static final Credentials NOBODY = new Credentials("nobody", "none");
    private static final String SECRET =
            "{\"SecretString\": \"{\\\"username\\\": \\\"nobody\\\", \\\"password\\\": \\\"none\\\"}\"}";
    private static final String ANSWER = "HTTP/1.1 200 OK\r\nContent-Type: application/x-amz-json-1.1\r\n"
            + "Connection: close\r\nContent-Length: " + SECRET.length() + "\r\n\r\n" + SECRET;
    private static final int TLS_PORT = 443;

    private record Sample(List<String> texts, boolean flag, long number) {}

    private Priming() {}

    static void run(Operation.Function function) {
        try {
            catalogue(function);
            serializer();
            secrets();
            driver();
            tls();
        } catch (IOException e) {
            throw new UncheckedIOException("priming", e);
        }
    }

    /** The operations' classes are not loaded before somebody asks for one. */
    private static void catalogue(Operation.Function function) {
        for (Operation<?, ?> operation : Operations.all()) {
            if (operation.function() == function) {
                load(operation.inputType().getEnclosingClass());
                load(operation.inputType());
            }
        }
    }

    private static void load(Class<?> type) {
        try {
            Class.forName(type.getName(), true, type.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException("a class that is in the catalogue", e);
        }
    }

    private static void serializer() throws IOException {
        String payload = "{\"operation\": \"\", \"input\": {\"texts\": [\"\"], \"flag\": true, \"number\": 1}}";
        Request request = Request.read(new ByteArrayInputStream(payload.getBytes(StandardCharsets.UTF_8)));
        StrictJson.write(new ByteArrayOutputStream(), request.inputAs(Sample.class));
    }

    private static void secrets() throws IOException {
        atOurselves(Loopback::http, port -> {
            try (Secrets secrets = Configuration.secrets("us-east-1", URI.create("http://127.0.0.1:" + port))) {
                secrets.read("none");
            }
        });
    }

    /** As far as the server's part of the TLS handshake, which does not come. */
    private static void driver() throws IOException {
        atOurselves(Loopback::postgres, port -> {
            Instance instance = new Instance(
                    NOBODYS.identifier(), NOBODYS.host(), port, NOBODYS.engineVersion(), NOBODYS.masterSecretArn());
            Postgres postgres = new Postgres(RootCertificates.of(null, "us-east-1"));
            try (Access access =
                    new Access(postgres, Configuration.secrets("us-east-1", URI.create("http://127.0.0.1")))) {
                access.accepts(instance, NOBODY);
            } catch (StewardException | UnexpectedSqlError expected) {
                // Nobody is there.
            }
        });
    }

    /** The certificates of the JDK, which AWS's lead to, and what makes up a client's first message. */
    private static void tls() throws SSLException {
        try {
            SSLEngine engine = SSLContext.getDefault().createSSLEngine("localhost", TLS_PORT);
            engine.setUseClientMode(true);
            engine.beginHandshake();
            engine.wrap(
                    ByteBuffer.allocate(0),
                    ByteBuffer.allocate(engine.getSession().getPacketBufferSize()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has TLS", e);
        }
    }

    private static void atOurselves(Loopback.Behaviour behaviour, IntConsumer client) throws IOException {
        try (Loopback loopback = Loopback.start(behaviour, ANSWER)) {
            client.accept(loopback.port());
        }
    }
}
