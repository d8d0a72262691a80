package steward.task;

import java.util.List;

/**
 * What a dump's data are, as pg_restore itself reads them.
 *
 * @param tables the tables with data of their own
 * @param largeObjects how many
 * @param largeObjectBytes size of all large objects together
 */
record Contents(List<Table> tables, List<Sequence> sequences, long largeObjects, long largeObjectBytes) {
    /**
     * A table's rows.
     *
     * @param table its qualified name, as an SQL identifier
     */
    record Table(String table, long rows) {}

    /**
     * A sequence's state.
     *
     * @param sequence its qualified name, as an SQL identifier
     */
    record Sequence(String sequence, long lastValue, boolean isCalled) {}

    long rows() {
        return tables.stream().mapToLong(Table::rows).sum();
    }
}
