package steward.infra;

import java.util.List;
import java.util.Optional;

/**
 * What the rest of the stack has to know of an instance.
 *
 * @param port it may be known at deployment only
 * @param engineVersion the major version
 * @param masterSecret ARN
 * @param secretKey ARN of the key of the master's secret, if it is not AWS's own
 * @param storageKey ARN of the key of the storage, if it is not AWS's own
 */
record DatabaseInstance(
        String identifier,
        String host,
        Number port,
        String engineVersion,
        String masterSecret,
        Optional<String> secretKey,
        Optional<String> storageKey) {

    static List<String> storageKeys(List<DatabaseInstance> instances) {
        return instances.stream()
                .flatMap(instance -> instance.storageKey().stream())
                .distinct()
                .toList();
    }
}
