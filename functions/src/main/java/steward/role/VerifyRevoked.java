package steward.role;

import steward.Access;
import steward.Instance;
import steward.error.VerificationFailed;

/** Proves, with the reader's own secret, that the database no longer lets it in. */
public final class VerifyRevoked {
    private VerifyRevoked() {}

    /** Who should be kept out of whose database. */
    public record Input(Instance instance, String project, String database, String owner, String user) {}

    /** What was proved. */
    public record Output(String user, String database) {}

    /** Runs the step. */
    public static Output run(Input input, Access access) {
        Reader reader = new Reader(input.instance(), input.project(), input.database(), input.owner(), input.user());
        if (reader.canConnect(access, input.database())) {
            throw new VerificationFailed(
                    "user \"%s\" can still connect to database \"%s\", by a grant of somebody else's"
                            .formatted(input.user(), input.database()));
        }
        return new Output(input.user(), input.database());
    }
}
