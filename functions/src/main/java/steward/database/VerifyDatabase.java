package steward.database;

import java.util.ArrayList;
import java.util.List;
import steward.Access;
import steward.Instance;
import steward.Names;
import steward.error.VerificationFailed;
import steward.postgres.Session;

/** Looks, as the master and from outside, whether a database is as Steward leaves it. */
public final class VerifyDatabase {
    private VerifyDatabase() {}

    /** Which database should belong to whom. */
    public record Input(Instance instance, String project, String database, String user) {}

    /**
     * What was found.
     *
     * @param access the access list, as Postgres writes it
     */
    public record Output(String database, String owner, String encoding, String locale, List<String> access) {}

    /** Runs the step. */
    public static Output run(Input input, Access access) {
        Names.requireProject("project", input.project());
        String doing = "verifying database \"%s\"".formatted(input.database());
        return access.asMaster(input.instance(), Access.MAINTENANCE_DATABASE, doing, session -> verify(input, session));
    }

    private static Output verify(Input input, Session session) {
        Database database = Database.findOurs(session, input.database());
        database.requireOurs(input.project(), input.user(), false);
        List<String> differences = new ArrayList<>(DatabaseAccess.differences(session, database));
        if (!database.owner().equals(input.user())) {
            differences.add("its owner is \"%s\", not \"%s\"".formatted(database.owner(), input.user()));
        }
        if (!differences.isEmpty()) {
            throw new VerificationFailed(
                    "database \"%s\": %s".formatted(database.name(), String.join("; ", differences)));
        }
        return new Output(
                database.name(),
                database.owner(),
                database.encoding(),
                database.locale().collate(),
                database.access());
    }
}
