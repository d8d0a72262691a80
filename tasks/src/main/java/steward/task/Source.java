package steward.task;

import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import steward.Instance;
import steward.database.DatabaseLocale;
import steward.error.NotPermitted;
import steward.error.ObjectBusy;
import steward.extension.Installed;
import steward.postgres.Session;

/**
 * A database as it is at one moment: the facts that pg_dump leaves out, read in the snapshot that pg_dump then uses.
 *
 * @param bytes size of the tables' data, about
 * @param tables how many tables have data, about
 */
record Source(String snapshot, Facts facts, long bytes, long tables) {
    /**
     * What belongs to a dump besides what pg_dump writes.
     *
     * @param settings what ALTER DATABASE ... SET says for everybody, as {@code name=value}
     * @param ownerSettings what ALTER ROLE ... IN DATABASE ... SET says for the owner
     */
    record Facts(
            String serverVersion,
            String encoding,
            @Nullable DatabaseLocale locale,
            List<String> settings,
            List<String> ownerSettings,
            List<Installed> extensions) {}

    /** Begins the transaction that keeps the snapshot; the caller ends it. */
    private static Source open(Session session, String database) {
        session.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
        refuseUnreadable(session, database);
        String snapshot = session.first("SELECT pg_export_snapshot()", row -> row.getString(1))
                .orElseThrow();
        return session.first("""
                        SELECT coalesce(sum(pg_table_size(c.oid)), 0)::bigint, count(*)
                          FROM pg_class c
                          JOIN pg_namespace n ON n.oid = c.relnamespace
                         WHERE c.relkind = 'r' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
                        """, row -> new Source(snapshot, facts(session), row.getLong(1), row.getLong(2)))
                .orElseThrow();
    }

    /**
     * Refuses what would make pg_dump fail half way, or write only a part.
     *
     * @throws NotPermitted naming everything that the user cannot read in full
     */
    private static void refuseUnreadable(Session session, String database) {
        List<String> problems = session.query("""
                WITH own AS (
                    SELECT c.oid, n.nspname, c.relname, c.relkind, c.relowner, n.oid AS schema
                      FROM pg_class c
                      JOIN pg_namespace n ON n.oid = c.relnamespace
                     WHERE c.relkind IN ('r', 'p', 'S', 'm', 'v', 'f')
                       AND n.nspname !~ '^pg_'
                       AND n.nspname <> 'information_schema'
                       AND NOT EXISTS (
                             SELECT FROM pg_depend d
                              WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'))
                SELECT format('%I.%I belongs to "%s", and may not be read', nspname, relname, pg_get_userbyid(relowner))
                  FROM own
                 WHERE NOT has_schema_privilege(schema, 'USAGE')
                    OR relkind <> 'S' AND NOT has_table_privilege(oid, 'SELECT')
                    OR relkind = 'S' AND NOT has_sequence_privilege(oid, 'SELECT')
                UNION ALL
                SELECT format('%I.%I has row level security that hides rows from "%s"', nspname, relname, current_user)
                  FROM own
                 WHERE relkind IN ('r', 'p') AND row_security_active(oid)
                UNION ALL
                SELECT format('large object %s belongs to "%s", and may not be read', l.oid, pg_get_userbyid(l.lomowner))
                  FROM pg_largeobject_metadata l
                 WHERE NOT pg_has_role(l.lomowner, 'USAGE')
                   AND NOT EXISTS (
                         SELECT FROM aclexplode(l.lomacl) a
                          WHERE a.privilege_type = 'SELECT'
                            AND (a.grantee = 0 OR pg_has_role(a.grantee, 'USAGE')))
                 ORDER BY 1
                 LIMIT 50
                """, row -> row.getString(1));
        if (!problems.isEmpty()) {
            throw new NotPermitted(
                    "database \"%s\" cannot be dumped in full: %s".formatted(database, String.join("; ", problems)));
        }
    }

    private static Facts facts(Session session) {
        String facts = """
                SELECT current_setting('server_version'),
                       pg_encoding_to_char(d.encoding),
                """ + DatabaseLocale.COLUMNS + """
                  FROM pg_database d
                 WHERE d.datname = current_database()
                """;
        return session.first(
                        facts,
                        row -> new Facts(
                                row.getString(1),
                                row.getString(2),
                                new DatabaseLocale(
                                        row.getString(3),
                                        row.getString(4),
                                        row.getString(5),
                                        row.getString(6),
                                        row.getString(7)),
                                settings(session, "s.setrole = 0"),
                                settings(session, "pg_get_userbyid(s.setrole) = current_user"),
                                Installed.all(session)))
                .orElseThrow();
    }

    private static List<String> settings(Session session, String whose) {
        return session.query("""
                SELECT unnest(s.setconfig)
                  FROM pg_db_role_setting s
                  JOIN pg_database d ON d.oid = s.setdatabase
                 WHERE d.datname = current_database() AND\s""" + whose, row -> row.getString(1));
    }

    /**
     * Writes a database as a folder, as its owner.
     *
     * @param secret the owner's, name or ARN
     */
    static Source dump(Job job, Instance instance, String secret, String database, Scratch scratch, Path folder) {
        Tools tools = job.tools(instance);
        return job.withPassword(secret, credentials -> {
            Server server = job.server(instance, credentials, scratch);
            String doing = "dumping database \"%s\"".formatted(database);
            return job.access().asUser(instance, secret, database, doing, session -> {
                try {
                    Source source = open(session, database);
                    source.dump(
                            tools,
                            server,
                            database,
                            folder,
                            Target.jobs(source.bytes(), source.tables()),
                            job.progress());
                    session.execute("ROLLBACK");
                    return source;
                } catch (ObjectBusy e) {
                    session.execute("ROLLBACK");
                    throw new ObjectBusy(e.getMessage() + locked(session), e);
                }
            });
        });
    }

    /** Which tables somebody else holds: pg_dump names all those that it asked for with the locked one. */
    private static String locked(Session session) {
        List<String> tables = session.query("""
                SELECT DISTINCT format('%I.%I', n.nspname, c.relname)
                  FROM pg_locks l
                  JOIN pg_class c ON c.oid = l.relation
                  JOIN pg_namespace n ON n.oid = c.relnamespace
                 WHERE l.mode = 'AccessExclusiveLock'
                   AND l.granted
                   AND l.pid <> pg_backend_pid()
                   AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
                   AND c.relkind IN ('r', 'p', 'S', 'm', 'v', 'f')
                 ORDER BY 1
                 LIMIT 20
                """, row -> row.getString(1));
        return tables.isEmpty() ? "" : "; locked by others are: " + String.join(", ", tables);
    }

    /** Writes the database, in the snapshot, as a folder. Not compressed: what is kept is compressed afterwards, faster. */
    private void dump(Tools tools, Server server, String database, Path folder, int jobs, Progress progress) {
        progress.begin("dump", bytes, tables, () -> Scratch.size(folder));
        List<String> arguments = List.of(
                "--format=directory",
                "--compress=0",
                "--jobs=" + jobs,
                "--file=" + folder,
                "--snapshot=" + snapshot,
                "--lock-wait-timeout=20s",
                "--no-password",
                "--verbose",
                "--dbname=" + server.connection(database, ""));
        Program program = new Program("dumping database \"%s\"".formatted(database), tools.dump(), arguments);
        Pattern done = Pattern.compile(
                jobs > 1 ? "pg_dump: finished item \\d+ TABLE DATA" : "pg_dump: dumping contents of table");
        program.run(
                line -> {
                    if (done.matcher(line).lookingAt()) {
                        progress.table();
                    }
                },
                output -> output.readAllBytes().length);
        progress.end();
    }

    /** Reads the data of a dump, all of them, as pg_restore writes them as a script. */
    static Contents read(Tools tools, Path dump, ScriptReader reader) {
        Program program = new Program(
                "reading the whole dump",
                tools.restore(),
                List.of("--section=data", "--no-owner", "--no-acl", "--file=-", dump.toString()));
        return program.run(line -> {}, reader::read);
    }
}
