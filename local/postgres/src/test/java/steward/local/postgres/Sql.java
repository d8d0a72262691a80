package steward.local.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Statements that tests run. */
final class Sql {
    private Sql() {}

    static void execute(Connection connection, String... statements) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    /** The first column of all rows. */
    static List<String> column(Connection connection, String query) throws SQLException {
        List<String> values = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            while (rows.next()) {
                values.add(String.valueOf(rows.getString(1)));
            }
        }
        return values;
    }

    static void assertRefused(Connection connection, String sql) {
        assertFails(connection, sql, "42501");
    }

    static void assertFails(Connection connection, String sql, String state) {
        SQLException failure = catchThrowableOfType(SQLException.class, () -> execute(connection, sql));
        assertThat((Throwable) failure).as(sql).isNotNull();
        assertThat(failure.getSQLState()).as(failure.getMessage()).isEqualTo(state);
    }

    /** Roles and databases belong to the whole server, which the tests share. */
    static String name(String prefix) {
        return prefix + "_" + UUID.randomUUID().toString().replace("-", "").substring(0, 12);
    }
}
