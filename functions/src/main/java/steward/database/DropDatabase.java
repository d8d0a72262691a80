package steward.database;

import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import steward.Access;
import steward.Instance;
import steward.Names;
import steward.error.InvalidInput;
import steward.error.NotPermitted;
import steward.error.ObjectBusy;
import steward.error.ObjectMissing;
import steward.error.VerificationFailed;
import steward.postgres.OpenSessions;
import steward.postgres.Session;
import steward.postgres.UnexpectedSqlError;

/**
 * Drops a project's database, whoever is connected to it. Its owner stays, and so does the owner's secret.
 *
 * <p>All that can be known to stand in the way is looked for before the first change. The database is then closed, made
 * the master's and dropped; when the server refuses that after all, it is opened again and handed back.
 */
public final class DropDatabase {
    private DropDatabase() {}

    /**
     * What to drop.
     *
     * @param confirm the database's name once more
     * @param oid which database was checked and dumped; 0 if there was none
     * @param writes what had been written to it when its final dump was begun ({@link DatabaseWrites}); nothing if there is
     *     no dump, or that could not be known
     */
    public record Input(
            Instance instance,
            String database,
            String confirm,
            long oid,
            @Nullable String writes) {}

    /**
     * What was done.
     *
     * @param dropped whether the database was there
     */
    public record Output(String database, boolean dropped) {}

    /** Runs the step. */
    public static Output run(Input input, Access access) {
        if (!input.confirm().equals(input.database())) {
            throw new InvalidInput("confirm: must be the name of the database to drop");
        }
        Names.requireOwn("database", input.database(), true);
        String doing = "dropping database \"%s\"".formatted(input.database());
        return access.asMaster(input.instance(), Access.MAINTENANCE_DATABASE, doing, session -> {
            if (input.writes() != null) {
                closeUnwritten(input, input.writes(), access, session, doing);
            }
            return new Output(
                    input.database(),
                    ensure(session, input.database(), database -> requireSame(database, input.oid())));
        });
    }

    /**
     * Closes the database if its final dump is all of it. What is written while a dump is taken, packed and read again, for
     * hours perhaps, would be lost without a word.
     *
     * @throws VerificationFailed if it was written to since; it is open again then
     * @throws ObjectBusy if another run is dropping it
     */
    private static void closeUnwritten(Input input, String writes, Access access, Session session, String doing) {
        Optional<Database> found = Database.find(session, input.database()).filter(database -> !database.isInvalid());
        if (found.isEmpty()) {
            return;
        }
        requireSame(found.get(), input.oid());
        found.get().requireMarked();
        // Whether the run that closed it had looked, nobody knows; and from inside one can look at an open one only.
        ClosedDatabase.of(found.get()).ifPresent(before -> before.open(session, found.get()));
        Database database = Database.find(session, input.database())
                .filter(ClosedDatabase::isOpen)
                .orElseThrow(() -> new ObjectBusy(doing + ": another run is dropping it"));
        try {
            access.asMaster(
                    input.instance(),
                    database.name(),
                    doing,
                    inside -> closeUnwritten(session, inside, database, writes));
        } catch (ObjectMissing | UnexpectedSqlError e) {
            // Gone is what it is to be.
            ClosedDatabase.requireGone(session, database.name(), doing, e);
        }
    }

    private static long closeUnwritten(Session session, Session inside, Database database, String writes) {
        try {
            DropObstacles.refuse(session, database);
            ClosedDatabase.close(session, database);
            // Sessions that have ended have told what they wrote.
            OpenSessions.end(
                    inside,
                    "database \"%s\"".formatted(database.name()),
                    // Of whom it may know nothing more, the server does not tell the master what kind it is.
                    "datname = current_database() AND pid <> pg_backend_pid()"
                            + " AND coalesce(backend_type, 'client backend') = 'client backend'");
            requireUnwritten(database.name(), writes, DatabaseWrites.count(inside));
            return database.oid();
        } catch (RuntimeException failure) {
            openAgain(session, database.name(), failure);
            throw failure;
        }
    }

    private static void requireUnwritten(String name, String before, @Nullable String now) {
        if (!before.equals(now)) {
            throw new VerificationFailed(
                    "database \"%s\": was written to after its final dump had begun, so nothing was dropped; stop what writes to it, and start again"
                            .formatted(name));
        }
    }

    private static void requireSame(Database database, long oid) {
        if (database.oid() != oid) {
            throw new ObjectMissing(
                    "database \"%s\": the one that was checked is gone; another one has its name by now, and stays"
                            .formatted(database.name()));
        }
    }

    /**
     * Drops a marked database.
     *
     * @param check what else refuses it
     * @return whether it was there
     */
    static boolean ensure(Session session, String name, Consumer<Database> check) {
        Optional<Database> found = Database.find(session, name);
        try {
            found.ifPresent(database -> {
                check.accept(database);
                drop(session, database);
            });
        } catch (ObjectMissing e) {
            if (Database.find(session, name).isPresent()) {
                throw e;
            }
            // Another run was faster.
            return false;
        }
        return found.isPresent();
    }

    private static void drop(Session session, Database database) {
        database.requireMarked();
        if (database.isInvalid()) {
            finish(session, database);
            return;
        }
        try {
            DropObstacles.refuse(session, database);
            ClosedDatabase.close(session, database);
            execute(session, database.name());
        } catch (RuntimeException failure) {
            openAgain(session, database.name(), failure);
            throw failure;
        }
    }

    /** An interrupted drop allows no change to the database but that of its owner: others end the session. */
    private static void finish(Session session, Database database) {
        if (!database.masterIsOwner()) {
            session.inTransaction(() -> Ownership.borrowing(
                    session,
                    database,
                    () -> session.execute("ALTER DATABASE %I OWNER TO CURRENT_USER", database.name())));
        }
        execute(session, database.name());
    }

    private static void execute(Session session, String name) {
        try {
            session.execute("DROP DATABASE IF EXISTS %I WITH (FORCE)", name);
        } catch (NotPermitted e) {
            // The master owns it by now, so what it may not do is to end a session.
            throw new ObjectBusy(
                    "dropping database \"%s\": a superuser is connected to it, whose session the master may not end"
                            .formatted(name),
                    e);
        }
    }

    /** Another run may have finished the drop meanwhile, or be past the point from which there is a way back. */
    private static void openAgain(Session session, String name, RuntimeException failure) {
        try {
            Database.find(session, name)
                    .filter(database -> !database.isInvalid())
                    .ifPresent(database ->
                            ClosedDatabase.of(database).ifPresent(before -> before.open(session, database)));
        } catch (RuntimeException e) {
            failure.addSuppressed(e);
        }
    }
}
