package steward.task;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import steward.postgres.RootCertificates;

/**
 * What the task is told by its environment.
 *
 * @param rootCertificates the PEM file to trust
 * @param scratch a folder with room for a whole database
 * @param kmsKeyId the key of the bucket, or null for the bucket's own default
 * @param minimumClients the least minor version of each client, as {@code 18.7,17.12}, empty if any will do
 * @param life the file to touch as a sign of life, or null if nobody looks
 */
record Environment(
        String region,
        Path rootCertificates,
        Path scratch,
        @Nullable String kmsKeyId,
        String minimumClients,
        @Nullable Path life) {
    static final String ROOT_CERTIFICATES = "STEWARD_ROOT_CERTIFICATES";
    static final String SCRATCH = "STEWARD_SCRATCH";
    static final String KMS_KEY = "STEWARD_KMS_KEY_ID";
    static final String MINIMUM_CLIENTS = "STEWARD_MINIMUM_CLIENTS";
    static final String LIFE = "STEWARD_LIFE";

    static Environment from(Map<String, String> variables) {
        String region = variables.get("AWS_REGION");
        if (region == null || region.isBlank()) {
            throw new IllegalStateException("environment variable AWS_REGION is not set");
        }
        return new Environment(
                region,
                RootCertificates.of(variables.get(ROOT_CERTIFICATES), region),
                Path.of(variables.getOrDefault(SCRATCH, System.getProperty("java.io.tmpdir"))),
                variables.get(KMS_KEY),
                variables.getOrDefault(MINIMUM_CLIENTS, ""),
                Optional.ofNullable(variables.get(LIFE)).map(Path::of).orElse(null));
    }
}
