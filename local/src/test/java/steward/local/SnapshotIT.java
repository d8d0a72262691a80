package steward.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.rds.RdsClient;
import software.amazon.awssdk.services.rds.model.DbInstanceNotFoundException;
import steward.local.asl.Time;
import steward.local.aws.RdsPace;
import steward.local.postgres.Majors;
import steward.local.postgres.PostgresServer;

/** A snapshot of a server in use, restored through the RDS API of an installation. */
final class SnapshotIT {
    private static final String SOURCE = "snapshot-source";
    private static final Duration SHORT = Duration.ofMillis(100);

    private final PostgresServer server =
            PostgresServer.start(Majors.underTest().getLast());
    private final Installation installation =
            Installation.start(0, Time.system(), Map.of(SOURCE, server), List.of("/bin/true"));
    private final RdsClient rds = RdsClient.builder()
            .endpointOverride(installation.endpoint().uri())
            .region(Installation.REGION)
            .credentialsProvider(StaticCredentialsProvider.create(Installation.CREDENTIALS))
            .httpClientBuilder(UrlConnectionHttpClient.builder())
            .build();

    @AfterEach
    void close() {
        rds.close();
        installation.close();
        server.close();
    }

    @Test
    void aServerUnderLoadComesBackAsItWasWithThePasswordsOfThatDay() throws Exception {
        installation.endpoint().rds().setPace(new RdsPace(SHORT, SHORT, SHORT, SHORT, SHORT, SHORT, SHORT, SHORT));
        AtomicLong written = new AtomicLong();
        AtomicBoolean over = new AtomicBoolean();
        try (Connection master = server.connectAsMaster("postgres")) {
            master.createStatement().execute("CREATE TABLE load (id bigint PRIMARY KEY, half bigint, filler text)");
        }
        Thread load = Thread.ofPlatform().start(() -> write(written, over));
        Await.until("rows are written", () -> written.get() > 200);
        long before = written.get();
        String oldPassword = server.masterPassword();

        rds.createDBSnapshot(it -> it.dbInstanceIdentifier(SOURCE).dbSnapshotIdentifier("under-load"));
        long after = written.get() + 1;
        Await.until("more rows are written", () -> written.get() > after + 50);
        over.set(true);
        load.join();
        server.setMasterPassword("a later password");
        Await.until("the source is available", () -> status(SOURCE).equals("available"));
        Await.until(
                "the snapshot is available",
                () -> rds.describeDBSnapshots(it -> it.dbSnapshotIdentifier("under-load"))
                        .dbSnapshots()
                        .getFirst()
                        .status()
                        .equals("available"));
        rds.restoreDBInstanceFromDBSnapshot(it -> it.dbInstanceIdentifier("back")
                .dbSnapshotIdentifier("under-load")
                .deletionProtection(false)
                .backupRetentionPeriod(0));
        Await.until("the restored instance is available", () -> status("back").equals("available"));

        PostgresServer restored = installation.server("back").orElseThrow();
        assertThat(rds.describeDBInstances(it -> it.dbInstanceIdentifier("back"))
                        .dbInstances()
                        .getFirst()
                        .endpoint()
                        .port())
                .isEqualTo(restored.port())
                .isNotEqualTo(server.port());
        try (Connection master = restored.connectAs("master", oldPassword, "postgres")) {
            var row = master.createStatement()
                    .executeQuery("SELECT count(*), max(id), count(*) FILTER (WHERE half * 2 <> id) FROM load");
            row.next();
            assertThat(row.getLong(1)).isBetween(before, after);
            assertThat(row.getLong(2)).isEqualTo(2 * row.getLong(1));
            assertThat(row.getLong(3)).isZero();
        }

        rds.modifyDBInstance(it ->
                it.dbInstanceIdentifier("back").manageMasterUserPassword(true).applyImmediately(true));
        Await.until("the secret is active", () -> secretStatus().equals("active"));
        String password = managedPassword();
        restored.connectAs("master", password, "postgres").close();
        assertThatExceptionOfType(SQLException.class)
                .isThrownBy(() ->
                        restored.connectAs("master", oldPassword, "postgres").close());
        server.connectAs("master", "a later password", "postgres").close();

        rds.deleteDBInstance(it -> it.dbInstanceIdentifier("back").skipFinalSnapshot(true));
        Await.until("the instance is gone", () -> gone("back"));
        assertThatExceptionOfType(SQLException.class)
                .isThrownBy(
                        () -> restored.connectAs("master", password, "postgres").close());
    }

    private void write(AtomicLong written, AtomicBoolean over) {
        try (Connection master = server.connectAsMaster("postgres");
                var insert = master.prepareStatement("INSERT INTO load VALUES (? * 2, ?, repeat('x', 500))")) {
            while (!over.get()) {
                insert.setLong(1, written.get() + 1);
                insert.setLong(2, written.get() + 1);
                insert.executeUpdate();
                written.incrementAndGet();
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private String status(String instance) {
        return rds.describeDBInstances(it -> it.dbInstanceIdentifier(instance))
                .dbInstances()
                .getFirst()
                .dbInstanceStatus();
    }

    private boolean gone(String instance) {
        try {
            status(instance);
            return false;
        } catch (DbInstanceNotFoundException e) {
            return true;
        }
    }

    private String secretStatus() {
        return rds.describeDBInstances(it -> it.dbInstanceIdentifier("back"))
                .dbInstances()
                .getFirst()
                .masterUserSecret()
                .secretStatus();
    }

    private String managedPassword() throws IOException {
        String arn = rds.describeDBInstances(it -> it.dbInstanceIdentifier("back"))
                .dbInstances()
                .getFirst()
                .masterUserSecret()
                .secretArn();
        try (var secrets = installation.secretsManager()) {
            JsonNode value = new ObjectMapper()
                    .readTree(secrets.getSecretValue(it -> it.secretId(arn)).secretString());
            return value.path("password").asText();
        }
    }
}
