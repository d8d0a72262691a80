package steward.infra.client;

import java.util.Optional;

/**
 * When an instance's automated snapshots are copied, and how many copies are kept.
 *
 * @param schedule as EventBridge Scheduler takes it, in UTC
 * @param kmsKey ARN of the KMS key of the copies; that of the instance's storage without it
 */
public record SnapshotCopies(String instance, String schedule, Retention retain, Optional<String> kmsKey) {
    /** Numbers of copies. */
    public record Retention(int daily, int weekly, int monthly, int yearly) {}
}
