package steward.role;

import java.util.List;
import java.util.Optional;
import steward.postgres.Session;
import steward.postgres.Sql;

/**
 * A table that the owner makes for a moment, to see that a reader sees what is made later: in a schema made for it,
 * which has to be covered too, or in the first of the schemas that the reader is kept to.
 *
 * <p>The name tells which session made it. What a session left that is over is removed by the next proof.
 *
 * @param ownSchema whether the schema was made with it
 */
record LaterTable(String schema, String name, boolean ownSchema) {
    private static final String COLUMN = "id";

    /** {@code steward_proof_<process>_<start in microseconds>}; an owner sees both of its own sessions only. */
    private static final String SESSION_NAME =
            "format('steward_proof_%s_%s', pid, to_hex((extract(epoch FROM backend_start) * 1000000)::bigint))";

    /**
     * Makes one, if the owner may make tables there.
     *
     * @param schemas which the reader is kept to; none mean all
     */
    static Optional<LaterTable> create(Session owner, List<String> schemas) {
        String name = owner.first(
                        "SELECT " + SESSION_NAME + " FROM pg_stat_activity WHERE pid = pg_backend_pid()",
                        row -> row.getString(1))
                .orElseThrow();
        if (schemas.isEmpty()) {
            LaterTable table = new LaterTable(name, "later", true);
            owner.inTransaction(() -> {
                owner.execute("CREATE SCHEMA %I", name);
                table.create(owner);
            });
            return Optional.of(table);
        }
        if (!owner.isTrue("SELECT has_schema_privilege(?::name, 'CREATE')", schemas.getFirst())) {
            return Optional.empty();
        }
        LaterTable table = new LaterTable(schemas.getFirst(), name, false);
        owner.inTransaction(() -> table.create(owner));
        return Optional.of(table);
    }

    /**
     * With a sequence of its own, which a reader has to be able to look at too. Unlogged, so that no publication for all
     * tables sends its row: whoever subscribed has no such table, and would stop.
     */
    private void create(Session owner) {
        owner.execute("CREATE UNLOGGED TABLE %I.%I (%I integer GENERATED ALWAYS AS IDENTITY)", schema, name, COLUMN);
        owner.execute("INSERT INTO %I.%I DEFAULT VALUES", schema, name);
    }

    /** Name of the identity column's sequence. */
    String sequence() {
        return name + "_" + COLUMN + "_seq";
    }

    Table table() {
        return new Table(schema, name, Sql.format("%I.%I", schema, name), true, false, Optional.of(COLUMN));
    }

    /** Without CASCADE: what somebody else has put there is not ours to drop. */
    void drop(Session owner) {
        owner.inTransaction(() -> {
            owner.execute("DROP TABLE IF EXISTS %I.%I", schema, name);
            if (ownSchema) {
                owner.execute("DROP SCHEMA IF EXISTS %I", schema);
            }
        });
    }

    /** Removes what proofs left that were cut off: made by sessions that are over. */
    static void removeLeftovers(Session owner) {
        owner.query(
                        """
                WITH alive AS (
                    SELECT %s AS name FROM pg_stat_activity
                     WHERE usename = current_user AND backend_start IS NOT NULL)
                SELECT n.nspname, coalesce(c.relname, 'later'), n.nspname ~ '^steward_proof_'
                  FROM pg_namespace n
                  LEFT JOIN pg_class c ON c.relnamespace = n.oid AND c.relkind = 'r'
                 WHERE (n.nspname ~ '^steward_proof_[0-9]+_[0-9a-f]+$'
                        AND pg_get_userbyid(n.nspowner) = current_user
                        AND coalesce(c.relname, 'later') = 'later'
                        AND n.nspname NOT IN (SELECT name FROM alive))
                    OR (c.relname ~ '^steward_proof_[0-9]+_[0-9a-f]+$'
                        AND pg_get_userbyid(c.relowner) = current_user
                        AND c.relname NOT IN (SELECT name FROM alive))
                """.formatted(SESSION_NAME),
                        row -> new LaterTable(row.getString(1), row.getString(2), row.getBoolean(3)))
                .forEach(left -> left.drop(owner));
    }
}
