package steward.database;

import java.util.Optional;
import steward.Access;
import steward.Instance;
import steward.Names;
import steward.TemporaryName;
import steward.error.ObjectExists;
import steward.error.ObjectMissing;
import steward.postgres.Session;

/** Gives the database that was restored its name. Until then nobody has seen it; a database of that name is left alone. */
public final class PublishDatabase {
    private PublishDatabase() {}

    /**
     * Which database gets which name.
     *
     * @param execution the one that made it
     * @param oid the database's, as it was made
     */
    public record Input(Instance instance, String project, String database, String user, String execution, long oid) {}

    /** What there is now. */
    public record Output(String database) {}

    /** Runs the step. */
    public static Output run(Input input, Access access) {
        Names.requireProject("project", input.project());
        Names.requireCreatable("database", input.database());
        String doing = "naming the restored database \"%s\"".formatted(input.database());
        access.asMaster(input.instance(), Access.MAINTENANCE_DATABASE, doing, session -> {
            publish(input, session);
            return input;
        });
        return new Output(input.database());
    }

    private static void publish(Input input, Session session) {
        Optional<Long> target = CreateTemporaryDatabase.oid(session, input.database());
        if (target.filter(oid -> oid == input.oid()).isPresent()) {
            // An earlier attempt of this step has done it.
            return;
        }
        if (target.isPresent()) {
            throw new ObjectExists("database \"%s\": was made by somebody else meanwhile".formatted(input.database()));
        }
        String name = TemporaryName.of(input.execution());
        Database database = Database.find(session, name)
                .orElseThrow(() -> new ObjectMissing(
                        "the database that was restored for \"%s\" is gone".formatted(input.database())));
        database.requireOurs(input.project(), input.user(), false);
        session.inTransaction(() -> Ownership.borrowing(
                session, database, () -> session.execute("ALTER DATABASE %I RENAME TO %I", name, input.database())));
    }
}
