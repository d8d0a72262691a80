package steward.local.aws;

import java.time.Duration;

/**
 * How long RDS takes for what it does. The order of magnitude is that of a small instance.
 *
 * @param noticing how long an instance is still shown as available after it was told to change
 * @param creating a new instance from a snapshot
 * @param backingUp an instance, as its status says
 * @param modifying settings
 * @param resetting the master's credentials
 * @param deleting an instance
 * @param snapshot until a snapshot is available
 * @param copying until a copy of a snapshot is
 */
public record RdsPace(
        Duration noticing,
        Duration creating,
        Duration backingUp,
        Duration modifying,
        Duration resetting,
        Duration deleting,
        Duration snapshot,
        Duration copying) {

    public static RdsPace usual() {
        return new RdsPace(
                Duration.ofSeconds(10),
                Duration.ofMinutes(6),
                Duration.ofMinutes(1),
                Duration.ofMinutes(1),
                Duration.ofMinutes(1),
                Duration.ofMinutes(4),
                Duration.ofMinutes(3),
                Duration.ofMinutes(5));
    }
}
