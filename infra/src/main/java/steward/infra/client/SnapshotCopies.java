package steward.infra.client;

import java.util.Optional;

/**
 * When an instance's automated snapshots are copied, and how many copies are kept.
 *
 * @param schedule as EventBridge Scheduler takes it, in UTC
 * @param kmsKey ARN of the KMS key of the copies; that of the instance's storage without it
 * @param otherRegion if there is one
 */
public record SnapshotCopies(
        String instance,
        String schedule,
        Retention retain,
        Optional<String> kmsKey,
        Optional<OtherRegion> otherRegion) {
    /** Numbers of copies. */
    public record Retention(int daily, int weekly, int monthly, int yearly) {
        boolean keepsNothing() {
            return daily + weekly + monthly + yearly == 0;
        }
    }

    /**
     * Where the copies are copied to once more.
     *
     * @param kmsKey ARN of a KMS key of that region
     * @param retain how many are kept there
     */
    public record OtherRegion(String region, String kmsKey, Retention retain) {}
}
