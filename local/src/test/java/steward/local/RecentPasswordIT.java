package steward.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import steward.Access;
import steward.Instance;
import steward.error.NotPermitted;
import steward.error.ObjectMissing;
import steward.local.asl.Time;
import steward.local.postgres.Majors;
import steward.local.postgres.PostgresServer;
import steward.postgres.Postgres;
import steward.secret.Secrets;

/** The master's password is read once for steps that follow each other, and again as soon as it is refused. */
class RecentPasswordIT {
    private static final int MAJOR = Majors.underTest().getLast();

    private final PostgresServer server = PostgresServer.start(MAJOR);
    private final Installation installation = Installation.start(0, Time.system(), Map.of("first", server));
    private final SecretsManagerClient client = installation.secretsManager();
    private final AtomicInteger reads = new AtomicInteger();
    private String secret = "";
    private final Access access =
            new Access(new Postgres(server.rootCertificate()), new Secrets(installation.secretsManager()));

    @BeforeEach
    void store() {
        secret = client.createSecret(it -> it.name("master").secretString(value(server.masterPassword())))
                .arn();
        installation.endpoint().calls().listen(call -> {
            if (call.action().equals("secretsmanager:GetSecretValue")) {
                reads.incrementAndGet();
            }
        });
    }

    @AfterEach
    void close() {
        access.close();
        client.close();
        installation.close();
        server.close();
    }

    private String value(String password) {
        return "{\"username\": \"%s\", \"password\": \"%s\"}".formatted(server.masterUsername(), password);
    }

    /** In a database whose sessions stay for no one. */
    private int backend() {
        Instance instance = new Instance("first", server.host(), server.port(), server.version(), secret);
        return access.asMaster(
                instance,
                "template1",
                "testing",
                session -> session.first("SELECT pg_backend_pid()", row -> row.getInt(1))
                        .orElseThrow());
    }

    @Test
    void itIsReadOnceForStepsThatFollowEachOther() {
        int first = backend();
        assertThat(backend()).isNotEqualTo(first);
        assertThat(backend()).isNotEqualTo(first);

        assertThat(reads).hasValue(1);
    }

    @Test
    void aRotatedOneIsReadAgainAtOnce() throws SQLException {
        backend();
        server.setMasterPassword("rotated");
        client.putSecretValue(it -> it.secretId(secret).secretString(value("rotated")));

        backend();
        assertThat(reads).hasValue(2);
        backend();
        assertThat(reads).hasValue(2);
    }

    @Test
    void aWrongOneIsRefusedAsBefore() throws SQLException {
        backend();
        server.setMasterPassword("changed by hand");

        assertThatThrownBy(this::backend).isInstanceOf(NotPermitted.class);
        assertThat(reads).hasValue(2);
    }

    @Test
    void anotherSecretIsAnother() {
        backend();
        secret = "no such secret";

        assertThatThrownBy(this::backend).isInstanceOf(ObjectMissing.class);
    }
}
