package steward.local;

import static steward.local.TestInstallation.execute;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a tenant's database may hold, for the tests of dump and restore: the statements are in {@code resources/fixture}. All
 * of it is made by the database's owner, who is no superuser, and is the same each time.
 */
final class Fixture {
    /** What the master has to install before. */
    static final List<String> EXTENSIONS = List.of("hstore", "citext", "pg_trgm");

    private static final Pattern SINCE = Pattern.compile("-from(\\d+)\\.sql$");
    private static final int TABLES_A_TRANSACTION = 50;

    /** Measured: what a customer and its orders, events and documents take, indexes included. */
    private static final long BYTES_A_CUSTOMER = 12_400;

    private Fixture() {}

    /**
     * Fills a new database of the owner's.
     *
     * @param major what to install: a server may be given what an older one has
     */
    static void install(Connection owner, int major) throws SQLException {
        for (Path file : files("/fixture", major)) {
            run(owner, file);
        }
    }

    /** Fills a new database in LATIN1; it needs no extension. */
    static void installLatin1(Connection owner) throws SQLException {
        for (Path file : files("/fixture/latin1", Integer.MAX_VALUE)) {
            run(owner, file);
        }
    }

    /** What sorts of objects and values {@link #install} makes; each is said in a line of its own. */
    static List<String> kinds(int major) {
        return files("/fixture", major).stream()
                .flatMap(file -> read(file).lines())
                .filter(line -> line.startsWith("-- kind: "))
                .map(line -> line.substring("-- kind: ".length()))
                .toList();
    }

    private static List<Path> files(String folder, int major) {
        try (Stream<Path> files = Files.list(Path.of(resource(folder)))) {
            return files.filter(file -> file.toString().endsWith(".sql"))
                    .filter(file -> since(file) <= major)
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static URI resource(String folder) {
        try {
            return Optional.ofNullable(Fixture.class.getResource(folder))
                    .orElseThrow()
                    .toURI();
        } catch (URISyntaxException e) {
            throw new IllegalStateException("a resource's URL is no URI", e);
        }
    }

    private static int since(Path file) {
        Matcher since = SINCE.matcher(file.toString());
        return since.find() ? Integer.parseInt(since.group(1)) : 0;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void run(Connection owner, Path file) throws SQLException {
        try {
            execute(
                    owner,
                    "SET search_path = \"$user\", public",
                    "SET TimeZone = 'UTC'",
                    read(file),
                    "RESET search_path",
                    "RESET TimeZone");
        } catch (SQLException e) {
            throw new SQLException("%s: %s".formatted(file.getFileName(), e.getMessage()), e.getSQLState(), e);
        }
    }

    /** Makes tables with a primary key, an identity column, an index and ten rows each, in the schema {@code small}. */
    static void fillSmallTables(Connection owner, int count) throws SQLException {
        execute(owner, "CREATE SCHEMA small");
        for (int first = 1; first <= count; first += TABLES_A_TRANSACTION) {
            execute(owner, """
                    DO $$
                    BEGIN
                      FOR i IN %d .. %d LOOP
                        EXECUTE format('CREATE TABLE small.table_%%s (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
                          name text NOT NULL, at timestamptz DEFAULT now())', i);
                        EXECUTE format('CREATE INDEX ON small.table_%%s (name)', i);
                        EXECUTE format('INSERT INTO small.table_%%s (name, at)
                          SELECT md5(j::text), timestamptz ''2024-01-01 00:00+00'' + j * interval ''1 hour''
                            FROM generate_series(%%s, %%s) j', i, i, i + 9);
                      END LOOP;
                    END $$
                    """.formatted(first, Math.min(first + TABLES_A_TRANSACTION - 1, count)));
        }
    }

    /**
     * Makes customers with orders, events and documents in the schema {@code large}, compressible as such data are.
     *
     * @param bytes about what the tables and their indexes shall take on the server's disk
     */
    static void fillLarge(Connection owner, long bytes) throws SQLException {
        long customers = Math.max(1, bytes / BYTES_A_CUSTOMER);
        for (String statement : LARGE.split("\n\n", -1)) {
            execute(owner, statement.replace("CUSTOMERS", String.valueOf(customers)));
        }
    }

    private static final String LARGE = """
            CREATE SCHEMA large;
            CREATE TABLE large.customers (id bigint, name text, mail text, born date, balance numeric(12, 2), notes text);
            CREATE TABLE large.orders (id bigint, customer bigint, at timestamptz, total numeric(10, 2), state text, lines jsonb);
            CREATE TABLE large.events (id bigint, customer bigint, at timestamp, kind smallint, address inet, agent text);
            CREATE TABLE large.documents (id bigint, customer bigint, title text, body text, picture bytea)

            INSERT INTO large.customers
            SELECT i, initcap(substr(md5(i::text), 1, 8)) || ' ' || initcap(substr(md5('n' || i), 1, 11)),
                   substr(md5(i::text), 1, 8) || '@example.com', date '1940-01-01' + (i % 25000)::integer, i % 1000003 / 100.0,
                   CASE WHEN i % 3 = 0 THEN repeat('called again about the last invoice; ', (i % 7)::integer) END
              FROM generate_series(1, CUSTOMERS::bigint) i

            INSERT INTO large.orders
            SELECT i, 1 + i * 7919 % CUSTOMERS, timestamptz '2015-01-01 00:00+00' + i % 300000000 * interval '1 second', i % 100000 / 100.0,
                   (ARRAY['open', 'paid', 'sent', 'returned'])[1 + i % 4],
                   jsonb_build_array(jsonb_build_object('article', md5(i::text), 'pieces', i % 9, 'price', i % 10000 / 100.0),
                     jsonb_build_object('article', md5((i + 1)::text), 'pieces', i % 5, 'price', i % 5000 / 100.0, 'gift', i % 2 = 0))
              FROM generate_series(1, CUSTOMERS::bigint * 8) i

            INSERT INTO large.events
            SELECT i, 1 + i * 104729 % CUSTOMERS, timestamp '2020-01-01' + i % 100000000 * interval '1.5 seconds', i % 40,
                   '10.0.0.0'::inet + i % 16000000, 'Browser/' || i % 90 || '.0 (System ' || i % 11 || '; rv:' || i % 13 || ')'
              FROM generate_series(1, CUSTOMERS::bigint * 25) i

            INSERT INTO large.documents
            SELECT i, 1 + i * 31 % CUSTOMERS, 'Document ' || i, (SELECT string_agg(md5((i + j)::text) || ' and so on, ', '') FROM generate_series(1, 60) j),
                   (SELECT decode(string_agg(md5(i || '/' || j), ''), 'hex') FROM generate_series(1, 64) j)
              FROM generate_series(1, CUSTOMERS::bigint) i

            ALTER TABLE large.customers ADD PRIMARY KEY (id);
            ALTER TABLE large.orders ADD PRIMARY KEY (id), ADD FOREIGN KEY (customer) REFERENCES large.customers;
            ALTER TABLE large.events ADD PRIMARY KEY (id);
            ALTER TABLE large.documents ADD PRIMARY KEY (id), ADD FOREIGN KEY (customer) REFERENCES large.customers;
            CREATE INDEX ON large.customers (lower(mail));
            CREATE INDEX ON large.orders (customer, at);
            CREATE INDEX ON large.orders (state) WHERE state <> 'sent';
            CREATE INDEX ON large.events (customer);
            CREATE INDEX ON large.events USING brin (at);
            CREATE INDEX ON large.documents (customer)
            """;
}
