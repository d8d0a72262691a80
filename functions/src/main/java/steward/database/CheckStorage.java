package steward.database;

import steward.Access;
import steward.Instance;
import steward.error.NotPermitted;

/** Checks that an instance has room for another database. */
public final class CheckStorage {
    private static final long GIB = 1L << 30;

    private CheckStorage() {}

    /**
     * What is to come.
     *
     * @param gibibytes the instance's storage as it is: RDS enlarges it in steps, minutes after it has become scarce, and then
     *     not again for hours, which is too late for a restore
     * @param bytes size of the database
     */
    public record Input(Instance instance, long gibibytes, long bytes) {}

    /**
     * How much there is.
     *
     * @param used by all databases, in bytes
     */
    public record Output(long used) {}

    /**
     * Runs the step. A tenth of the storage is left for logs and temporary files, and a tenth of the database's size is
     * added for the write-ahead log.
     *
     * @throws NotPermitted if there is no room
     */
    public static Output run(Input input, Access access) {
        String doing = "adding up the databases of instance %s"
                .formatted(input.instance().identifier());
        long used = access.asMaster(
                input.instance(),
                Access.MAINTENANCE_DATABASE,
                doing,
                session -> session.first(
                                "SELECT coalesce(sum(pg_database_size(oid)), 0) FROM pg_database",
                                row -> row.getLong(1))
                        .orElseThrow());
        long needed = input.bytes() + input.bytes() / 10;
        if (used + needed > input.gibibytes() * GIB / 10 * 9) {
            throw new NotPermitted(
                    "instance %s: has no room: its databases have %d MiB, the new one needs %d MiB, and of its %d GiB nine tenths may be used; enlarge its storage first"
                            .formatted(input.instance().identifier(), used >> 20, needed >> 20, input.gibibytes()));
        }
        return new Output(used);
    }
}
