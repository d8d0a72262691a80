package steward.extension;

import java.util.List;
import steward.Access;
import steward.Instance;

/** Lists a database's extensions, logged in as its owner. */
public final class ListExtensions {
    private ListExtensions() {}

    /** Where; the secret is the owner's, name or ARN. */
    public record Input(Instance instance, String database, String secret) {}

    /** All but plpgsql, which every database has. */
    public record Output(List<Installed> extensions) {}

    /** Runs the step. */
    public static Output run(Input input, Access access) {
        String doing = "listing the extensions of database \"%s\"".formatted(input.database());
        return access.asUser(
                input.instance(),
                input.secret(),
                input.database(),
                doing,
                session -> new Output(Installed.all(session).stream()
                        .filter(extension -> !extension.name().equals("plpgsql"))
                        .toList()));
    }
}
