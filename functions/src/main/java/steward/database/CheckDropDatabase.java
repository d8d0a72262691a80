package steward.database;

import java.util.Optional;
import steward.Access;
import steward.Instance;
import steward.Names;
import steward.error.InvalidInput;

/** Looks for all that would stand in the way of dropping a database, before a dump of it is taken. */
public final class CheckDropDatabase {
    private CheckDropDatabase() {}

    /**
     * What is to be dropped.
     *
     * @param confirm the database's name once more
     */
    public record Input(Instance instance, String database, String confirm) {}

    /**
     * What was found.
     *
     * @param exists whether the database is there
     * @param interrupted whether an earlier drop has closed it, which came after that one's dump: no other is possible
     */
    public record Output(boolean exists, boolean interrupted) {}

    /** Runs the step. */
    public static Output run(Input input, Access access) {
        if (!input.confirm().equals(input.database())) {
            throw new InvalidInput("confirm: must be the name of the database to drop");
        }
        Names.requireOwn("database", input.database(), true);
        String doing = "checking whether database \"%s\" can be dropped".formatted(input.database());
        return access.asMaster(input.instance(), Access.MAINTENANCE_DATABASE, doing, session -> {
            Optional<Database> found = Database.find(session, input.database());
            if (found.isEmpty()) {
                return new Output(false, false);
            }
            Database database = found.get();
            database.requireMarked();
            if (database.isInvalid() || ClosedDatabase.of(database).isPresent()) {
                return new Output(true, true);
            }
            DropObstacles.refuse(session, database);
            return new Output(true, false);
        });
    }
}
