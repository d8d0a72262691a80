package steward.local.aws;

import com.fasterxml.jackson.databind.node.ArrayNode;
import java.time.Instant;
import java.util.Optional;
import java.util.TreeSet;

/** One version of a secret. Its staging labels change; its value does not, once it has one. */
final class SecretVersion {

    static final String CURRENT = "AWSCURRENT";
    static final String PENDING = "AWSPENDING";
    static final String PREVIOUS = "AWSPREVIOUS";

    final String id;
    final Instant created;
    final TreeSet<String> stages = new TreeSet<>();
    /** A version that a rotation has just staged is without. */
    Optional<SecretValue> value;

    Optional<Instant> accessed = Optional.empty();

    SecretVersion(String id, Optional<SecretValue> value, Instant created) {
        this.id = id;
        this.value = value;
        this.created = created;
    }

    /** Without a label a version is deprecated: Secrets Manager may remove it. */
    boolean deprecated() {
        return stages.isEmpty();
    }

    ArrayNode stagesAsJson() {
        var array = Json.MAPPER.createArrayNode();
        stages.forEach(array::add);
        return array;
    }
}
