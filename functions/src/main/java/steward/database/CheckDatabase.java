package steward.database;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import steward.Access;
import steward.Instance;
import steward.Names;
import steward.error.InvalidInput;
import steward.error.ObjectExists;
import steward.extension.Extensions;
import steward.postgres.Session;
import steward.role.Role;
import steward.secret.SecretName;

/** Checks all that create-database was asked for before the first change: names, marks, encoding, locale, extensions. */
public final class CheckDatabase {
    private CheckDatabase() {}

    /**
     * What is going to be made.
     *
     * @param locale how it is to sort, or null for as template0 does
     */
    public record Input(
            Instance instance,
            String project,
            String database,
            String user,
            List<String> extensions,
            String encoding,
            @Nullable DatabaseLocale locale,
            boolean adopt) {}

    /**
     * What there is before the first change.
     *
     * @param exists whether the database is there already
     */
    public record Output(boolean exists) {}

    /** Runs the step. */
    public static Output run(Input input, Access access) {
        Names.requireProject("project", input.project());
        Names.requireOwn("database", input.database(), input.adopt());
        Names.requireOwn("user", input.user(), input.adopt());
        input.extensions().forEach(extension -> Names.requireExisting("extensions", extension));
        SecretName secret = new SecretName(input.project(), input.instance().identifier(), input.user());
        String doing = "checking what database \"%s\" needs".formatted(input.database());
        Output output =
                access.asMaster(input.instance(), Access.MAINTENANCE_DATABASE, doing, session -> check(input, session));
        access.secrets().requireOursOrMissing(secret);
        return output;
    }

    private static Output check(Input input, Session session) {
        requireEncoding(session, input.encoding());
        Optional.ofNullable(input.locale())
                .ifPresent(locale -> locale.require(session, input.instance(), input.encoding()));
        Extensions.requireAvailable(session, input.extensions());
        Role.find(session, input.user())
                .ifPresentOrElse(
                        role -> role.requireOurs(input.project(), input.adopt()),
                        () -> Names.requireCreatable("user", input.user()));
        Optional<Database> database = Database.find(session, input.database());
        database.ifPresentOrElse(
                found -> checkFound(input, session, found),
                // What is adopted may have any name, what is made may not: known before anything is adopted.
                () -> Names.requireCreatable("database", input.database()));
        return new Output(database.isPresent());
    }

    /**
     * An existing database is used again only if it is what was asked for.
     *
     * @throws ObjectExists naming the difference
     */
    private static void checkFound(Input input, Session session, Database found) {
        found.requireOurs(input.project(), input.user(), input.adopt());
        if (!found.masterIsOwner() && !found.owner().equals(input.user())) {
            throw new ObjectExists("database \"%s\": belongs to \"%s\", not to \"%s\""
                    .formatted(found.name(), found.owner(), input.user()));
        }
        found.requireText(session, input.encoding(), input.locale());
        if (found.mark().isEmpty()) {
            PublicConnections.refuse(session, found, input.user());
        }
    }

    private static void requireEncoding(Session session, String encoding) {
        if (!session.isTrue("SELECT pg_char_to_encoding(?) BETWEEN 0 AND 34", encoding)) {
            throw new InvalidInput("encoding: the server has no encoding \"%s\"".formatted(encoding));
        }
    }
}
