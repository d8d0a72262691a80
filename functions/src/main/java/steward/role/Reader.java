package steward.role;

import java.sql.SQLException;
import java.util.Set;
import java.util.function.Function;
import steward.Access;
import steward.Instance;
import steward.Names;
import steward.error.InvalidInput;
import steward.error.NotPermitted;
import steward.error.ObjectMissing;
import steward.error.VerificationFailed;
import steward.postgres.Session;
import steward.postgres.UnexpectedSqlError;
import steward.secret.SecretName;

/**
 * Who reads in whose database. Works logged in as the one or the other, never as the master: a tenant's code may run
 * here.
 *
 * @param owner who owns the database, and whose tables are to be read
 * @param user who is to read
 */
record Reader(Instance instance, String project, String database, String owner, String user) {
    /** No CONNECT, or a database that takes no connections. */
    private static final Set<String> REFUSED = Set.of("42501", "55000");

    Reader {
        Names.requireProject("project", project);
        Names.requireExisting("database", database);
        Names.requireExisting("owner", owner);
        Names.requireExisting("user", user);
        requireNotOwner(user, owner, database);
    }

    /**
     * Refuses the owner as a reader: to take back its own read access would lock it out.
     *
     * @throws InvalidInput if it is the owner
     */
    static void requireNotOwner(String user, String owner, String database) {
        if (user.equals(owner)) {
            throw new InvalidInput("user: \"%s\" owns database \"%s\"".formatted(user, database));
        }
    }

    /**
     * Works in the database logged in as its owner.
     *
     * @throws VerificationFailed if that user does not own the database
     */
    <T> T asOwner(Access access, String doing, Function<Session, T> work) {
        return as(owner, access, doing, session -> {
            if (!session.isTrue(
                    "SELECT pg_get_userbyid(datdba) = ? FROM pg_database WHERE datname = current_database()", owner)) {
                throw new VerificationFailed("%s: \"%s\" does not own the database".formatted(doing, owner));
            }
            return work.apply(session);
        });
    }

    /** Works in the database logged in as the reader. */
    <T> T asReader(Access access, String doing, Function<Session, T> work) {
        return as(user, access, doing, work);
    }

    private <T> T as(String name, Access access, String doing, Function<Session, T> work) {
        return access.asUser(instance, secret(name), database, doing, session -> {
            String found = session.first("SELECT current_user", row -> row.getString(1))
                    .orElseThrow();
            if (!found.equals(name)) {
                throw new VerificationFailed("the secret of \"%s\" logs in as \"%s\"".formatted(name, found));
            }
            return work.apply(session);
        });
    }

    /** Whether the reader can connect to a database; one that is gone counts as refused. */
    boolean canConnect(Access access, String other) {
        String doing = "trying to connect to database \"%s\" as \"%s\"".formatted(other, user);
        try {
            return access.asUser(instance, secret(user), other, doing, session -> true);
        } catch (NotPermitted e) {
            return stillFails(e, e.getCause() instanceof SQLException cause && REFUSED.contains(cause.getSQLState()));
        } catch (UnexpectedSqlError e) {
            return stillFails(e, e.hasState("55000"));
        } catch (ObjectMissing e) {
            return stillFails(e, e.getCause() instanceof SQLException);
        }
    }

    /** What to say of a reader that should be kept out, and is not. */
    VerificationFailed stillConnects() {
        return new VerificationFailed("user \"%s\" can still connect to database \"%s\", by a grant of somebody else's"
                .formatted(user, database));
    }

    /** Only the server's own refusal is one: a password that it does not take proves nothing. */
    private static boolean stillFails(RuntimeException failure, boolean refused) {
        if (!refused) {
            throw failure;
        }
        return false;
    }

    private SecretName secret(String name) {
        return new SecretName(project, instance.identifier(), name);
    }

    /**
     * The role, which has to be there and ours.
     *
     * @throws ObjectMissing if it does not exist
     * @throws steward.error.NotOurs if it has no mark or another project's
     */
    static Role requireRole(Session session, String user, String project) {
        Role role = Role.find(session, user)
                .orElseThrow(() -> new ObjectMissing("role \"%s\": does not exist".formatted(user)));
        role.requireOurs(project, false);
        return role;
    }
}
