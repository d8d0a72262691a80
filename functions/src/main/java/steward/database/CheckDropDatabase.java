package steward.database;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import steward.Access;
import steward.Instance;
import steward.Names;
import steward.error.InvalidInput;
import steward.error.ObjectMissing;
import steward.postgres.Session;
import steward.postgres.UnexpectedSqlError;

/**
 * Looks for all that would stand in the way of dropping a database, before a dump of it is taken. One that an earlier run
 * has closed is opened again, so that a dump can be taken.
 */
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
     * @param interrupted whether the server has begun to drop it: there is no way back, and nothing left to dump
     * @param oid which database it is; 0 if there is none
     * @param writes what was written to it until now ({@link DatabaseWrites}); nothing if that cannot be known
     */
    public record Output(
            boolean exists,
            boolean interrupted,
            long oid,
            @Nullable String writes) {}

    /** Runs the step. */
    public static Output run(Input input, Access access) {
        if (!input.confirm().equals(input.database())) {
            throw new InvalidInput("confirm: must be the name of the database to drop");
        }
        Names.requireOwn("database", input.database(), true);
        String doing = "checking whether database \"%s\" can be dropped".formatted(input.database());
        return access.asMaster(input.instance(), Access.MAINTENANCE_DATABASE, doing, session -> {
            Optional<Database> found = Database.find(session, input.database());
            found.ifPresent(Database::requireMarked);
            if (found.isPresent() && found.get().isInvalid()) {
                return new Output(true, true, found.get().oid(), null);
            }
            Optional<Database> open = found.flatMap(database -> opened(session, database));
            open.ifPresent(database -> DropObstacles.refuse(session, database));
            if (open.isEmpty()) {
                return new Output(false, false, 0, null);
            }
            try {
                String writes = DatabaseWrites.of(access, input.instance(), session, open.get(), doing);
                return new Output(true, false, open.get().oid(), writes);
            } catch (ObjectMissing | UnexpectedSqlError e) {
                ClosedDatabase.requireGone(session, input.database(), doing, e);
                return new Output(false, false, 0, null);
            }
        });
    }

    /** Whether an earlier run that was cut off had taken a dump, nobody knows. Empty if another run is dropping it now. */
    private static Optional<Database> opened(Session session, Database database) {
        Optional<ClosedDatabase> closed = ClosedDatabase.of(database);
        if (closed.isEmpty()) {
            return Optional.of(database);
        }
        try {
            closed.get().open(session, database);
        } catch (ObjectMissing e) {
            return Database.find(session, database.name()).map(still -> {
                throw e;
            });
        }
        return Database.find(session, database.name());
    }
}
