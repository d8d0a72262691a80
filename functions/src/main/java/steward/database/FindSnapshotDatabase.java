package steward.database;

import java.util.List;
import java.util.Optional;
import steward.Access;
import steward.Instance;
import steward.Names;
import steward.error.NotOurs;
import steward.error.ObjectMissing;
import steward.postgres.Session;

/** Finds a project's database on an instance that was restored from a snapshot, as it was on that day. */
public final class FindSnapshotDatabase {
    private FindSnapshotDatabase() {}

    /**
     * Which one.
     *
     * @param adopt whether a database that had no mark of Steward's then will do
     */
    public record Input(Instance instance, String project, String database, boolean adopt) {}

    /**
     * What it was.
     *
     * @param locale how it sorted
     * @param bytes its size on disk
     */
    public record Output(String owner, String encoding, DatabaseLocale locale, long bytes) {}

    /**
     * Runs the step.
     *
     * @throws ObjectMissing if there was none, naming those that there were
     * @throws NotOurs if it was not the project's, or belonged to the master
     */
    public static Output run(Input input, Access access) {
        Names.requireProject("project", input.project());
        Names.requireExisting("database", input.database());
        String doing = "looking for database \"%s\" in the snapshot".formatted(input.database());
        return access.asMaster(input.instance(), Access.MAINTENANCE_DATABASE, doing, session -> find(input, session));
    }

    private static Output find(Input input, Session session) {
        Database found = Database.find(session, input.database()).orElseThrow(() -> missing(input, session));
        if (found.isInvalid() || Optional.of(found).flatMap(ClosedDatabase::of).isPresent()) {
            throw new ObjectMissing(
                    "database \"%s\": was being dropped when the snapshot was made".formatted(input.database()));
        }
        found.requireOurs(input.project(), found.owner(), input.adopt());
        if (found.masterIsOwner()) {
            throw new NotOurs("database \"%s\": belonged to no project's user when the snapshot was made"
                    .formatted(input.database()));
        }
        long bytes = session.first("SELECT pg_database_size(?)", row -> row.getLong(1), input.database())
                .orElseThrow();
        return new Output(found.owner(), found.encoding(), found.locale(), bytes);
    }

    private static ObjectMissing missing(Input input, Session session) {
        List<String> there = session.query(
                "SELECT datname FROM pg_database WHERE NOT datistemplate ORDER BY 1", row -> row.getString(1));
        return new ObjectMissing(
                "database \"%s\": is not in the snapshot; there are %s".formatted(input.database(), there));
    }
}
