package steward.database;

import steward.Access;
import steward.Instance;
import steward.Names;

/** Drops the database of a restore that failed. Only one execution's own: its name is the execution's. */
public final class DropTemporaryDatabase {
    private DropTemporaryDatabase() {}

    /** Whose database to drop. */
    public record Input(Instance instance, String project, String execution) {}

    /**
     * What was done.
     *
     * @param dropped whether the database was there
     */
    public record Output(boolean dropped) {}

    /** Runs the step. */
    public static Output run(Input input, Access access) {
        Names.requireProject("project", input.project());
        String name = TemporaryDatabase.name(input.execution());
        boolean dropped = access.asMaster(
                input.instance(),
                Access.MAINTENANCE_DATABASE,
                "dropping the database of a restore that failed",
                session -> DropDatabase.ensure(session, name));
        return new Output(dropped);
    }
}
