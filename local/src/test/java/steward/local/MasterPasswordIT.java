package steward.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static steward.local.TestInstallation.execute;
import static steward.local.TestInstallation.random;

import com.sun.net.httpserver.HttpServer;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import steward.Access;
import steward.Instance;
import steward.error.NotPermitted;
import steward.error.ServerUnavailable;
import steward.local.aws.HttpServers;
import steward.local.postgres.Majors;
import steward.local.postgres.PostgresServer;
import steward.postgres.Postgres;
import steward.secret.Secrets;
import steward.secret.SecretsExtension;

/** While RDS rotates the master's password, its secret and the server disagree for a moment. */
final class MasterPasswordIT {
    private static final String OLD = "the-old-password";
    private static final String NEW = "the-new-password";

    private final TestInstallation steward = TestInstallation.SHARED;

    /** A master of its own for each test: the other tests need theirs. */
    private final String master = random("master");

    static List<Integer> majors() {
        return Majors.underTest();
    }

    private Instance instance(int major) throws SQLException {
        PostgresServer server = steward.server(major);
        onTheServer(major, "CREATE ROLE %s LOGIN CREATEROLE PASSWORD '%s'".formatted(master, OLD));
        String secret = steward.secrets
                .createSecret(request -> request.name(master).secretString(text(OLD)))
                .arn();
        return new Instance(master, server.host(), server.port(), server.version(), secret);
    }

    private void onTheServer(int major, String sql) throws SQLException {
        try (Connection superuser = steward.server(major).connectAsSuperuser("postgres")) {
            execute(superuser, sql);
        }
    }

    private void changeServer(int major) {
        try {
            onTheServer(major, "ALTER ROLE %s PASSWORD '%s'".formatted(master, NEW));
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private void changeSecret() {
        steward.secrets.putSecretValue(request -> request.secretId(master).secretString(text(NEW)));
    }

    private String text(String password) {
        return TestInstallation.write(Map.of("username", master, "password", password));
    }

    private String whoAmI(int major, Instance instance, Secrets secrets) {
        try (Postgres postgres = new Postgres(steward.server(major).rootCertificate())) {
            return new Access(postgres, secrets)
                    .asMaster(
                            instance,
                            "postgres",
                            "looking",
                            session -> session.first("SELECT current_user", row -> row.getString(1))
                                    .orElseThrow());
        }
    }

    private static CompletableFuture<Void> inAMoment(Runnable change) {
        return CompletableFuture.runAsync(change, CompletableFuture.delayedExecutor(800, TimeUnit.MILLISECONDS));
    }

    @ParameterizedTest
    @MethodSource("majors")
    void theSecretThatChangesAfterTheServerIsReadAgain(int major) throws SQLException {
        Instance instance = instance(major);
        changeServer(major);
        CompletableFuture<Void> rotation = inAMoment(this::changeSecret);

        assertThat(whoAmI(major, instance, new Secrets(steward.secrets))).isEqualTo(master);

        rotation.join();
    }

    @ParameterizedTest
    @MethodSource("majors")
    void theServerThatChangesAfterTheSecretIsAskedAgain(int major) throws SQLException {
        Instance instance = instance(major);
        changeSecret();
        CompletableFuture<Void> rotation = inAMoment(() -> changeServer(major));

        assertThat(whoAmI(major, instance, new Secrets(steward.secrets))).isEqualTo(master);

        rotation.join();
    }

    /** AWS's extension keeps what it has read for five minutes, if its cache was not switched off. */
    @ParameterizedTest
    @MethodSource("majors")
    void whatTheExtensionHasInItsCacheIsReadPastIt(int major) throws SQLException {
        Instance instance = instance(major);
        changeServer(major);
        changeSecret();
        AtomicInteger asked = new AtomicInteger();
        HttpServer caching = HttpServers.listen(0, 0);
        caching.createContext("/", exchange -> {
            asked.incrementAndGet();
            byte[] answer =
                    TestInstallation.write(Map.of("SecretString", text(OLD))).getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        caching.start();
        try {
            Map<String, String> environment = Map.of(
                    SecretsExtension.PORT,
                    Integer.toString(caching.getAddress().getPort()),
                    "AWS_SESSION_TOKEN",
                    "token");
            Secrets secrets = new Secrets(SecretsExtension.of(environment), () -> steward.secrets);

            assertThat(whoAmI(major, instance, secrets)).isEqualTo(master);
        } finally {
            caching.stop(0);
        }
        assertThat(asked).hasValue(1);
    }

    @ParameterizedTest
    @MethodSource("majors")
    void aPasswordThatStaysWrongIsLeftToARetryAfterSeconds(int major) throws SQLException {
        Instance instance = instance(major);
        changeServer(major);
        long begin = System.nanoTime();

        assertThatThrownBy(() -> whoAmI(major, instance, new Secrets(steward.secrets)))
                .isInstanceOf(ServerUnavailable.class)
                .hasMessageContaining("looking")
                .hasMessageContaining(instance.masterSecretArn())
                .hasMessageNotContaining(OLD);

        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(20));
    }

    /** A project's user has nobody who rotates it unseen, and what it is refused is not the master's password. */
    @ParameterizedTest
    @MethodSource("majors")
    void theWrongPasswordOfAProjectsUserIsRefusedAtOnceAlsoInTheMastersWork(int major) throws SQLException {
        Instance instance = instance(major);
        String user = random("user");
        onTheServer(major, "CREATE ROLE %s LOGIN PASSWORD '%s'".formatted(user, NEW));
        String secret = steward.secrets
                .createSecret(request -> request.name(user)
                        .secretString(TestInstallation.write(Map.of("username", user, "password", OLD))))
                .arn();
        AtomicInteger runs = new AtomicInteger();
        try (Postgres postgres = new Postgres(steward.server(major).rootCertificate())) {
            Access access = new Access(postgres, new Secrets(Optional.empty(), () -> steward.secrets));
            assertThatThrownBy(() -> access.asMaster(instance, "postgres", "working", session -> {
                        runs.incrementAndGet();
                        changeSecret();
                        return access.asUser(instance, secret, "postgres", "reading", other -> user);
                    }))
                    .isInstanceOf(NotPermitted.class)
                    .hasMessageContaining("reading");
        }
        assertThat(runs).hasValue(1);
    }
}
