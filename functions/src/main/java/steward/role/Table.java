package steward.role;

import java.util.Optional;
import steward.postgres.Sql;

/**
 * A table to prove something at.
 *
 * @param column one of its columns, if it has any
 */
record Table(String schema, String name, Optional<String> column) {
    /** Schema and name, quoted. */
    String quoted() {
        return Sql.format("%I.%I", schema, name);
    }
}
