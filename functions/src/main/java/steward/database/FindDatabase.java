package steward.database;

import steward.Access;
import steward.Instance;
import steward.error.NotOurs;
import steward.error.ObjectMissing;
import steward.postgres.Session;

/** Finds whose a project's database is. */
public final class FindDatabase {
    private FindDatabase() {}

    /** Which database to find. */
    public record Input(Instance instance, String database) {}

    /**
     * Whose it is.
     *
     * @param bytes its size on disk
     */
    public record Output(String project, String owner, long bytes) {}

    /**
     * Runs the step.
     *
     * @throws ObjectMissing if there is none
     * @throws NotOurs if it lacks our mark, or belongs to the master still
     */
    public static Output run(Input input, Access access) {
        String doing = "looking for database \"%s\"".formatted(input.database());
        return access.asMaster(input.instance(), Access.MAINTENANCE_DATABASE, doing, session -> find(input, session));
    }

    private static Output find(Input input, Session session) {
        Database found = Database.findOurs(session, input.database());
        if (found.masterIsOwner()) {
            throw new NotOurs("database \"%s\": belongs to no project's user yet".formatted(input.database()));
        }
        long bytes = session.first("SELECT pg_database_size(?)", row -> row.getLong(1), input.database())
                .orElseThrow();
        return new Output(found.mark().orElseThrow().project(), found.owner(), bytes);
    }
}
