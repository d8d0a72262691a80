package steward.secret;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RecentReadTest {
    private static final Credentials MASTER = new Credentials("master", "a password");

    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final RecentRead recent = new RecentRead(() -> now);

    @Test
    void isKeptForSecondsOnly() {
        recent.remember("a", MASTER);
        now = now.plus(RecentRead.LONGEST);
        assertThat(recent.of("a")).contains(MASTER);

        now = now.plus(Duration.ofMillis(1));
        assertThat(recent.of("a")).isEmpty();
    }

    @Test
    void aClockThatWasSetBackTellsNothing() {
        recent.remember("a", MASTER);
        now = now.minusMillis(1);

        assertThat(recent.of("a")).isEmpty();
    }

    @Test
    void isOfOneSecretOnly() {
        recent.remember("a", MASTER);

        assertThat(recent.of("b")).isEmpty();
    }

    @Test
    void isForgotten() {
        recent.remember("a", MASTER);
        recent.forget();

        assertThat(recent.of("a")).isEmpty();
    }

    @Test
    void whatIsClosedHasForgotten() throws IOException {
        AtomicInteger reads = new AtomicInteger();
        HttpServer extension = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        extension.createContext("/", exchange -> {
            reads.incrementAndGet();
            byte[] answer =
                    "{\"SecretString\": \"{\\\"username\\\": \\\"master\\\", \\\"password\\\": \\\"a password\\\"}\"}"
                            .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        extension.start();
        try {
            int port = extension.getAddress().getPort();
            Secrets secrets = new Secrets(
                    SecretsExtension.of(
                            Map.of(SecretsExtension.PORT, Integer.toString(port), "AWS_SESSION_TOKEN", "of a session")),
                    () -> {
                        throw new AssertionError("the extension has answered");
                    });

            assertThat(secrets.recent("a")).isEqualTo(MASTER);
            assertThat(secrets.recent("a")).isEqualTo(MASTER);
            assertThat(reads).hasValue(1);

            secrets.close();
            secrets.recent("a");
            assertThat(reads).hasValue(2);
            secrets.renewed("a");
            assertThat(reads).hasValue(3);
            secrets.read("a");
            assertThat(reads).hasValue(4);
        } finally {
            extension.stop(0);
        }
    }
}
