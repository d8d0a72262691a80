package steward.local.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.ResultSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class PostgresServerIT {
    @ParameterizedTest
    @MethodSource("steward.local.postgres.Majors#underTest")
    void theMasterConnectsToTheMajorAskedFor(int major) throws Exception {
        PostgresServer server = SharedServers.server(major);
        try (Connection connection = server.connectAsMaster("postgres");
                ResultSet row = connection.createStatement().executeQuery("SHOW server_version")) {
            assertThat(row.next()).isTrue();
            assertThat(row.getString(1)).startsWith(server.version());
            assertThat(server.major()).isEqualTo(major);
        }
    }
}
