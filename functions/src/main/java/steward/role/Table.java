package steward.role;

import java.util.Optional;

/**
 * A table, or materialized view, to prove something at.
 *
 * @param shown schema and name, quoted where they have to be
 * @param changeable whether statements that change rows can be meant for it: not a materialized view
 * @param ruled whether rules may stand in the place of statements that change its rows
 * @param column one of its columns, if it has any
 */
record Table(String schema, String name, String shown, boolean changeable, boolean ruled, Optional<String> column) {}
