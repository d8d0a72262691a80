package steward.infra.permission;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What permissions are given on.
 *
 * @param substitutions what the names in definitions stand for
 * @param backupKey ARN of the key of the bucket
 * @param topicKey ARN of the key of the topic
 * @param storageKeys ARNs of the keys of the instances' storage, and of the copies of their snapshots
 * @param source where the snapshots are that are copied here, if that is another region
 */
public record Installation(
        Place place,
        Map<String, String> substitutions,
        String backupKey,
        String topicKey,
        List<String> storageKeys,
        Optional<Place> source) {
    public Installation(
            Place place,
            Map<String, String> substitutions,
            String backupKey,
            String topicKey,
            List<String> storageKeys) {
        this(place, substitutions, backupKey, topicKey, storageKeys, Optional.empty());
    }

    /**
     * What a name in a definition stands for.
     *
     * @throws IllegalArgumentException naming what is not known
     */
    public String value(String workflow, String name) {
        String value = substitutions.get(name);
        if (value == null) {
            throw new IllegalArgumentException("%s: ${%s} is not known".formatted(workflow, name));
        }
        return value;
    }
}
