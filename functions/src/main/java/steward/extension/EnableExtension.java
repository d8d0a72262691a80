package steward.extension;

import java.util.List;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import steward.Access;
import steward.Instance;
import steward.Names;
import steward.TemporaryName;
import steward.database.Database;
import steward.database.Ownership;
import steward.error.InvalidInput;
import steward.error.ObjectBusy;
import steward.error.ObjectExists;
import steward.error.ObjectMissing;
import steward.error.VerificationFailed;
import steward.postgres.Session;

/**
 * Installs an extension and what it requires, as the master: it then belongs to the master, and the project's user
 * cannot change it. What the user needs to own of PostGIS is handed over.
 */
public final class EnableExtension {
    private EnableExtension() {}

    /**
     * What to install where.
     *
     * @param schema where to; schema public if none is given. Some extensions have a schema of their own. In a temporary
     *     database, into which a dump is restored next, it is made.
     * @param version which one, if the instance has it; otherwise, and if none is given, its default version
     */
    public record Input(
            Instance instance,
            String database,
            String extension,
            @Nullable String schema,
            @Nullable String version) {}

    /**
     * What there is now.
     *
     * @param created whether it was installed by this call
     */
    public record Output(String extension, String version, boolean created) {}

    /** Runs the step. */
    public static Output run(Input input, Access access) {
        Names.requireExisting("extension", input.extension());
        Optional.ofNullable(input.schema()).ifPresent(schema -> Names.requireExisting("schema", schema));
        String doing = "enabling extension \"%s\" in database \"%s\"".formatted(input.extension(), input.database());
        Needs needs = access.asMaster(
                input.instance(),
                Access.MAINTENANCE_DATABASE,
                doing,
                session -> new Needs(
                        Extensions.withRequired(session, input.extension()),
                        Database.findOurs(session, input.database())));
        return access.asMasterForExtensions(
                input.instance(), input.database(), doing, session -> ensure(input, session, needs));
    }

    private record Needs(SequencedSet<Extensions.Available> extensions, Database database) {}

    private static Output ensure(Input input, Session session, Needs needs) {
        Database database = needs.database();
        boolean created = installed(session, input.extension()).isEmpty() && create(input, session, needs);
        requireSchemaAsAsked(input, session);
        if (!database.masterIsOwner()) {
            HandOver.toOwner(session, database.owner(), false);
        }
        String version = installed(session, input.extension())
                .orElseThrow(() -> new VerificationFailed(
                        "extension \"%s\": is not there after it was created".formatted(input.extension())));
        return new Output(input.extension(), version, created);
    }

    /**
     * What is there already is good only where it was asked for.
     *
     * @throws ObjectExists naming both schemas
     */
    private static void requireSchemaAsAsked(Input input, Session session) {
        Optional<String> found = session.first("""
                SELECT n.nspname
                  FROM pg_extension e
                  JOIN pg_namespace n ON n.oid = e.extnamespace
                 WHERE e.extname = ?
                """, row -> row.getString(1), input.extension());
        String asked = input.schema();
        if (asked != null && found.isPresent() && !found.get().equals(asked)) {
            throw new ObjectExists("extension \"%s\": is installed in schema \"%s\", not in \"%s\""
                    .formatted(input.extension(), found.get(), asked));
        }
    }

    private static boolean create(Input input, Session session, Needs needs) {
        requireItsOwnSchema(input, needs);
        if (!needs.database().masterIsOwner()) {
            ForeignGround.refuse(session, needs.database(), missing(session, needs));
        }
        List<String> before = present(session, needs);
        try {
            AtomicBoolean created = new AtomicBoolean();
            session.inTransaction(() ->
                    Ownership.borrowing(session, needs.database(), () -> created.set(install(input, session, needs))));
            return created.get();
        } catch (ObjectExists e) {
            // Another execution was faster, with this extension or with one that it requires; or a tenant's objects are
            // in the way.
            List<String> after = present(session, needs);
            if (after.contains(input.extension())) {
                return false;
            }
            throw after.equals(before)
                    ? e
                    : new ObjectBusy(
                            "extension \"%s\": somebody else installs what it requires".formatted(input.extension()),
                            e);
        }
    }

    /**
     * Some say themselves where they are.
     *
     * @throws InvalidInput if another schema was asked for
     */
    private static void requireItsOwnSchema(Input input, Needs needs) {
        String its = needs.extensions().getLast().schema();
        if (its != null && input.schema() != null && !input.schema().equals(its)) {
            throw new InvalidInput("schema: extension \"%s\" is always in schema \"%s\", not in \"%s\""
                    .formatted(input.extension(), its, input.schema()));
        }
    }

    private static List<Extensions.Available> missing(Session session, Needs needs) {
        return needs.extensions().stream()
                .filter(extension -> installed(session, extension.name()).isEmpty())
                .toList();
    }

    /** What is installed already of the extension and what it requires. */
    private static List<String> present(Session session, Needs needs) {
        return needs.extensions().stream()
                .map(Extensions.Available::name)
                .filter(name -> installed(session, name).isPresent())
                .toList();
    }

    /** Whether the extension itself was not there yet: another execution may have been faster since it was looked for. */
    private static boolean install(Input input, Session session, Needs needs) {
        boolean created = false;
        for (Extensions.Available extension : needs.extensions()) {
            if (installed(session, extension.name()).isPresent()) {
                continue;
            }
            String version = versionOf(extension, input, session);
            if (extension.schema() == null) {
                String schema = requireSchema(input, session);
                RefusedExtension.naming(
                        extension.name(),
                        () -> session.execute(
                                "CREATE EXTENSION %I SCHEMA %I VERSION %I", extension.name(), schema, version));
            } else {
                RefusedExtension.naming(
                        extension.name(),
                        () -> session.execute("CREATE EXTENSION %I VERSION %I", extension.name(), version));
            }
            session.lookUpInCatalogOnly();
            created |= extension.name().equals(input.extension());
        }
        return created;
    }

    private static String versionOf(Extensions.Available extension, Input input, Session session) {
        return Optional.ofNullable(input.version())
                .filter(version -> extension.name().equals(input.extension()))
                .filter(version -> Extensions.hasVersion(session, extension.name(), version))
                .orElse(extension.version());
    }

    /** Without a schema the first of our search path would be taken, which is pg_catalog. */
    private static String requireSchema(Input input, Session session) {
        String schema = Optional.ofNullable(input.schema()).orElse("public");
        boolean exists = session.isTrue("SELECT true FROM pg_namespace WHERE nspname = ?", schema);
        if (!exists && TemporaryName.matches(input.database())) {
            session.execute("CREATE SCHEMA %I", schema);
        } else if (!exists) {
            throw new ObjectMissing(
                    "schema \"%s\": does not exist in database \"%s\"".formatted(schema, input.database()));
        }
        return schema;
    }

    private static Optional<String> installed(Session session, String extension) {
        return session.first(
                "SELECT extversion FROM pg_extension WHERE extname = ?", row -> row.getString(1), extension);
    }
}
