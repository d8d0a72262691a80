package steward.database;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import steward.Access;
import steward.Instance;
import steward.Names;
import steward.TemporaryName;
import steward.error.ObjectMissing;
import steward.postgres.Session;

/**
 * Makes the database that a dump is restored into, under a name of the execution's own: a database that others can see
 * is whole from its first moment.
 */
public final class CreateTemporaryDatabase {
    private CreateTemporaryDatabase() {}

    /**
     * What to make.
     *
     * @param user the project's user, who is to own the database in the end
     * @param execution the key: the same execution gets the same database
     * @param locale how it sorts, or null for as template0 does
     */
    public record Input(
            Instance instance,
            String project,
            String user,
            String execution,
            String encoding,
            @Nullable DatabaseLocale locale) {}

    /**
     * What there is now.
     *
     * @param oid what stays the same when the database gets its own name
     */
    public record Output(String database, long oid) {}

    /** Runs the step. */
    public static Output run(Input input, Access access) {
        Names.requireProject("project", input.project());
        String name = TemporaryName.of(input.execution());
        String doing = "creating the database to restore into";
        return access.asMaster(input.instance(), Access.MAINTENANCE_DATABASE, doing, session -> {
            ensure(input, session, name);
            return new Output(name, oid(session, name).orElseThrow(() -> new ObjectMissing(doing + ": it is gone")));
        });
    }

    private static void ensure(Input input, Session session, String name) {
        Optional<Database> found = Database.find(session, name);
        if (found.filter(database -> !database.masterIsOwner()).isPresent()) {
            // An earlier attempt of this step has made it, and later steps have handed it over.
            found.get().requireOurs(input.project(), input.user(), false);
            return;
        }
        CreateDatabase.Input request = new CreateDatabase.Input(
                input.instance(), input.project(), name, input.user(), input.encoding(), input.locale(), false);
        CreateDatabase.make(request, session, name);
    }

    /** A database's oid, if it is there. */
    static Optional<Long> oid(Session session, String name) {
        return session.first("SELECT oid FROM pg_database WHERE datname = ?", row -> row.getLong(1), name);
    }
}
