package steward.extension;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import steward.local.postgres.Majors;
import steward.local.postgres.PostgresServer;
import steward.local.postgres.SharedServers;
import steward.postgres.Login;
import steward.postgres.Postgres;

final class InstalledIT {
    static List<Integer> majors() {
        return Majors.underTest();
    }

    /** As pgrouting requires postgis, which comes after it by name; here two are made to that have no scripts of their own. */
    @ParameterizedTest
    @MethodSource("majors")
    void whatIsRequiredComesFirst(int major) throws SQLException {
        PostgresServer server = SharedServers.server(major);
        byte[] bytes = new byte[6];
        new SecureRandom().nextBytes(bytes);
        String database = "installed_" + HexFormat.of().formatHex(bytes);
        try (Connection superuser = server.connectAsSuperuser("postgres");
                Statement statement = superuser.createStatement()) {
            statement.execute("CREATE DATABASE " + database + " TEMPLATE template0");
            try (Connection inside = server.connectAsSuperuser(database);
                    Statement statements = inside.createStatement()) {
                for (String extension : List.of("citext", "cube", "earthdistance", "hstore", "unaccent")) {
                    statements.execute("CREATE EXTENSION " + extension);
                }
                requires(statements, "citext", "hstore");
                requires(statements, "hstore", "unaccent");
            }
            Login login = new Login(
                    server.host(), server.port(), server.major(), server.masterUsername(), server.masterPassword());
            List<String> names = new Postgres(server.rootCertificate())
                    .withSession(
                            login,
                            database,
                            "looking",
                            session -> Installed.all(session).stream()
                                    .map(Installed::name)
                                    .toList());
            assertThat(names).containsExactly("cube", "plpgsql", "unaccent", "earthdistance", "hstore", "citext");
            statement.execute("DROP DATABASE " + database);
        }
    }

    private static void requires(Statement statements, String extension, String required) throws SQLException {
        String oid = "(SELECT oid FROM pg_extension WHERE extname = '%s')";
        statements.execute("INSERT INTO pg_depend VALUES ('pg_extension'::regclass, " + oid.formatted(extension)
                + ", 0, 'pg_extension'::regclass, " + oid.formatted(required) + ", 0, 'n')");
    }
}
