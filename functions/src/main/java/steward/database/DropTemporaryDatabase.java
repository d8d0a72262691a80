package steward.database;

import steward.Access;
import steward.Instance;
import steward.TemporaryName;
import steward.error.InvalidInput;
import steward.postgres.Session;

/** Drops the database of a restore that failed, or of a create-database that was cut off: nobody has ever seen it. */
public final class DropTemporaryDatabase {
    private DropTemporaryDatabase() {}

    /** Which one; only names of temporary ones are taken. */
    public record Input(Instance instance, String database) {}

    /**
     * What was done.
     *
     * @param dropped whether the database was there
     */
    public record Output(String database, boolean dropped) {}

    /** Runs the step. */
    public static Output run(Input input, Access access) {
        if (!TemporaryName.matches(input.database())) {
            throw new InvalidInput("database: is not the name of a temporary one");
        }
        boolean dropped = access.asMaster(
                input.instance(),
                Access.MAINTENANCE_DATABASE,
                "dropping temporary database \"%s\"".formatted(input.database()),
                session -> drop(session, input.database()));
        return new Output(input.database(), dropped);
    }

    /** Cut off right after CREATE DATABASE it has no mark yet. Under that name it can only be ours, and the master's. */
    private static boolean drop(Session session, String name) {
        boolean unmarked = Database.find(session, name)
                .filter(database -> database.mark().isEmpty() && database.masterIsOwner())
                .isPresent();
        if (unmarked) {
            session.execute("DROP DATABASE IF EXISTS %I WITH (FORCE)", name);
        }
        return unmarked || DropDatabase.ensure(session, name, database -> {});
    }
}
