package steward.role;

import java.util.List;
import java.util.Optional;
import steward.Access;
import steward.Instance;
import steward.Mark;
import steward.Names;
import steward.database.Database;
import steward.error.NotOurs;
import steward.error.NotPermitted;
import steward.error.VerificationFailed;
import steward.postgres.Session;
import steward.secret.SecretName;

/** Checks who grant-read-only is to let in, and to whose database, before the first change. */
public final class CheckReader {
    private CheckReader() {}

    /** Who is to read where; no schemas mean all. */
    public record Input(Instance instance, String project, String database, String user, List<String> schemas) {}

    /**
     * What there is before the first change.
     *
     * @param owner who owns the database and is to grant
     * @param exists whether the reader is there already
     */
    public record Output(String owner, boolean exists) {}

    /** Runs the step. */
    public static Output run(Input input, Access access) {
        Names.requireProject("project", input.project());
        Names.requireExisting("database", input.database());
        Names.requireExisting("user", input.user());
        input.schemas().forEach(schema -> Names.requireExisting("schemas", schema));
        SecretName secret = new SecretName(input.project(), input.instance().identifier(), input.user());
        String doing = "checking who is to read database \"%s\"".formatted(input.database());
        Output output =
                access.asMaster(input.instance(), Access.MAINTENANCE_DATABASE, doing, session -> check(input, session));
        access.secrets().requireOursOrMissing(secret);
        return output;
    }

    private static Output check(Input input, Session session) {
        Database database = findComplete(session, input.database());
        String found = database.mark().map(Mark::project).orElse("");
        if (!found.equals(input.project())) {
            throw new NotOurs("database \"%s\": belongs to project \"%s\", not \"%s\""
                    .formatted(input.database(), found, input.project()));
        }
        Reader.requireNotOwner(input.user(), database.owner(), input.database());
        Optional<Role> role = Role.find(session, input.user());
        if (role.isEmpty()) {
            Names.requireCreatable("user", input.user());
        }
        role.ifPresent(existing -> requireHarmless(existing, input.project()));
        return new Output(database.owner(), role.isPresent());
    }

    /** A database of ours that has been handed to its owner, who is the one to grant in it. */
    static Database findComplete(Session session, String name) {
        Database database = Database.findOurs(session, name);
        if (database.masterIsOwner() || !database.allowsConnections()) {
            throw new NotPermitted(
                    "database \"%s\": is not finished; create-database finishes it".formatted(database.name()));
        }
        return database;
    }

    private static void requireHarmless(Role role, String project) {
        role.requireOurs(project, false);
        if (role.privileged()) {
            throw new VerificationFailed(
                    "cannot become another role: user \"%s\" has an attribute or a membership that lets it do more than log in"
                            .formatted(role.name()));
        }
    }
}
