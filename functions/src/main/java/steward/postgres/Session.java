package steward.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * One connection to Postgres, in autocommit since {@code CREATE DATABASE} refuses a transaction. Failures carry what
 * was being done, as one of {@code steward.error}.
 */
public final class Session {
    /** A revoke or grant that changed nothing is only a warning in Postgres (01006, 01007). */
    private static final Set<String> WARNINGS_THAT_ARE_ERRORS = Set.of("01006", "01007");

    private final Connection connection;
    private final String doing;

    Session(Connection connection, String doing) {
        this.connection = connection;
        this.doing = doing;
    }

    /** Reads one row into a value. */
    @FunctionalInterface
    public interface RowReader<T> {
        T read(ResultSet row) throws SQLException;
    }

    /** Executes a statement; {@code %I} and {@code %L} in it are filled in by {@link Sql#format}. */
    public void execute(String sql, String... values) {
        try (Statement statement = connection.createStatement()) {
            statement.execute(Sql.format(sql, values));
            refuseWarnings(statement.getWarnings());
        } catch (SQLException e) {
            throw SqlErrors.translate(doing, e);
        }
    }

    /** All rows of a query; {@code ?} in it stand for the values. */
    public <T> List<T> query(String sql, RowReader<T> reader, Object... values) {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
            try (ResultSet rows = statement.executeQuery()) {
                List<T> result = new ArrayList<>();
                while (rows.next()) {
                    result.add(reader.read(rows));
                }
                return result;
            }
        } catch (SQLException e) {
            throw SqlErrors.translate(doing, e);
        }
    }

    /** The first row of a query, if it has one. */
    public <T> Optional<T> first(String sql, RowReader<T> reader, Object... values) {
        return query(sql, reader, values).stream().findFirst();
    }

    /** Whether a query's only column is true in its only row. */
    public boolean isTrue(String sql, Object... values) {
        return first(sql, row -> row.getBoolean(1), values).orElse(false);
    }

    /** Runs statements in one transaction: all of them take effect, or none. */
    public void inTransaction(Runnable statements) {
        execute("BEGIN");
        try {
            statements.run();
            execute("COMMIT");
        } catch (Throwable failure) {
            rollBack(failure);
            throw failure;
        }
    }

    /** Runs statements in a transaction and takes their effect back. */
    public void rollingBack(Runnable statements) {
        rollingBack(() -> {
            statements.run();
            return statements;
        });
    }

    /** Runs statements in a transaction, takes their effect back and returns what was found. */
    public <T> T rollingBack(Supplier<T> statements) {
        execute("BEGIN");
        T found;
        try {
            found = statements.get();
        } catch (Throwable failure) {
            rollBack(failure);
            throw failure;
        }
        execute("ROLLBACK");
        return found;
    }

    /** Sets the search path to the catalogue, wherever a script has left it. */
    public void lookUpInCatalogOnly() {
        execute("SET search_path = " + SearchPath.CATALOG);
    }

    private void rollBack(Throwable failure) {
        try {
            execute("ROLLBACK");
        } catch (RuntimeException e) {
            failure.addSuppressed(e);
        }
    }

    private static void refuseWarnings(SQLWarning first) throws SQLException {
        for (SQLWarning warning = first; warning != null; warning = warning.getNextWarning()) {
            if (WARNINGS_THAT_ARE_ERRORS.contains(warning.getSQLState())) {
                throw warning;
            }
        }
    }
}
