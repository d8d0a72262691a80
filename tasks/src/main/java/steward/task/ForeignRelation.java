package steward.task;

import java.util.List;
import steward.postgres.Session;

/**
 * An extension's table or sequence that the user cannot fill, or not look into: as a rule it belongs to the master.
 *
 * @param schema as pg_restore lists it: with a blank for each line's end
 * @param name likewise
 * @param qualified as an SQL identifier
 */
record ForeignRelation(String schema, String name, String qualified) {
    /** Those of which a dump has data. */
    static List<ForeignRelation> in(Session session, Toc toc) {
        return session
                .query(
                        """
                        SELECT n.nspname, c.relname, format('%I.%I', n.nspname, c.relname)
                          FROM pg_class c
                          JOIN pg_namespace n ON n.oid = c.relnamespace
                          JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'
                         WHERE c.relkind IN ('r', 'p', 'S')
                           AND NOT (has_schema_privilege(n.oid, 'USAGE')
                                AND CASE c.relkind
                                      WHEN 'S'
                                      THEN has_sequence_privilege(c.oid, 'UPDATE') AND has_sequence_privilege(c.oid, 'SELECT')
                                      ELSE has_table_privilege(c.oid, 'INSERT') AND has_table_privilege(c.oid, 'SELECT')
                                    END)
                         ORDER BY 3
                        """,
                        row -> new ForeignRelation(
                                listed(row.getString(1)), listed(row.getString(2)), row.getString(3)))
                .stream()
                .filter(relation -> toc.hasData(relation.schema(), relation.name()))
                .toList();
    }

    private static String listed(String name) {
        return name.replaceAll("[\\n\\r]", " ");
    }

    String note() {
        return "%s: its rows are not restored, since it belongs to another user here".formatted(qualified);
    }
}
