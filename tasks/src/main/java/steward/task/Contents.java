package steward.task;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

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

    /**
     * Each table once. pg_dump fills some partitioned tables through their root, since partitions may be chosen otherwise
     * elsewhere; then the data of each partition are the root's.
     */
    static List<Table> summed(List<Table> tables) {
        Map<String, Long> rows = new LinkedHashMap<>();
        tables.forEach(table -> rows.merge(table.table(), table.rows(), Long::sum));
        return rows.entrySet().stream()
                .map(table -> new Table(table.getKey(), table.getValue()))
                .toList();
    }

    long rows() {
        return tables.stream().mapToLong(Table::rows).sum();
    }
}
