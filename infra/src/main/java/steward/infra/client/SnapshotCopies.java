package steward.infra.client;

/**
 * When an instance's automated snapshots are copied, and how many copies are kept.
 *
 * @param schedule as EventBridge Scheduler takes it, in UTC
 */
public record SnapshotCopies(String instance, String schedule, Retention retain) {
    /** Numbers of copies. */
    public record Retention(int daily, int weekly, int monthly, int yearly) {}
}
