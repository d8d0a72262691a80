package steward.database;

import steward.Access;
import steward.Instance;
import steward.Names;
import steward.TemporaryName;
import steward.error.ObjectExists;
import steward.error.ObjectMissing;
import steward.extension.HandOver;
import steward.postgres.Session;

/**
 * Hands a database to the project's user, keeps everybody else out, and leaves the master just what it needs for later
 * extensions. Changing the owner turns the old owner's grants into the new one's, so the master's own come last.
 */
public final class TransferOwnership {
    private TransferOwnership() {}

    /** Which database to hand to whom. */
    public record Input(Instance instance, String project, String database, String user) {}

    /**
     * What there is now.
     *
     * @param transferred whether anything had to be changed
     */
    public record Output(String owner, boolean transferred) {}

    /** Runs the step. */
    public static Output run(Input input, Access access) {
        Names.requireProject("project", input.project());
        Names.requireExisting("user", input.user());
        String doing = "handing database \"%s\" to \"%s\"".formatted(input.database(), input.user());
        boolean transferred = access.asMaster(
                input.instance(), Access.MAINTENANCE_DATABASE, doing, session -> transfer(input, session));
        boolean handedOver = access.asMaster(
                input.instance(),
                input.database(),
                doing,
                session -> HandOver.toOwner(session, input.user(), TemporaryName.matches(input.database())));
        return new Output(input.user(), transferred || handedOver);
    }

    private static boolean transfer(Input input, Session session) {
        Database database = Database.find(session, input.database())
                .orElseThrow(() -> new ObjectMissing("database \"%s\": does not exist".formatted(input.database())));
        database.requireOurs(input.project(), input.user(), false);
        boolean belongs = database.owner().equals(input.user());
        if (belongs && DatabaseAccess.differences(session, database).isEmpty()) {
            return false;
        }
        if (!belongs && !database.masterIsOwner()) {
            throw new ObjectExists("database \"%s\": belongs to \"%s\", not to \"%s\""
                    .formatted(database.name(), database.owner(), input.user()));
        }
        session.inTransaction(() -> Ownership.borrowing(session, input.user(), () -> {
            session.execute("REVOKE ALL ON DATABASE %I FROM PUBLIC", database.name());
            session.execute("ALTER DATABASE %I OWNER TO %I", database.name(), input.user());
            session.execute("GRANT CONNECT, TEMPORARY ON DATABASE %I TO CURRENT_USER", database.name());
        }));
        return true;
    }
}
