package steward.database;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import steward.Access;
import steward.Instance;
import steward.Mark;
import steward.Names;
import steward.TemporaryName;
import steward.error.InvalidInput;
import steward.error.ObjectBusy;
import steward.error.ObjectExists;
import steward.error.ObjectMissing;
import steward.postgres.Session;
import steward.postgres.UnexpectedSqlError;

/**
 * Makes a project's database, owned by the master and closed to everybody else.
 *
 * <p>CREATE DATABASE takes no part in a transaction, and a crash right after it would leave a database that looks like
 * somebody else's. So the database is made under a name that only Steward uses, closed, marked, and then renamed: under
 * its own name it has been marked and private from the first moment.
 */
public final class CreateDatabase {
    private CreateDatabase() {}

    /**
     * What to make.
     *
     * @param user the project's user, who is to own the database in the end
     * @param locale how it sorts, or null for as template0 does
     * @param adopt whether a database that exists without Steward's mark may be taken over
     */
    public record Input(
            Instance instance,
            String project,
            String database,
            String user,
            String encoding,
            @Nullable DatabaseLocale locale,
            boolean adopt) {}

    /**
     * What there is now.
     *
     * @param created whether the database was made by this call
     */
    public record Output(String database, boolean created) {}

    /** Runs the step. */
    public static Output run(Input input, Access access) {
        Names.requireProject("project", input.project());
        Names.requireOwn("database", input.database(), input.adopt());
        String doing = "creating database \"%s\"".formatted(input.database());
        boolean created = access.asMaster(
                input.instance(), Access.MAINTENANCE_DATABASE, doing, session -> ensure(input, session));
        return new Output(input.database(), created);
    }

    private static boolean ensure(Input input, Session session) {
        Optional<Database> found = Database.find(session, input.database());
        if (found.isPresent()) {
            reuse(input, session, found.get());
            return false;
        }
        Names.requireCreatable("database", input.database());
        try {
            create(input, session);
            return true;
        } catch (ObjectMissing | ObjectExists e) {
            // Another execution has renamed it before us. It is used if it is ours.
            Database other = Database.find(session, input.database()).orElseThrow(() -> e);
            session.execute("DROP DATABASE IF EXISTS %I", nameWhileMaking(input));
            reuse(input, session, other);
            return false;
        }
    }

    private static void reuse(Input input, Session session, Database found) {
        found.requireOurs(input.project(), input.user(), input.adopt());
        found.requireText(session, input.encoding(), input.locale());
        if (found.mark().isEmpty()) {
            adopt(input, session, found);
        }
    }

    /** COMMENT and REVOKE ask for the owner's rights, which the master has only as a member. */
    private static void adopt(Input input, Session session, Database found) {
        session.inTransaction(() -> Ownership.borrowing(session, found, () -> {
            session.execute("COMMENT ON DATABASE %I IS %L", found.name(), new Mark(input.project()).text());
            session.execute("REVOKE ALL ON DATABASE %I FROM PUBLIC", found.name());
            session.execute("GRANT CONNECT, TEMPORARY ON DATABASE %I TO CURRENT_USER", found.name());
        }));
    }

    private static void create(Input input, Session session) {
        String making = nameWhileMaking(input);
        make(input, session, making);
        session.execute("ALTER DATABASE %I RENAME TO %I", making, input.database());
    }

    /** Makes the database, marked and for the master only, under a name that nobody knows. */
    static void make(Input input, Session session, String making) {
        Optional<Database> left = Database.find(session, making);
        if (left.filter(Database::isInvalid).isPresent()) {
            // Whoever lost the race for the final name was dropping it, and was perhaps cut off: nothing is in it.
            session.execute("DROP DATABASE IF EXISTS %I", making);
            left = Optional.empty();
        }
        if (left.isEmpty()) {
            createClosed(input, session, making);
        }
        session.execute("REVOKE ALL ON DATABASE %I FROM PUBLIC", making);
        session.execute("COMMENT ON DATABASE %I IS %L", making, new Mark(input.project()).text());
        session.execute("ALTER DATABASE %I ALLOW_CONNECTIONS true", making);
    }

    /**
     * From template0: template1 may be in use, or hold what nobody asked for
     * (<a href="https://www.postgresql.org/docs/current/manage-ag-templatedbs.html">Template Databases</a>).
     */
    private static void createClosed(Input input, Session session, String making) {
        String create = "CREATE DATABASE %I TEMPLATE template0 ALLOW_CONNECTIONS false ENCODING %L";
        try {
            if (input.locale() == null) {
                session.execute(create, making, input.encoding());
                return;
            }
            session.execute(
                    create + input.locale().clause(input.instance()),
                    Stream.concat(
                                    Stream.of(making, input.encoding()),
                                    Arrays.stream(input.locale().values()))
                            .toArray(String[]::new));
        } catch (ObjectExists | ObjectBusy e) {
            // Made by another execution at the same moment, and good for both; anything else is a failure.
            if (Database.find(session, making).isEmpty()) {
                throw e;
            }
        } catch (UnexpectedSqlError e) {
            throw e.hasState("22023", "42809") ? new InvalidInput("encoding, locale: " + e.getMessage(), e) : e;
        }
    }

    /** The same for the same request, so that a second attempt finds what the first one left. */
    static String nameWhileMaking(Input input) {
        String request =
                String.join("\n", input.project(), input.database(), input.encoding(), String.valueOf(input.locale()));
        return TemporaryName.of(request);
    }
}
