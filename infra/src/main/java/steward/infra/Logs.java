package steward.infra;

import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.services.logs.LogGroup;
import software.amazon.awscdk.services.logs.RetentionDays;
import software.constructs.Construct;

/** Log groups: encrypted, and kept for a year. */
final class Logs {
    private Logs() {}

    static LogGroup group(Construct scope, String name, EncryptionKey key) {
        return LogGroup.Builder.create(scope, "Logs")
                .logGroupName(name)
                .encryptionKey(key.key())
                .retention(RetentionDays.ONE_YEAR)
                .removalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE)
                .build();
    }
}
