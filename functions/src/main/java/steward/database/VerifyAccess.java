package steward.database;

import java.util.List;
import steward.Access;
import steward.Instance;
import steward.Names;
import steward.error.VerificationFailed;
import steward.postgres.Session;
import steward.secret.SecretName;

/**
 * Proves with the project's own secret that its user can work in its database. Runs logged in as that user, since code
 * of the tenant's may run here.
 */
public final class VerifyAccess {
    private VerifyAccess() {}

    /** Whose access to what. */
    public record Input(Instance instance, String project, String database, String user) {}

    /**
     * What was found.
     *
     * @param extensions name and version of what is installed, plpgsql aside
     * @param publicMayCreate whether everybody who can connect may create tables in schema public: before Postgres 15
     *     that schema belongs to RDS's own superuser, and nobody can take it away
     */
    public record Output(String user, String database, List<String> extensions, boolean publicMayCreate) {}

    /** Runs the step. */
    public static Output run(Input input, Access access) {
        Names.requireProject("project", input.project());
        Names.requireExisting("database", input.database());
        SecretName secret = new SecretName(input.project(), input.instance().identifier(), input.user());
        String doing = "working as \"%s\" in database \"%s\"".formatted(input.user(), input.database());
        return access.asUser(input.instance(), secret, input.database(), doing, session -> verify(input, session));
    }

    private static Output verify(Input input, Session session) {
        String user =
                session.first("SELECT current_user", row -> row.getString(1)).orElseThrow();
        if (!user.equals(input.user())) {
            throw new VerificationFailed("the secret of \"%s\" logs in as \"%s\"".formatted(input.user(), user));
        }
        session.rollingBack(() -> {
            session.execute("CREATE SCHEMA steward_access");
            session.execute("CREATE TABLE steward_access.proof (id integer PRIMARY KEY)");
            session.execute("INSERT INTO steward_access.proof VALUES (1)");
        });
        return new Output(user, input.database(), extensions(session), publicMayCreate(session));
    }

    private static List<String> extensions(Session session) {
        return session.query(
                "SELECT extname || ' ' || extversion FROM pg_extension WHERE extname <> 'plpgsql' ORDER BY extname",
                row -> row.getString(1));
    }

    private static boolean publicMayCreate(Session session) {
        return session.isTrue("""
                SELECT EXISTS (
                    SELECT FROM pg_namespace n, aclexplode(coalesce(n.nspacl, acldefault('n', n.nspowner))) a
                     WHERE n.nspname = 'public'
                       AND a.grantee = 0
                       AND a.privilege_type = 'CREATE')
                """);
    }
}
