package steward.role;

import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import steward.error.NotPermitted;
import steward.error.ObjectMissing;
import steward.error.StewardException;
import steward.error.VerificationFailed;
import steward.postgres.Session;
import steward.postgres.Sql;
import steward.postgres.UnexpectedSqlError;

/**
 * Tries, as the reader, what a reader must not be able to do. Each attempt is made in a transaction that is taken back,
 * and would change nothing even so. Only the server's "insufficient privilege" counts as refused; it comes before any
 * trigger, constraint or default of a tenant's could answer in its place.
 */
final class ReaderAttempts {
    private static final String REFUSED = "42501";

    private final Session session;
    private final String user;
    private final Checks checks;

    ReaderAttempts(Session session, String user, Checks checks) {
        this.session = session;
        this.user = user;
        this.checks = checks;
    }

    /** Tries to change tables; {@code all} is how many there are, of which these are tried. */
    void onTables(List<Table> tables, int all) {
        each("cannot insert", "INSERT INTO %I.%I SELECT WHERE false", tables, all);
        update(tables, all);
        each("cannot delete", "DELETE FROM %I.%I WHERE false", tables, all);
        each("cannot truncate", "TRUNCATE TABLE %I.%I", tables, all);
        each("cannot alter", "ALTER TABLE %I.%I ADD COLUMN steward_proof integer", tables, all);
        each("cannot drop", "DROP TABLE %I.%I", tables, all);
    }

    private void update(List<Table> tables, int all) {
        String check = "cannot update";
        List<Table> withColumns =
                tables.stream().filter(table -> table.column().isPresent()).toList();
        for (Table table : withColumns) {
            attempt(
                    check,
                    "UPDATE %I.%I SET %I = DEFAULT WHERE false",
                    table.schema(),
                    table.name(),
                    table.column().orElseThrow());
        }
        checks.passed(check, refused(withColumns.size(), all));
    }

    private void each(String check, String sql, List<Table> tables, int all) {
        tables.forEach(table -> attempt(check, sql, table.schema(), table.name()));
        checks.passed(check, refused(tables.size(), all));
    }

    private static String refused(int tried, int all) {
        return tried == all ? "refused" : "refused (tried at %d of %d tables, looked up for all)".formatted(tried, all);
    }

    /** Tries to make things, in these schemas and in the database, and to be somebody else. */
    void onDatabase(List<String> schemas, String owner) {
        schemas.forEach(schema -> attempt("cannot create a table", "CREATE TABLE %I.steward_proof ()", schema));
        checks.passed("cannot create a table", inSchemas(schemas.size()));
        single("cannot create a schema", "CREATE SCHEMA steward_proof");
        single("cannot create a temporary table", "CREATE TEMPORARY TABLE steward_proof ()");
        single("cannot become the owner", "SET ROLE %I", owner);
    }

    private static String inSchemas(int count) {
        return switch (count) {
            case 0 -> "not tried: there is no schema where only some may";
            case 1 -> "refused in 1 schema";
            default -> "refused in %d schemas".formatted(count);
        };
    }

    /** Tries to advance a sequence. */
    void onSequence(String schema, String sequence) {
        single("cannot advance a sequence", "SELECT nextval(%L)", Sql.format("%I.%I", schema, sequence));
    }

    private void single(String check, String sql, String... names) {
        attempt(check, sql, names);
        checks.passed(check, "refused");
    }

    private void attempt(String check, String sql, String... names) {
        Optional<String> notRefused = tried(sql, names);
        if (notRefused.isPresent()) {
            throw new VerificationFailed("%s: not refused to user \"%s\": %s%s"
                    .formatted(check, user, Sql.format(sql, names), notRefused.get()));
        }
    }

    /** Empty if it was refused, or the table or schema is gone by now; else what happened. */
    private Optional<String> tried(String sql, String... names) {
        try {
            session.rollingBack(() -> session.execute(sql, names));
            return Optional.of("");
        } catch (NotPermitted e) {
            return hasState(e, REFUSED) ? Optional.empty() : Optional.of(": " + e.getMessage());
        } catch (ObjectMissing e) {
            return hasState(e, "3F000") ? Optional.empty() : Optional.of(": " + e.getMessage());
        } catch (UnexpectedSqlError e) {
            return e.hasState("42P01") ? Optional.empty() : Optional.of(": " + e.getMessage());
        }
    }

    private static boolean hasState(StewardException failure, String state) {
        return failure.getCause() instanceof SQLException e && state.equals(e.getSQLState());
    }
}
