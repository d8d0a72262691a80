package steward.local;

import static steward.local.TestInstallation.execute;
import static steward.local.TestInstallation.rows;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * All that has to come back with a restore, as sorted lines {@code sort|name|...}: equal digests, equal databases. It says
 * nothing of rights, statistics and the physical order of rows, and calls whoever owns the database {@code (owner)}.
 *
 * <p>pg_dump writes the schema of one server differently in each version, and servers of different majors write the same view
 * differently: compare digests that were taken with the same tools, of servers of the same major. To check a dump of 15 that was
 * restored in 16, install what 15 has ({@link Fixture#install}) in another database of the server 16.
 */
record DatabaseDigest(List<String> lines) {
    private static final int SHOWN = 40;

    /** Each entry of pg_dump's text starts with such a comment. */
    private static final Pattern ENTRY = Pattern.compile("(?m)^--\n-- (?=(?:Data for )?Name: )");

    private static final Pattern NO_CONTENT = Pattern.compile(
            "(?m)^(?:\\\\(?:un)?restrict .*|-- Dumped (?:from|by) .*|-- PostgreSQL database dump.*|--)?\n");

    private static final Pattern NOT_NULL_NAME = Pattern.compile("CONSTRAINT (?:\"(?:[^\"]|\"\")+\"|\\w+) NOT NULL");

    /** What a tenant has set for its database must not change how values are written. */
    private static final List<String> SESSION = List.of(
            "SET search_path = pg_catalog",
            "SET TimeZone = 'UTC'",
            "SET DateStyle = 'ISO, YMD'",
            "SET IntervalStyle = postgres",
            "SET extra_float_digits = 3",
            "SET bytea_output = hex",
            "SET xmloption = content",
            "SET lc_monetary = 'C'",
            "SET row_security = off",
            "SET statement_timeout = 0",
            "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");

    /** A schema of the tenant's. */
    private static final String TENANTS = "nspname !~ '^pg_' AND nspname <> 'information_schema'";

    private static final String NO_MEMBER = """
            NOT EXISTS (SELECT FROM pg_depend WHERE classid = %s::regclass AND objid = %s AND deptype = 'e')
            """;

    private static final String DATABASE = """
            SELECT 'database', pg_encoding_to_char(encoding), datcollate, datctype FROM pg_database WHERE datname = current_database()
            """;

    private static final String EXTENSIONS = """
            SELECT 'extension', extname, extversion, nspname FROM pg_extension JOIN pg_namespace n ON n.oid = extnamespace
            """;

    private static final String SETTINGS = """
            SELECT 'setting', CASE setrole WHEN 0 THEN 'all' WHEN datdba THEN '(owner)' ELSE setrole::regrole::text END, setting
              FROM pg_db_role_setting JOIN pg_database d ON d.oid = setdatabase, unnest(setconfig) setting
             WHERE datname = current_database()
            """;

    private static final String LARGE_OBJECTS = """
            SELECT 'large object', o.oid, length(content), encode(sha256(content), 'hex'), obj_description(o.oid, 'pg_largeobject')
              FROM pg_largeobject_metadata o, lo_get(o.oid) content
            """;

    private static final String POPULATED = """
            SELECT 'populated', oid::regclass, relispopulated FROM pg_class WHERE relkind = 'm'
            """;

    private static final String OWNERS = """
            SELECT 'owner', identity.type, identity.identity, CASE owner WHEN datdba THEN '(owner)' ELSE pg_get_userbyid(owner) END
              FROM (SELECT 'pg_class'::regclass AS class, oid, relowner AS owner, relnamespace AS namespace FROM pg_class
                    UNION ALL SELECT 'pg_proc'::regclass, oid, proowner, pronamespace FROM pg_proc
                    UNION ALL SELECT 'pg_type'::regclass, oid, typowner, typnamespace FROM pg_type
                    UNION ALL SELECT 'pg_operator'::regclass, oid, oprowner, oprnamespace FROM pg_operator
                    UNION ALL SELECT 'pg_opclass'::regclass, oid, opcowner, opcnamespace FROM pg_opclass
                    UNION ALL SELECT 'pg_opfamily'::regclass, oid, opfowner, opfnamespace FROM pg_opfamily
                    UNION ALL SELECT 'pg_collation'::regclass, oid, collowner, collnamespace FROM pg_collation
                    UNION ALL SELECT 'pg_conversion'::regclass, oid, conowner, connamespace FROM pg_conversion
                    UNION ALL SELECT 'pg_ts_config'::regclass, oid, cfgowner, cfgnamespace FROM pg_ts_config
                    UNION ALL SELECT 'pg_ts_dict'::regclass, oid, dictowner, dictnamespace FROM pg_ts_dict
                    UNION ALL SELECT 'pg_statistic_ext'::regclass, oid, stxowner, stxnamespace FROM pg_statistic_ext
                    UNION ALL SELECT 'pg_namespace'::regclass, oid, nspowner, oid FROM pg_namespace
                    UNION ALL SELECT 'pg_publication'::regclass, oid, pubowner, NULL FROM pg_publication
                    UNION ALL SELECT 'pg_event_trigger'::regclass, oid, evtowner, NULL FROM pg_event_trigger
                    UNION ALL SELECT 'pg_largeobject'::regclass, oid, lomowner, NULL FROM pg_largeobject_metadata) object
              JOIN pg_database ON datname = current_database()
              LEFT JOIN pg_namespace n ON n.oid = namespace,
                   pg_identify_object(class, object.oid, 0) identity
             WHERE (namespace IS NULL OR %s) AND %s
            """.formatted(TENANTS, NO_MEMBER.formatted("object.class", "object.oid"));

    private static final String TABLES = """
            SELECT quote_ident(nspname) || '.' || quote_ident(relname) FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
             WHERE (relkind = 'r' OR relkind = 'm' AND relispopulated) AND relpersistence <> 't' AND %s AND %s
            """.formatted(TENANTS, NO_MEMBER.formatted("'pg_class'", "c.oid"));

    private static final String SEQUENCES = """
            SELECT quote_ident(nspname) || '.' || quote_ident(relname) FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
             WHERE relkind = 'S' AND relpersistence <> 't' AND %s AND %s
            """.formatted(TENANTS, NO_MEMBER.formatted("'pg_class'", "c.oid"));

    /**
     * Reads a database as its user.
     *
     * @param tools the folder of the pg_dump that writes the schema
     */
    static DatabaseDigest of(OwnedDatabase database, Path tools)
            throws SQLException, IOException, InterruptedException {
        return of(ClientProgram.of(tools, database), database.name());
    }

    static DatabaseDigest of(ClientProgram program, String database)
            throws SQLException, IOException, InterruptedException {
        List<String> lines = new ArrayList<>(schema(program, database));
        try (Connection connection = program.server().connectAs(program.user(), program.password(), database)) {
            execute(connection, SESSION.toArray(String[]::new));
            for (String query : List.of(DATABASE, EXTENSIONS, SETTINGS, LARGE_OBJECTS, POPULATED, OWNERS)) {
                lines.addAll(rows(connection, query));
            }
            for (String table : rows(connection, TABLES)) {
                lines.add("table|%s|%s"
                        .formatted(table, rows(connection, hash(table)).getFirst()));
            }
            for (String sequence : rows(connection, SEQUENCES)) {
                String value = rows(connection, "SELECT last_value, is_called FROM " + sequence)
                        .getFirst();
                lines.add("sequence|%s|%s".formatted(sequence, value));
            }
        }
        return new DatabaseDigest(lines.stream().sorted().toList());
    }

    /**
     * The number of rows and two sums over halves of their hashes: the order makes no difference, equal rows count. record_out
     * writes NULL, the empty string and every digit apart, and is none that a tenant's cast could replace.
     */
    private static String hash(String table) {
        return """
                SELECT count(*), sum(('x' || left(hash, 16))::bit(64)::bigint), sum(('x' || right(hash, 16))::bit(64)::bigint)
                  FROM (SELECT md5(record_out("row to digest")::text) FROM ONLY %s AS "row to digest") rows(hash)
                """.formatted(table);
    }

    /** One line for each entry; entries that depend on nothing may change places. */
    private static List<String> schema(ClientProgram program, String database)
            throws IOException, InterruptedException {
        String dump = program.run("pg_dump", database, "--schema-only", "--no-owner", "--no-acl");
        return Arrays.stream(ENTRY.split(dump))
                .map(entry -> NO_CONTENT.matcher(entry).replaceAll(""))
                .map(entry -> "schema|" + entry.strip().replace("\\", "\\\\").replace("\n", "\\n"))
                .toList();
    }

    /** Leaves out the lines of these sorts, for instance {@code setting}. */
    DatabaseDigest without(String... sorts) {
        Set<String> left = Set.of(sorts);
        return new DatabaseDigest(lines.stream()
                .filter(line -> !left.contains(line.substring(0, line.indexOf('|'))))
                .toList());
    }

    /** Without the names of NOT NULL constraints: before 18 there are none to dump, and 18 makes new ones. */
    DatabaseDigest withoutNotNullNames() {
        return new DatabaseDigest(lines.stream()
                .map(line -> NOT_NULL_NAME.matcher(line).replaceAll("NOT NULL"))
                .sorted()
                .toList());
    }

    /** The lines that only this one has ({@code -}) and those that only the other has ({@code +}); empty when they are equal. */
    String difference(DatabaseDigest other) {
        List<String> changed = Stream.concat(
                        only(lines, other.lines).map(line -> "- " + line),
                        only(other.lines, lines).map(line -> "+ " + line))
                .sorted((one, two) -> one.substring(2).compareTo(two.substring(2)))
                .toList();
        if (changed.isEmpty() && !equals(other)) return "the same lines, but not as often";
        String more = changed.size() > SHOWN ? "\n... and %d more".formatted(changed.size() - SHOWN) : "";
        return String.join("\n", changed.stream().limit(SHOWN).toList()) + more;
    }

    private static Stream<String> only(List<String> lines, List<String> others) {
        Set<String> known = Set.copyOf(others);
        return lines.stream().filter(line -> !known.contains(line));
    }
}
