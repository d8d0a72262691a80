package steward.infra.client;

import java.util.Optional;

/**
 * An RDS instance: adopted, if it is there already, or made by the stack.
 *
 * @param postgres major version
 */
public record Instance(
        String identifier, Stage stage, int postgres, Optional<Adopted> adopted, Optional<Created> created) {

    /** Never mixed on one instance. */
    public enum Stage {
        PRODUCTION,
        STAGING;

        @Override
        public String toString() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /**
     * One that is there already: it is tagged, and Steward's security groups are let in. Nothing else of it is touched.
     *
     * @param masterSecret ARN, if RDS does not manage the master's password
     * @param secretKey ARN of the KMS key of the master's secret, if it is not AWS's own
     * @param storageKey ARN of the KMS key of its storage, if it is not AWS's own
     */
    public record Adopted(
            String securityGroup,
            Optional<String> masterSecret,
            Optional<String> secretKey,
            Optional<String> storageKey) {}

    /**
     * One that the stack makes.
     *
     * @param instanceClass such as {@code db.t4g.medium}
     * @param storage GiB at first; it grows by itself up to twice that
     * @param multiZone whether a standby runs in another zone
     */
    public record Created(String instanceClass, int storage, boolean multiZone) {}
}
