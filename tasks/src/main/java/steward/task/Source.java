package steward.task;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import steward.Instance;
import steward.database.DatabaseLocale;
import steward.error.NotPermitted;
import steward.error.ObjectBusy;
import steward.extension.Installed;
import steward.postgres.Session;
import steward.secret.Credentials;

/**
 * A database as it is at one moment: the facts that pg_dump leaves out, read in the snapshot that pg_dump then uses.
 *
 * @param bytes size of the tables' data, about
 * @param tables how many tables have data, about
 * @param unreadable extensions' tables and sequences that the user may not read, as patterns for pg_dump
 * @param notes what does not come back with a dump, or not as it was
 */
record Source(String snapshot, Facts facts, long bytes, long tables, List<String> unreadable, List<String> notes) {
    private static final int SNAPSHOTS = 3;
    private static final Duration BETWEEN_SNAPSHOTS = Duration.ofSeconds(2);

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
    private static Source open(Session session, int major, String database) {
        session.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
        refuseUnreadable(session, database);
        String snapshot = session.first("SELECT pg_export_snapshot()", row -> row.getString(1))
                .orElseThrow();
        return session.first("""
                        SELECT coalesce(sum(pg_table_size(c.oid)), 0)::bigint, count(*)
                          FROM pg_class c
                          JOIN pg_namespace n ON n.oid = c.relnamespace
                         WHERE c.relkind = 'r' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
                        """, row -> {
                    List<String> unreadable = unreadable(session);
                    List<String> notes = new ArrayList<>(SourceNotes.of(session, major));
                    unreadable.forEach(name -> notes.add(
                            "table or sequence %s of an extension: is not in the dump, since the user may not read it"
                                    .formatted(name)));
                    return new Source(snapshot, facts(session), row.getLong(1), row.getLong(2), unreadable, notes);
                })
                .orElseThrow();
    }

    /** What an extension wants to have in dumps, and does not let everybody read: pg_dump would fail with it. */
    private static List<String> unreadable(Session session) {
        return session.query("""
                SELECT format('"%s"."%s"', replace(n.nspname, '"', '""'), replace(c.relname, '"', '""'))
                  FROM pg_extension e
                  JOIN pg_class c ON c.oid = ANY (e.extconfig)
                  JOIN pg_namespace n ON n.oid = c.relnamespace
                 WHERE NOT has_schema_privilege(n.oid, 'USAGE')
                    OR CASE c.relkind
                         WHEN 'S' THEN NOT has_sequence_privilege(c.oid, 'SELECT')
                         ELSE NOT has_table_privilege(c.oid, 'SELECT') OR row_security_active(c.oid)
                       END
                 ORDER BY 1
                """, row -> row.getString(1));
    }

    /**
     * Refuses to go on when tables have been emptied, rewritten or exchanged since the snapshot was taken. TRUNCATE and
     * ALTER TABLE do not keep for it what was there, and pg_dump takes its locks later: it would find such a table empty
     * and call that the whole (https://www.postgresql.org/docs/current/mvcc-caveats.html). So it does when an index, a trigger,
     * a statistics object or a function is gone: for what the snapshot has, it asks the server for a definition, gets
     * none, and writes an empty one; what came in its place is not in the snapshot.
     *
     * @throws ChangedMeanwhile naming them
     */
    private static void refuseChanged(Session session) {
        // The columns are those of the snapshot; the functions look at what is there now. None of them locks a table,
        // as those do that write an index's definition or a trigger's condition: whoever waits for the table would be
        // waited for.
        List<String> changed = session.query("""
                SELECT format('table %I.%I', n.nspname, c.relname)
                  FROM pg_class c
                  JOIN pg_namespace n ON n.oid = c.relnamespace
                 WHERE c.relkind = 'r'
                   AND c.relfilenode <> 0
                   AND n.nspname !~ '^pg_'
                   AND n.nspname <> 'information_schema'
                   AND (c.relfilenode IS DISTINCT FROM pg_relation_filenode(c.oid)
                        OR CASE
                             WHEN has_schema_privilege(n.oid, 'USAGE')
                             THEN to_regclass(format('%I.%I', n.nspname, c.relname))::oid IS DISTINCT FROM c.oid
                           END)
                UNION ALL
                SELECT format('index %I.%I', n.nspname, c.relname)
                  FROM pg_index i
                  JOIN pg_class c ON c.oid = i.indexrelid
                  JOIN pg_namespace n ON n.oid = c.relnamespace
                 WHERE n.nspname !~ '^pg_'
                   AND CASE
                         WHEN has_schema_privilege(n.oid, 'USAGE')
                         THEN to_regclass(format('%I.%I', n.nspname, c.relname))::oid IS DISTINCT FROM c.oid
                       END
                UNION ALL
                SELECT format('trigger %I of %I.%I', t.tgname, n.nspname, c.relname)
                  FROM pg_trigger t
                  JOIN pg_class c ON c.oid = t.tgrelid
                  JOIN pg_namespace n ON n.oid = c.relnamespace
                 WHERE NOT t.tgisinternal
                   AND n.nspname !~ '^pg_'
                   AND CASE WHEN t.tgqual IS NULL THEN pg_get_triggerdef(t.oid) IS NULL END
                UNION ALL
                SELECT format('statistics object %I.%I', n.nspname, s.stxname)
                  FROM pg_statistic_ext s
                  JOIN pg_namespace n ON n.oid = s.stxnamespace
                 WHERE n.nspname !~ '^pg_' AND pg_statistics_obj_is_visible(s.oid) IS NULL
                UNION ALL
                SELECT format('function %I.%I', n.nspname, p.proname)
                  FROM pg_proc p
                  JOIN pg_namespace n ON n.oid = p.pronamespace
                 WHERE n.nspname !~ '^pg_'
                   AND n.nspname <> 'information_schema'
                   AND pg_function_is_visible(p.oid) IS NULL
                 ORDER BY 1
                 LIMIT 20
                """, row -> row.getString(1));
        if (!changed.isEmpty()) {
            throw new ChangedMeanwhile("while the dump began, others emptied, rewrote, exchanged or dropped: "
                    + String.join(", ", changed));
        }
    }

    /**
     * Begins again with another snapshot where something has been changed under the last one.
     *
     * @throws ObjectBusy if that happens again and again
     */
    static <T> T inOneMoment(Supplier<T> dump) {
        for (int snapshot = 1; ; snapshot++) {
            try {
                return dump.get();
            } catch (ChangedMeanwhile e) {
                if (snapshot == SNAPSHOTS) {
                    throw new ObjectBusy(String.valueOf(e.getMessage()), e);
                }
                pause();
            }
        }
    }

    private static void pause() {
        try {
            Thread.sleep(BETWEEN_SNAPSHOTS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
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
     * @param credentials the owner's
     * @param folder which pg_dump makes
     * @param finished gets the names of files of tables' data that are complete, while others are still written: of a
     *     dump over several connections. A failure of it ends pg_dump.
     */
    static Source dump(
            Job job,
            Instance instance,
            String secret,
            Credentials credentials,
            String database,
            Scratch scratch,
            Path folder,
            Consumer<String> finished) {
        Tools tools = job.tools(instance);
        Server server = job.server(instance, credentials, scratch);
        String doing = "dumping database \"%s\"".formatted(database);
        return job.access().asUser(instance, secret, database, doing, session -> {
            try {
                Source source = open(session, instance.major(), database);
                int jobs = Target.jobs(source.bytes(), source.tables());
                DumpMessages messages = new DumpMessages(jobs, job.progress(), finished, () -> refuseChanged(session));
                source.dump(tools, server, database, folder, jobs, messages, job.progress());
                // In any case, if pg_dump has not said it.
                messages.allIsDefined();
                session.execute("ROLLBACK");
                return source.with(messages.warnings());
            } catch (ObjectBusy e) {
                session.execute("ROLLBACK");
                throw new ObjectBusy(e.getMessage() + locked(session), e);
            }
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

    /** Writes the database, in the snapshot, as a folder. Not compressed: {@link Packing} does that, faster. */
    private void dump(
            Tools tools,
            Server server,
            String database,
            Path folder,
            int jobs,
            DumpMessages messages,
            Progress progress) {
        progress.begin("dump", bytes, tables, () -> Scratch.size(folder));
        List<String> arguments = new ArrayList<>(List.of(
                "--format=directory",
                "--compress=0",
                "--jobs=" + jobs,
                "--file=" + folder,
                "--snapshot=" + snapshot,
                "--lock-wait-timeout=20s",
                "--no-password",
                "--verbose",
                // Nothing is converted: some characters have no way to UTF-8, or none back.
                "--encoding=" + facts.encoding(),
                "--dbname=" + server.connection(database, " " + Target.MONETARY)));
        unreadable.forEach(pattern -> arguments.add("--exclude-table-data=" + pattern));
        new Program("dumping database \"%s\"".formatted(database), tools.dump(), arguments)
                .run(messages::line, output -> output.readAllBytes().length);
        progress.end();
    }

    private Source with(List<String> warnings) {
        List<String> all = new ArrayList<>(notes);
        all.addAll(warnings);
        return new Source(snapshot, facts, bytes, tables, unreadable, SourceNotes.most(all));
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
