package steward.database;

import java.util.List;
import steward.Access;
import steward.Instance;
import steward.TemporaryName;

/** Finds the databases that are being made, or that an interrupted execution left. */
public final class ListTemporaryDatabases {
    private ListTemporaryDatabases() {}

    /** Where to look. */
    public record Input(Instance instance) {}

    /** Their names. */
    public record Output(List<String> databases) {}

    /** Runs the step. */
    public static Output run(Input input, Access access) {
        String doing = "looking for temporary databases on instance %s"
                .formatted(input.instance().identifier());
        return access.asMaster(
                input.instance(),
                Access.MAINTENANCE_DATABASE,
                doing,
                session -> new Output(session
                        .query(
                                "SELECT datname FROM pg_database WHERE starts_with(datname, 'steward-tmp-') ORDER BY 1",
                                row -> row.getString(1))
                        .stream()
                        .filter(TemporaryName::matches)
                        .toList()));
    }
}
