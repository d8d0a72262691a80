package steward.role;

import steward.Access;
import steward.Instance;
import steward.Mark;
import steward.Names;
import steward.database.Database;
import steward.postgres.Session;

/** Looks up from whom and in whose database revoke-read-only is to take back what was granted. */
public final class FindReader {
    private FindReader() {}

    /** Whose access to what. */
    public record Input(Instance instance, String database, String user) {}

    /**
     * What there is.
     *
     * @param project to which both database and user belong
     * @param owner who owns the database and has granted
     */
    public record Output(String project, String owner) {}

    /** Runs the step. */
    public static Output run(Input input, Access access) {
        Names.requireExisting("database", input.database());
        Names.requireExisting("user", input.user());
        String doing = "looking up who reads database \"%s\"".formatted(input.database());
        return access.asMaster(input.instance(), Access.MAINTENANCE_DATABASE, doing, session -> find(input, session));
    }

    private static Output find(Input input, Session session) {
        Database database = CheckReader.findComplete(session, input.database());
        Reader.requireNotOwner(input.user(), database.owner(), input.database());
        String project = database.mark().map(Mark::project).orElseThrow();
        Reader.requireRole(session, input.user(), project);
        return new Output(project, database.owner());
    }
}
