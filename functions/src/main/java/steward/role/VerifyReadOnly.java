package steward.role;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import steward.Access;
import steward.Instance;
import steward.error.NotPermitted;
import steward.error.VerificationFailed;
import steward.postgres.Session;
import steward.postgres.Sql;

/**
 * Proves, logged in as the reader, that it reads everything it should and can do nothing else; and, with a table that
 * the owner makes for the purpose, that it sees what is made later.
 */
public final class VerifyReadOnly {
    /** At how many tables changes are really tried; privileges are looked up for all. */
    private static final int TRIED = 20;

    private VerifyReadOnly() {}

    /** Who should read which schemas of whose database; no schemas mean all. */
    public record Input(
            Instance instance, String project, String database, String owner, String user, List<String> schemas) {}

    /**
     * What was found.
     *
     * @param checks one line for each check and for each fact to know
     */
    public record Output(List<String> checks) {}

    /** Runs the step. */
    public static Output run(Input input, Access access) {
        Reader reader = new Reader(input.instance(), input.project(), input.database(), input.owner(), input.user());
        String doing = "proving that \"%s\" only reads database \"%s\"".formatted(input.user(), input.database());
        return reader.asOwner(access, doing, owner -> {
            LaterTable.removeLeftovers(owner);
            Optional<LaterTable> later = LaterTable.create(owner, input.schemas());
            Checks checks = withCleanUp(
                    owner,
                    later,
                    () -> reader.asReader(access, doing, session -> prove(input, reader, access, session, later)));
            return new Output(checks.lines());
        });
    }

    private interface Proof {
        Checks run();
    }

    private static Checks withCleanUp(Session owner, Optional<LaterTable> later, Proof proof) {
        Checks checks;
        try {
            checks = proof.run();
        } catch (Throwable failure) {
            try {
                later.ifPresent(table -> table.drop(owner));
            } catch (RuntimeException e) {
                failure.addSuppressed(e);
            }
            throw failure;
        }
        later.ifPresent(table -> table.drop(owner));
        return checks;
    }

    private static Checks prove(
            Input input, Reader reader, Access access, Session session, Optional<LaterTable> later) {
        Checks checks = new Checks();
        ReaderPrivileges.requireReadOnly(session, input.user(), input.owner());
        ReaderFacts facts = new ReaderFacts(session, input.owner(), input.schemas());
        requireSchemas(input, facts);
        List<Table> tables = readable(session, input).stream()
                .filter(table -> reads(session, table))
                .toList();
        checks.reads(tables.stream().map(Table::shown).toList());
        readsLater(session, later, checks);

        List<Table> all = Stream.concat(later.map(LaterTable::table).stream(), tables.stream())
                .filter(Table::changeable)
                .toList();
        ReaderAttempts attempts = new ReaderAttempts(session, input.user(), checks);
        attempts.onTables(all.stream().limit(TRIED).toList(), all.size());
        later.ifPresent(table -> attempts.onSequence(table.schema(), table.sequence()));
        attempts.onDatabase(closedSchemas(session, facts.openSchemas()), input.owner());
        OtherDatabases.check(session, reader, access, checks);
        facts.report(checks);
        return checks;
    }

    /** Whatever the owner has there, of any kind: views and sequences are not tried one by one. */
    private static void requireSchemas(Input input, ReaderFacts facts) {
        List<String> closed = facts.closedSchemas();
        if (!closed.isEmpty()) {
            throw new VerificationFailed("reads what the owner has: no: user \"%s\" has no USAGE on schema %s"
                    .formatted(input.user(), String.join(", ", closed)));
        }
    }

    /**
     * Tables, partitioned tables and filled materialized views of the owner's, where it may go itself. Not those with
     * foreign parts: even no row of them makes the server call at the other one, if the reader has a mapping for it.
     */
    private static List<Table> readable(Session session, Input input) {
        return session.query(
                """
                SELECT n.nspname, c.relname, format('%I.%I', n.nspname, c.relname), c.relkind <> 'm', c.relhasrules,
                       (SELECT t.attname FROM pg_attribute t
                         WHERE t.attrelid = c.oid AND t.attnum > 0 AND NOT t.attisdropped
                         ORDER BY t.attnum LIMIT 1)
                  FROM pg_class c
                  JOIN pg_namespace n ON n.oid = c.relnamespace
                  JOIN pg_roles o ON o.oid = c.relowner
                 CROSS JOIN (SELECT ?::text[] AS names) AS schemas
                 WHERE o.rolname = ?
                   AND c.relkind IN ('r', 'p', 'm')
                   AND c.relispopulated
                   AND c.oid NOT IN (""" + ReaderFacts.WITH_FOREIGN_PARTS + """
                       )
                   AND n.nspname !~ '^(pg|steward_proof)_'
                   AND c.relname !~ '^steward_proof_'
                   AND (schemas.names = '{}' OR n.nspname = ANY (schemas.names))
                   AND (has_schema_privilege(n.oid, 'USAGE') OR has_schema_privilege(o.oid, n.oid, 'USAGE'))
                 ORDER BY n.nspname, c.relname
                """,
                row -> new Table(
                        row.getString(1),
                        row.getString(2),
                        row.getString(3),
                        row.getBoolean(4),
                        row.getBoolean(5),
                        Optional.ofNullable(row.getString(6))),
                input.schemas().toArray(String[]::new),
                input.owner());
    }

    /** All columns, but no row: nothing of the tenant's is run. False if the table is gone by now. */
    private static boolean reads(Session session, Table table) {
        try {
            return new NamedStatement("SELECT * FROM %I.%I LIMIT 0", List.of(table.schema(), table.name()))
                    .execute(session);
        } catch (NotPermitted e) {
            throw new VerificationFailed("reads %s: no: %s".formatted(table.shown(), e.getMessage()), e);
        }
    }

    private static void readsLater(Session session, Optional<LaterTable> later, Checks checks) {
        String check = "reads a table that the owner makes afterwards";
        if (later.isEmpty()) {
            checks.passed(check, "not tried: the owner cannot make tables in the first schema named");
            return;
        }
        LaterTable table = later.get();
        try {
            List<Integer> rows = session.query(
                    Sql.format("SELECT * FROM %I.%I", table.schema(), table.name()), row -> row.getInt(1));
            if (rows.size() != 1) {
                throw new VerificationFailed("%s: sees %d rows of 1".formatted(check, rows.size()));
            }
            session.execute("SELECT last_value FROM %I.%I", table.schema(), table.sequence());
        } catch (NotPermitted e) {
            throw new VerificationFailed("%s: no: %s".formatted(check, e.getMessage()), e);
        }
        checks.passed(check, "yes");
        checks.passed("reads its sequence", "yes");
    }

    private static List<String> closedSchemas(Session session, List<String> open) {
        return session.query("""
                        SELECT nspname FROM pg_namespace
                         WHERE nspname !~ '^(pg|steward_proof)_' AND nspname <> 'information_schema'
                           AND has_schema_privilege(oid, 'USAGE')
                           AND nspname <> ALL (?::text[])
                         ORDER BY nspname
                         LIMIT 20
                        """, row -> row.getString(1), (Object) open.toArray(String[]::new));
    }
}
