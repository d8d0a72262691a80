package steward.local.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** There is no way into a server but TLS and the right password. */
final class ConnectionIT {
    private static final String MAJORS = "steward.local.postgres.Majors#underTest";

    @ParameterizedTest
    @MethodSource(MAJORS)
    void theConnectionIsEncryptedAndThePasswordScram(int major) throws Exception {
        PostgresServer server = SharedServers.server(major);
        try (Connection superuser = server.connectAsSuperuser("postgres")) {
            assertThat(Sql.column(superuser, "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"))
                    .containsExactly("t");
            assertThat(Sql.column(superuser, """
                    SELECT left(rolpassword, 13) FROM pg_authid WHERE rolname IN ('master', 'rdsadmin')
                    """)).containsExactly("SCRAM-SHA-256", "SCRAM-SHA-256");
        }
    }

    @ParameterizedTest
    @MethodSource(MAJORS)
    void withoutTlsNobodyIsLetIn(int major) {
        PostgresServer server = SharedServers.server(major);
        assertThatThrownBy(() -> connect(server, "127.0.0.1", "disable", server.rootCertificate()))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("no pg_hba.conf entry");
    }

    @ParameterizedTest
    @MethodSource(MAJORS)
    void theCertificateIsForBothNamesOfThisMachineAndOfOurRootOnly(int major, @TempDir Path folder) throws Exception {
        PostgresServer server = SharedServers.server(major);
        connect(server, "localhost", "verify-full", server.rootCertificate()).close();
        connect(server, "127.0.0.1", "verify-full", server.rootCertificate()).close();
        Path other = Files.writeString(
                folder.resolve("other.pem"), Certificates.make().root());
        assertThatThrownBy(() -> connect(server, "127.0.0.1", "verify-full", other))
                .isInstanceOf(SQLException.class)
                .rootCause()
                .isInstanceOf(GeneralSecurityException.class);
    }

    @ParameterizedTest
    @MethodSource(MAJORS)
    void noOtherPasswordIsAccepted(int major) throws Exception {
        PostgresServer server = SharedServers.server(major);
        Passwords cached = Template.of(server.installation()).passwords();
        assertThatThrownBy(() -> server.connectAs("rdsadmin", cached.superuser(), "postgres"))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("password authentication failed");
        assertThatThrownBy(() -> server.connectAs("master", "", "postgres")).isInstanceOf(SQLException.class);
    }

    @ParameterizedTest
    @MethodSource(MAJORS)
    void theMastersPasswordCanBeReplaced(int major) throws Exception {
        try (PostgresServer server = PostgresServer.start(major)) {
            String before = server.masterPassword();
            server.setMasterPassword("it's another one");
            server.connectAsMaster("postgres").close();
            assertThat(server.masterPassword()).isEqualTo("it's another one");
            assertThatThrownBy(() -> server.connectAs("master", before, "postgres"))
                    .hasMessageContaining("password authentication failed");
        }
    }

    private static Connection connect(PostgresServer server, String host, String sslmode, Path root)
            throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", server.masterUsername());
        properties.setProperty("password", server.masterPassword());
        properties.setProperty("sslmode", sslmode);
        properties.setProperty("sslrootcert", root.toString());
        return DriverManager.getConnection(
                "jdbc:postgresql://%s:%d/postgres".formatted(host, server.port()), properties);
    }
}
