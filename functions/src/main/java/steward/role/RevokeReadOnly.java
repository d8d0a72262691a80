package steward.role;

import java.util.List;
import steward.Access;
import steward.Instance;
import steward.error.VerificationFailed;
import steward.postgres.Session;

/**
 * Takes back what grant-read-only gave a reader in a database, default privileges included, and nothing else. CONNECT
 * goes first: whatever is cut off afterwards, the door is shut.
 */
public final class RevokeReadOnly {
    private RevokeReadOnly() {}

    /** From whom, in whose database. */
    public record Input(Instance instance, String project, String database, String owner, String user) {}

    /**
     * What was done.
     *
     * @param revoked how many grants were taken back
     * @param notes what else binds the user to the database, in one line that fits into an execution's output
     */
    public record Output(int revoked, List<String> notes) {}

    /** Runs the step. */
    public static Output run(Input input, Access access) {
        Reader reader = new Reader(input.instance(), input.project(), input.database(), input.owner(), input.user());
        String doing = "taking back what \"%s\" may read in database \"%s\"".formatted(input.user(), input.database());
        return reader.asOwner(access, doing, session -> revoke(reader, session));
    }

    private static Output revoke(Reader reader, Session session) {
        Reader.requireRole(session, reader.user(), reader.project());
        List<ReadOnlyGrants.Grant> found =
                ReadOnlyGrants.of(session, reader.user()).ours();
        found.forEach(grant -> new NamedStatement(grant.revoke(), grant.names()).execute(session, reader.user()));
        ReadOnlyGrants left = ReadOnlyGrants.of(session, reader.user());
        if (!left.ours().isEmpty()) {
            throw new VerificationFailed("user \"%s\" still has %s in database \"%s\""
                    .formatted(reader.user(), left.ours().getFirst().what(), reader.database()));
        }
        Checks notes = new Checks();
        notes.report("other privileges, not given by grant-read-only", left.others());
        return new Output(found.size(), notes.lines());
    }
}
