package steward.role;

import java.util.List;
import steward.postgres.Session;

/** What a reader's owner has to know although nobody can or should change it. Asked as the reader, in the catalogue. */
final class ReaderFacts {
    /** The tables that have a foreign table among their partitions or children, at whatever depth. */
    static final String WITH_FOREIGN_PARTS = """
            WITH RECURSIVE whole AS (
                SELECT i.inhparent AS oid
                  FROM pg_inherits i
                  JOIN pg_class c ON c.oid = i.inhrelid
                 WHERE c.relkind = 'f'
                UNION
                SELECT i.inhparent
                  FROM pg_inherits i
                  JOIN whole w ON w.oid = i.inhrelid)
            SELECT oid FROM whole
            """;

    private final Session session;
    private final String owner;
    private final String[] schemas;

    ReaderFacts(Session session, String owner, List<String> schemas) {
        this.session = session;
        this.owner = owner;
        this.schemas = schemas.toArray(String[]::new);
    }

    void report(Checks checks) {
        checks.report("tables of other roles, which default privileges do not cover", relations("""
                SELECT format('%I.%I of %I (%s)', s.nspname, c.relname, pg_get_userbyid(c.relowner),
                              CASE WHEN c.readable THEN 'readable' ELSE 'not readable' END)
                  FROM relation c
                  JOIN schema s ON s.oid = c.relnamespace
                 WHERE NOT c.owners AND NOT c.extension AND s.named AND c.relkind <> 'S'
                 ORDER BY 1
                """));
        checks.report("row security may hide rows", relations("""
                SELECT format('%I.%I', s.nspname, c.relname)
                  FROM relation c
                  JOIN schema s ON s.oid = c.relnamespace
                 WHERE c.relrowsecurity AND s.named AND c.readable
                 ORDER BY 1
                """));
        checks.report("may be read, but was not tried", relations("""
                SELECT format('%s %I.%I',
                              CASE c.relkind WHEN 'v' THEN 'view'
                                             WHEN 'f' THEN 'foreign table'
                                             WHEN 'm' THEN 'materialized view without data'
                                             WHEN 'p' THEN 'partitioned table with a foreign part'
                                             ELSE 'table with a foreign part' END,
                              s.nspname, c.relname)
                  FROM relation c
                  JOIN schema s ON s.oid = c.relnamespace
                 WHERE c.owners AND s.named AND c.readable
                   AND (c.relkind IN ('v', 'f')
                        OR c.relkind = 'm' AND NOT c.relispopulated
                        OR c.oid IN (""" + WITH_FOREIGN_PARTS + """
                       ))
                 ORDER BY 1
                """));
        checks.report("schemas that stay closed, to the owner too", relations("""
                SELECT DISTINCT format('%I of %I', s.nspname, pg_get_userbyid(s.nspowner))
                  FROM relation c
                  JOIN schema s ON s.oid = c.relnamespace
                 WHERE c.owners AND s.named AND NOT s.usable AND NOT s.owner_usable
                 ORDER BY 1
                """));
        checks.report(
                "large objects of the owner's, which stay closed unless it opens them one by one", relations("""
                SELECT format('%s of %s cannot be read', count(*) FILTER (WHERE NOT l.readable), count(*))
                  FROM (SELECT current_setting('lo_compat_privileges')::boolean
                                 OR EXISTS (SELECT FROM aclexplode(o.lomacl) a
                                             WHERE a.privilege_type = 'SELECT'
                                               AND (a.grantee = 0 OR pg_get_userbyid(a.grantee) = current_user))
                                 AS readable
                          FROM pg_largeobject_metadata o
                          JOIN wanted w ON w.owner = o.lomowner) AS l
                HAVING count(*) FILTER (WHERE NOT l.readable) > 0
                """));
        checks.report("may also be read, outside the schemas named", relations("""
                SELECT format('%I.%I', s.nspname, c.relname)
                  FROM relation c
                  JOIN schema s ON s.oid = c.relnamespace
                 WHERE NOT s.named AND c.readable AND NOT c.extension
                 ORDER BY 1
                """));
        checks.report("everybody may create tables, and the database's owner cannot take that away", relations("""
                SELECT format('schema %I of %I', s.nspname, pg_get_userbyid(s.nspowner)) FROM schema s WHERE s.open
                 ORDER BY 1
                """));
        checks.report("functions that run with their owner's rights and that it may call", relations("""
                SELECT format('%I.%I', s.nspname, p.proname)
                  FROM pg_proc p
                  JOIN schema s ON s.oid = p.pronamespace
                 WHERE p.prosecdef AND s.usable AND has_function_privilege(p.oid, 'EXECUTE')
                   AND NOT EXISTS (SELECT FROM pg_depend d
                                    WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
                 ORDER BY 1
                """));
        checks.report(
                "other privileges, not given by grant-read-only",
                ReadOnlyGrants.of(session, currentUser()).others());
    }

    /** The schemas that the reader may not use, although the owner may and has something in them. */
    List<String> closedSchemas() {
        return relations("""
                SELECT DISTINCT format('%I of %I', s.nspname, pg_get_userbyid(s.nspowner))
                  FROM relation c
                  JOIN schema s ON s.oid = c.relnamespace
                 WHERE c.owners AND s.named AND NOT s.usable AND s.owner_usable
                 ORDER BY 1
                """);
    }

    /** The schemas where everybody may create, whatever the database's owner does. */
    List<String> openSchemas() {
        return relations("SELECT s.nspname FROM schema s WHERE s.open");
    }

    private String currentUser() {
        return session.first("SELECT current_user", row -> row.getString(1)).orElseThrow();
    }

    private List<String> relations(String query) {
        return session.query("""
                WITH wanted AS (
                    SELECT ?::text[] AS schemas, oid AS owner FROM pg_roles WHERE rolname = ?),
                schema AS (
                    SELECT n.*,
                           w.schemas = '{}' OR n.nspname = ANY (w.schemas) AS named,
                           has_schema_privilege(n.oid, 'USAGE') AS usable,
                           has_schema_privilege(w.owner, n.oid, 'USAGE') AS owner_usable,
                           NOT pg_has_role(w.owner, n.nspowner, 'USAGE')
                             AND EXISTS (SELECT FROM aclexplode(n.nspacl) a
                                          WHERE a.grantee = 0 AND a.privilege_type = 'CREATE') AS open
                      FROM pg_namespace n, wanted w
                     WHERE n.nspname !~ '^(pg|steward_proof)_' AND n.nspname <> 'information_schema'),
                relation AS (
                    SELECT c.*,
                           c.relowner = w.owner AS owners,
                           s.usable AND has_table_privilege(c.oid, 'SELECT') AS readable,
                           EXISTS (SELECT FROM pg_depend d
                                    WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
                             AS extension
                      FROM pg_class c
                      JOIN schema s ON s.oid = c.relnamespace
                     CROSS JOIN wanted w
                     WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND c.relname !~ '^steward_proof_')
                """ + query, row -> row.getString(1), schemas, owner);
    }
}
