package steward.local;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import steward.local.postgres.PostgresServer;

/**
 * The real driver, but the master may grant itself ADMIN OPTION on roles that it has none on, as RDS is said to let it:
 * rdsadmin does it in its stead. Plain Postgres has no such rule that could be switched on.
 *
 * @see <a href="https://github.com/gravitational/teleport/pull/48897">a report of what RDS does</a>
 */
final class LenientDriver extends WatchingDriver {
    private static final Pattern GRANT = Pattern.compile("(GRANT \"(.*)\" TO )CURRENT_USER( WITH ADMIN .*)");

    private final PostgresServer server;
    private final List<String> admitted = new ArrayList<>();

    private LenientDriver(PostgresServer server) {
        this.server = server;
    }

    /** Takes the place of the real driver until closed. */
    static LenientDriver install(PostgresServer server) throws SQLException {
        LenientDriver lenient = new LenientDriver(server);
        lenient.takePlace();
        return lenient;
    }

    /** The roles, in the order in which they were granted. */
    synchronized List<String> admitted() {
        return List.copyOf(admitted);
    }

    @Override
    synchronized boolean admit(Connection connection, String sql) throws SQLException {
        Matcher grant = GRANT.matcher(sql);
        if (!grant.matches()) {
            return true;
        }
        try (Connection rdsadmin = server.connectAsSuperuser("postgres")) {
            TestInstallation.execute(rdsadmin, grant.group(1) + server.masterUsername() + grant.group(3));
        }
        // In the middle of a transaction a session takes note of what another has granted when it locks another table.
        TestInstallation.execute(connection, "SELECT FROM pg_catalog.pg_language");
        admitted.add(grant.group(2));
        return false;
    }
}
