package steward.task;

import java.util.ArrayList;
import java.util.List;
import steward.postgres.Session;
import steward.postgres.UnexpectedSqlError;

/** What belongs to a database, and does not come back with a dump of it, or not as it was. */
final class SourceNotes {
    private static final int MOST_OF_A_KIND = 20;

    private static final List<String> KINDS = List.of("""
            SELECT format('setting %s of user "%s" in the database: is not in the dump', split_part(s.setting, '=', 1),
                          r.rolname)
              FROM (SELECT setdatabase, setrole, unnest(setconfig) AS setting FROM pg_db_role_setting) s
              JOIN pg_database d ON d.oid = s.setdatabase AND d.datname = current_database()
              JOIN pg_roles r ON r.oid = s.setrole
             WHERE r.rolname <> current_user
            """, """
            SELECT format('setting %s of user "%s" in every database: is the user''s, and not in the dump',
                          split_part(s.setting, '=', 1), r.rolname)
              FROM (SELECT setdatabase, setrole, unnest(setconfig) AS setting FROM pg_db_role_setting) s
              JOIN pg_roles r ON r.oid = s.setrole
             WHERE s.setdatabase = 0 AND r.rolname = current_user
            """, """
            SELECT format('connection limit %s of the database: is not in the dump', datconnlimit)
              FROM pg_database
             WHERE datname = current_database() AND datconnlimit >= 0
            """, """
            SELECT format('materialized view %I.%I: its rows are not in the dump, a restore fills it anew by its query',
                          n.nspname, c.relname)
              FROM pg_class c
              JOIN pg_namespace n ON n.oid = c.relnamespace
             WHERE c.relkind = 'm' AND c.relispopulated
            """, """
            SELECT DISTINCT
                   format('column %I of %I.%I: its values are not in the dump, a restore computes them by function %I, as it is then',
                          a.attname, n.nspname, c.relname, p.proname)
              FROM pg_attribute a
              JOIN pg_class c ON c.oid = a.attrelid
              JOIN pg_namespace n ON n.oid = c.relnamespace
              JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
              JOIN pg_depend u ON u.classid = 'pg_attrdef'::regclass AND u.objid = d.oid
                              AND u.refclassid = 'pg_proc'::regclass
              JOIN pg_proc p ON p.oid = u.refobjid
             WHERE a.attgenerated = 's'
               AND NOT EXISTS (
                     SELECT FROM pg_depend e
                      WHERE e.classid = 'pg_proc'::regclass AND e.objid = p.oid AND e.deptype = 'e')
            """, """
            SELECT format('user mapping of "%s" for server %I: its options are not in the dump', m.usename, m.srvname)
              FROM pg_user_mappings m
              JOIN pg_foreign_server s ON s.oid = m.srvid
             WHERE m.umoptions IS NULL
               AND CASE m.umuser
                     WHEN 0 THEN NOT pg_has_role(s.srvowner, 'USAGE')
                     ELSE m.usename <> current_user OR NOT has_server_privilege(s.oid, 'USAGE')
                   END
            """, """
            SELECT format('publication %I: is for all tables, a restore leaves it out, since only the master may make it',
                          pubname)
              FROM pg_publication
             WHERE puballtables
            """, """
            SELECT format('event trigger %I: a restore leaves it out, since only the master may make it', t.evtname)
              FROM pg_event_trigger t
             WHERE NOT EXISTS (
                     SELECT FROM pg_depend d
                      WHERE d.classid = 'pg_event_trigger'::regclass AND d.objid = t.oid AND d.deptype = 'e')
            """, """
            SELECT format('table %s: is part of extension %I, so its rows are not in the dump', c.oid::regclass, e.extname)
              FROM pg_extension e
              JOIN pg_depend d ON d.refclassid = 'pg_extension'::regclass AND d.refobjid = e.oid AND d.deptype = 'e'
              JOIN pg_class c ON d.classid = 'pg_class'::regclass AND c.oid = d.objid
             WHERE c.relkind IN ('r', 'p')
               AND pg_get_userbyid(e.extowner) = current_user
               AND c.oid <> ALL (coalesce(e.extconfig, '{}'))
            """, """
            SELECT format('index %I.%I: is invalid, and not in the dump', n.nspname, c.relname)
              FROM pg_index i
              JOIN pg_class c ON c.oid = i.indexrelid
              JOIN pg_class t ON t.oid = i.indrelid
              JOIN pg_namespace n ON n.oid = c.relnamespace
             WHERE NOT (i.indisvalid AND i.indisready) AND t.relkind <> 'p' AND n.nspname !~ '^pg_'
            """, """
            SELECT format('prepared transaction %L: what it has written is not in the dump', gid)
              FROM pg_prepared_xacts
             WHERE database = current_database()
            """);

    /** From 15 on. */
    private static final String PUBLICATIONS_OF_SCHEMAS = """
            SELECT format('publication %I: is for all tables of schema %I, a restore leaves that out, since only the master may'
                          || ' say it', p.pubname, n.nspname)
              FROM pg_publication_namespace pn
              JOIN pg_publication p ON p.oid = pn.pnpubid
              JOIN pg_namespace n ON n.oid = pn.pnnspid
            """;

    private static final int FIRST_WITH_THOSE = 15;

    private static final String NO_CHARACTERS = "22021";
    private static final String NO_SUCH_CHARACTER = "22P05";
    /** Outputs of executions have their limits. */
    private static final int MOST = 100;

    private SourceNotes() {}

    /**
     * A line for each.
     *
     * @param session in a transaction
     */
    static List<String> of(Session session, int major) {
        List<String> notes = new ArrayList<>();
        for (String kind : KINDS) {
            notes.addAll(of(session, kind));
        }
        if (major >= FIRST_WITH_THOSE) {
            notes.addAll(of(session, PUBLICATIONS_OF_SCHEMAS));
        }
        return notes;
    }

    private static List<String> of(Session session, String kind) {
        session.execute("SAVEPOINT note");
        List<String> found;
        try {
            found = session.query(kind + " ORDER BY 1", row -> row.getString(1));
        } catch (UnexpectedSqlError e) {
            if (!e.hasState(NO_CHARACTERS, NO_SUCH_CHARACTER)) {
                throw e;
            }
            // Names of SQL_ASCII need not be characters: a dump does not fail for a note.
            session.execute("ROLLBACK TO note");
            return List.of("names cannot be read, so that not everything is named that does not come back");
        }
        session.execute("RELEASE note");
        List<String> notes = new ArrayList<>(found.subList(0, Math.min(MOST_OF_A_KIND, found.size())));
        if (found.size() > MOST_OF_A_KIND) {
            notes.add("and %d more like: %s".formatted(found.size() - MOST_OF_A_KIND, found.get(MOST_OF_A_KIND)));
        }
        return notes;
    }

    /** As many as an execution's output should hold. */
    static List<String> most(List<String> notes) {
        if (notes.size() <= MOST) {
            return notes;
        }
        List<String> some = new ArrayList<>(notes.subList(0, MOST));
        some.add("and %d more".formatted(notes.size() - MOST));
        return some;
    }
}
