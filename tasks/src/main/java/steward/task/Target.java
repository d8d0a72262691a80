package steward.task;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import steward.error.NotPermitted;
import steward.error.ObjectExists;
import steward.error.ObjectMissing;
import steward.error.VerificationFailed;
import steward.extension.Installed;
import steward.postgres.Session;
import steward.postgres.StartupOptions;
import steward.postgres.UnexpectedSqlError;

/** The new database that a dump is restored into: it has to be there, empty, with its extensions. */
record Target(String database, Server server, Tools tools) {
    /** Below this a second connection costs more than it gains. */
    private static final long SMALL = 64L << 20;

    private static final Duration ASK_EVERY = Duration.ofSeconds(5);

    static final String INVALID_VALUE = "22023";
    private static final String INVALID_NAME = "42602";
    private static final String NOT_SUPPORTED = "0A000";

    /** How amounts of money are written in our dumps: a tenant's own way may not be the new database's yet. */
    static final String MONETARY = StartupOptions.option("lc_monetary", "C");

    private static final int TABLES_AT_ONCE = 100;
    /**
     * From here on a second connection gains even with little data, by making indexes; and a transaction would hold a lock
     * on everything that it has made, while the server has room for 64 a connection.
     */
    private static final int MANY_TABLES = 500;

    /** The objects in the database that are neither the system's nor an extension's. */
    private static final String OWN_OBJECTS = """
            SELECT c.oid
              FROM pg_class c
              JOIN pg_namespace n ON n.oid = c.relnamespace
             WHERE n.nspname !~ '^pg_'
               AND n.nspname <> 'information_schema'
               AND NOT EXISTS (
                     SELECT FROM pg_depend d
                      WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype IN ('e', 'i', 'a'))
            """;

    /**
     * Checks that nothing is restored over something else.
     *
     * @throws ObjectExists if the database holds anything
     */
    static void requireEmpty(Session session, String database) {
        // An extension's tables have indexes, which are not its members but depend on them.
        String tables = OWN_OBJECTS + " AND c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f') LIMIT 1";
        if (session.first(tables, row -> row.getLong(1)).isPresent()) {
            throw new ObjectExists("database \"%s\": is not empty, and is never restored into".formatted(database));
        }
    }

    /**
     * Checks that the extensions are there.
     *
     * @return a line for each that has another version than in the dump
     * @throws ObjectMissing naming those that are not
     */
    List<String> compareExtensions(Session session, Set<String> needed, List<Installed> dumped) {
        Map<String, String> here =
                Installed.all(session).stream().collect(Collectors.toMap(Installed::name, Installed::version));
        Set<String> missing = new TreeSet<>(needed);
        missing.removeAll(here.keySet());
        if (!missing.isEmpty()) {
            throw new ObjectMissing(
                    "extensions %s: are in the dump, but not in the new database; name them in extensions"
                            .formatted(missing));
        }
        return dumped.stream()
                .filter(extension -> here.containsKey(extension.name())
                        && !extension.version().equals(here.get(extension.name())))
                .map(extension -> "extension %s: version %s in the dump, %s here"
                        .formatted(extension.name(), extension.version(), here.get(extension.name())))
                .toList();
    }

    /**
     * Restores everything but what the master has made already, or only the master could make.
     *
     * @param monetary an option that says how amounts of money are written in the dump, or nothing
     * @param leftOut entries that the input asks to leave out, with what is said about each
     * @param foreign what the user cannot fill
     * @return a line for each object that is not restored
     */
    Collection<String> restore(
            Session session,
            Restore.Local dump,
            String monetary,
            Toc toc,
            Map<String, String> leftOut,
            List<ForeignRelation> foreign,
            Scratch scratch,
            Progress progress) {
        boolean publicIsTheirs = server.instance().major() >= 15;
        Map<String, String> left = new LinkedHashMap<>(toc.ofTheMasterOnly(tools, dump.path(), scratch));
        left.putAll(leftOut);
        List<String> lines = toc.restorable(publicIsTheirs, foreign, schemas(session), left.keySet());
        Contents contents = dump.contents();
        Path list = scratch.write("restore.list", lines);
        int jobs = jobs(dump.bytes(), contents.tables().size());
        List<String> arguments = new ArrayList<>(List.of(
                "--exit-on-error",
                "--no-owner",
                "--no-acl",
                "--no-security-labels",
                "--no-tablespaces",
                "--no-password",
                "--verbose",
                "--use-list=" + list,
                // What comes after is committed as usual, and takes all of this to disk with it.
                "--dbname=" + server.connection(database, " -c synchronous_commit=off" + monetary)));
        if (jobs > 1) {
            arguments.add("--jobs=" + jobs);
        } else {
            arguments.add("--single-transaction");
        }
        arguments.add(dump.path().toString());
        try (RestoreProgress restored =
                new RestoreProgress(session, server.instance().major(), dump.path(), jobs, progress, ASK_EVERY)) {
            progress.begin("restore", dump.bytes(), contents.tables().size(), restored::bytes);
            new Program("restoring into database \"%s\"".formatted(database), tools.restore(), arguments)
                    .run(restored::line, output -> output.readAllBytes().length);
            progress.end();
        }
        return left.values();
    }

    private static Set<String> schemas(Session session) {
        return new HashSet<>(session.query("""
                SELECT nspname FROM pg_namespace
                 WHERE nspname !~ '^pg_' AND nspname NOT IN ('information_schema', 'public')
                """, row -> row.getString(1)));
    }

    /** How many connections dump or restore so much. */
    static int jobs(long bytes, long tables) {
        return bytes < SMALL && tables < MANY_TABLES
                ? 1
                : Math.max(2, Math.min(16, Runtime.getRuntime().availableProcessors()));
    }

    /**
     * Puts back what the database's owner had set for it, or for itself in it.
     *
     * @return a line for each setting that only somebody else can make again, or that this server no longer knows
     */
    List<String> set(Session session, String alter, List<String> settings) {
        List<String> notes = new ArrayList<>();
        for (String setting : settings) {
            String[] parts = setting.split("=", 2);
            if (parts.length < 2) {
                continue;
            }
            try {
                List<String> values =
                        NameLists.SETTINGS.contains(parts[0]) ? NameLists.names(parts[1]) : List.of(parts[1]);
                // As one literal, a list would be one name; and an empty list is one empty literal.
                List<String> literals = values.isEmpty() ? List.of("") : values;
                session.execute(
                        alter + " SET %I = " + String.join(", ", Collections.nCopies(literals.size(), "%L")),
                        Stream.concat(Stream.of(database, parts[0]), literals.stream())
                                .toArray(String[]::new));
            } catch (NotPermitted e) {
                notes.add("setting %s: is not restored, since only the master may make it".formatted(parts[0]));
            } catch (ObjectMissing e) {
                notes.add("setting %s: is not restored, since this server does not have it".formatted(parts[0]));
            } catch (UnexpectedSqlError e) {
                if (!e.hasState(INVALID_VALUE, INVALID_NAME, NOT_SUPPORTED)) {
                    throw e;
                }
                // All the rest is there: a name or a value that this server does not take must not undo that.
                notes.add("setting %s: is not restored, since this server refuses it".formatted(parts[0]));
            }
        }
        return notes;
    }

    /**
     * The rows that extensions' own tables have before anything is restored: a dump has of them only what was added.
     *
     * @return by the table's qualified name
     */
    Map<String, Long> rowsOfExtensions(Session session, Contents contents, List<ForeignRelation> foreign) {
        Set<String> members = new HashSet<>(session.query("""
                SELECT format('%I.%I', n.nspname, c.relname)
                  FROM pg_class c
                  JOIN pg_namespace n ON n.oid = c.relnamespace
                  JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'
                 WHERE c.relkind = 'r'
                """, row -> row.getString(1)));
        List<Contents.Table> tables = contents.tables().stream()
                .filter(table -> members.contains(table.table()) && !isForeign(table.table(), foreign))
                .toList();
        Map<String, Long> rows = new HashMap<>();
        if (!tables.isEmpty()) {
            List<Long> counts = counts(session, tables);
            for (int i = 0; i < tables.size(); i++) {
                rows.put(tables.get(i).table(), counts.get(i));
            }
        }
        return rows;
    }

    /**
     * Compares what came back with what was dumped.
     *
     * @param before rows that were there before, by table
     * @throws VerificationFailed listing the differences
     */
    void verify(
            Session session,
            Contents contents,
            List<ForeignRelation> foreign,
            Map<String, Long> before,
            Progress progress) {
        progress.begin("verify", 0, contents.tables().size());
        List<String> differences = new ArrayList<>();
        // What the user could not fill was not restored, and a note says so.
        List<Contents.Table> tables = contents.tables().stream()
                .filter(table -> !isForeign(table.table(), foreign))
                .toList();
        Set<String> partitioned = partitioned(session);
        for (int from = 0; from < tables.size(); from += TABLES_AT_ONCE) {
            List<Contents.Table> some = tables.subList(from, Math.min(tables.size(), from + TABLES_AT_ONCE));
            List<Long> rows = counts(session, some);
            for (int i = 0; i < some.size(); i++) {
                progress.table();
                String table = some.get(i).table();
                long found = partitioned.contains(table) ? throughRoot(session, table, tables) : rows.get(i);
                long restored = found - before.getOrDefault(table, 0L);
                if (restored != some.get(i).rows()) {
                    differences.add("table %s: %d rows, %d in the dump"
                            .formatted(table, restored, some.get(i).rows()));
                }
            }
        }
        compareSequences(
                session,
                contents.sequences().stream()
                        .filter(sequence -> !isForeign(sequence.sequence(), foreign))
                        .toList(),
                differences);
        compareLargeObjects(session, contents, differences);
        compareOwners(session, differences);
        if (!differences.isEmpty()) {
            throw new VerificationFailed("database \"%s\" is not what was dumped: %s"
                    .formatted(database, String.join("; ", differences.subList(0, Math.min(20, differences.size())))));
        }
    }

    private static boolean isForeign(String qualified, List<ForeignRelation> foreign) {
        return foreign.stream().anyMatch(relation -> relation.qualified().equals(qualified));
    }

    private static Set<String> partitioned(Session session) {
        return new HashSet<>(session.query("""
                SELECT format('%I.%I', n.nspname, c.relname)
                  FROM pg_class c
                  JOIN pg_namespace n ON n.oid = c.relnamespace
                 WHERE c.relkind = 'p'
                """, row -> row.getString(1)));
    }

    /** The rows that came through a partitioned table: those of all partitions that have no data of their own in the dump. */
    private static long throughRoot(Session session, String root, List<Contents.Table> tables) {
        String[] names = tables.stream().map(Contents.Table::table).toArray(String[]::new);
        return session.first(
                        "SELECT count(*) FROM %s WHERE tableoid <> ALL (CAST(CAST(? AS text[]) AS regclass[])::oid[])"
                                .formatted(requireName(root)),
                        row -> row.getLong(1),
                        (Object) names)
                .orElse(-1L);
    }

    /** In the order of the tables: without asking for it, the server may count in parallel and answer in any. */
    private static List<Long> counts(Session session, List<Contents.Table> tables) {
        String each = IntStream.range(0, tables.size())
                .mapToObj(i -> count(i, tables.get(i)))
                .collect(Collectors.joining(" UNION ALL "));
        return session.query(each + " ORDER BY 1", row -> row.getLong(2));
    }

    private static String count(int number, Contents.Table table) {
        return "SELECT %d, count(*) FROM ONLY ".formatted(number) + requireName(table.table());
    }

    private static String requireName(String name) {
        if (!ScriptReader.QUALIFIED.matcher(name).matches()) {
            throw new VerificationFailed("the dump's contents name a table that no table can be named like");
        }
        return name;
    }

    private static void compareSequences(Session session, List<Contents.Sequence> sequences, List<String> differences) {
        for (int from = 0; from < sequences.size(); from += TABLES_AT_ONCE) {
            List<Contents.Sequence> some = sequences.subList(from, Math.min(sequences.size(), from + TABLES_AT_ONCE));
            String each = IntStream.range(0, some.size())
                    .mapToObj(i -> "SELECT %d, last_value || ' ' || is_called FROM "
                            .formatted(i)
                            .concat(requireName(some.get(i).sequence())))
                    .collect(Collectors.joining(" UNION ALL "));
            List<String> values = session.query(each + " ORDER BY 1", row -> row.getString(2));
            for (int i = 0; i < some.size(); i++) {
                String dumped = some.get(i).lastValue() + " " + some.get(i).isCalled();
                if (!values.get(i).equals(dumped)) {
                    differences.add("sequence %s: %s, %s in the dump"
                            .formatted(some.get(i).sequence(), values.get(i), dumped));
                }
            }
        }
    }

    private void compareLargeObjects(Session session, Contents contents, List<String> differences) {
        long count = session.first("SELECT count(*) FROM pg_largeobject_metadata", row -> row.getLong(1))
                .orElse(-1L);
        if (count != contents.largeObjects()) {
            differences.add("large objects: %d, %d in the dump".formatted(count, contents.largeObjects()));
        }
        if (count == 0) {
            return;
        }
        // The size of a large object is the end of its last page, as lo_lseek64 finds it.
        long bytes = session.first("""
                        SELECT coalesce(sum(size), 0)::bigint
                          FROM (SELECT lo_lseek64(lo_open(oid, 262144), 0, 2) AS size FROM pg_largeobject_metadata) s
                        """, row -> row.getLong(1)).orElse(-1L);
        if (bytes != contents.largeObjectBytes()) {
            differences.add("large objects: %d bytes, %d in the dump".formatted(bytes, contents.largeObjectBytes()));
        }
    }

    private void compareOwners(Session session, List<String> differences) {
        differences.addAll(session.query("""
                SELECT format('%s of "%s"', pg_describe_object(s.classid, s.objid, 0), pg_get_userbyid(s.refobjid))
                  FROM pg_shdepend s
                 WHERE s.dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
                   AND s.deptype = 'o'
                   AND s.refobjid <> (SELECT oid FROM pg_roles WHERE rolname = current_user)
                   AND s.classid <> 'pg_extension'::regclass
                   AND NOT EXISTS (
                         SELECT FROM pg_depend d
                          WHERE d.classid = s.classid AND d.objid = s.objid AND d.deptype IN ('e', 'i'))
                 LIMIT 20
                """, row -> row.getString(1)));
    }
}
