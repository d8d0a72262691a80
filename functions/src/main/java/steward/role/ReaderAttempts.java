package steward.role;

import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import steward.error.NotPermitted;
import steward.error.ObjectBusy;
import steward.error.ObjectMissing;
import steward.error.StewardException;
import steward.error.VerificationFailed;
import steward.postgres.Session;
import steward.postgres.Sql;
import steward.postgres.UnexpectedSqlError;

/**
 * Tries, as the reader, what a reader must not be able to do. Each attempt is made in a transaction that is taken back,
 * and would change nothing even so. Only the server's "insufficient privilege" counts as refused; it comes before any
 * trigger, constraint or default of a tenant's could answer in its place, but not before rules: rows of tables that have
 * some are not tried.
 */
final class ReaderAttempts {
    private static final String REFUSED = "42501";
    private static final String LOCKED = "55P03";

    private final Session session;
    private final String user;
    private final Checks checks;
    private final Set<Table> locked = new HashSet<>();

    ReaderAttempts(Session session, String user, Checks checks) {
        this.session = session;
        this.user = user;
        this.checks = checks;
    }

    /** Tries to change tables; {@code all} is how many there are, of which these are tried. */
    void onTables(List<Table> tables, int all) {
        rows("cannot insert", "INSERT INTO %I.%I SELECT WHERE false", tables, all);
        update(tables, all);
        rows("cannot delete", "DELETE FROM %I.%I WHERE false", tables, all);
        each("cannot truncate", "TRUNCATE TABLE %I.%I", tables, all);
        each("cannot alter", "ALTER TABLE %I.%I ADD COLUMN steward_proof integer", tables, all);
        each("cannot drop", "DROP TABLE %I.%I", tables, all);
    }

    private void update(List<Table> tables, int all) {
        String sql = "UPDATE %I.%I SET %I = DEFAULT WHERE false";
        count(
                "cannot update",
                tables.stream().filter(table -> table.column().isPresent()),
                table -> onRows("cannot update", sql, table, table.column().orElseThrow()),
                all);
    }

    private void rows(String check, String sql, List<Table> tables, int all) {
        count(check, tables.stream(), table -> onRows(check, sql, table), all);
    }

    private void each(String check, String sql, List<Table> tables, int all) {
        count(check, tables.stream(), table -> attempt(check, sql, table.schema(), table.name()), all);
    }

    private void count(String check, Stream<Table> tables, Predicate<Table> attempt, int all) {
        checks.passed(check, refused(tables.filter(attempt).count(), all));
    }

    /**
     * Waits for a lock before the server looks at privileges: while an index is built, say. That tells nothing of the
     * reader, whose privileges have been looked up.
     *
     * @return whether it was tried
     */
    private boolean onRows(String check, String sql, Table table, String... more) {
        if (table.ruled() || locked.contains(table)) {
            return false;
        }
        try {
            return attempt(
                    check,
                    sql,
                    Stream.concat(Stream.of(table.schema(), table.name()), Stream.of(more))
                            .toArray(String[]::new));
        } catch (ObjectBusy e) {
            if (!hasState(e, LOCKED)) {
                throw e;
            }
            locked.add(table);
            return false;
        }
    }

    private static String refused(long tried, int all) {
        if (tried == 0) {
            return "not tried at any of %d tables, looked up for all".formatted(all);
        }
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

    /** True, or else it fails. */
    private boolean attempt(String check, String sql, String... names) {
        Optional<String> notRefused = tried(sql, names);
        if (notRefused.isPresent()) {
            throw new VerificationFailed("%s: not refused to user \"%s\": %s%s"
                    .formatted(check, user, Sql.format(sql, names), notRefused.get()));
        }
        return true;
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
