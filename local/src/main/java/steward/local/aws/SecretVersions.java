package steward.local.aws;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The versions of one secret and the movement of their staging labels: each label is on one version at most, and
 * AWSPREVIOUS goes to the version that AWSCURRENT is taken from.
 *
 * @see <a href="https://docs.aws.amazon.com/secretsmanager/latest/userguide/whats-in-a-secret.html">Secret versions</a>
 */
final class SecretVersions {

    private static final int KEPT = 100;
    private static final Duration KEPT_FOR = Duration.ofHours(24);

    private final Map<String, SecretVersion> versions = new LinkedHashMap<>();

    Collection<SecretVersion> all() {
        return versions.values();
    }

    List<SecretVersion> labelled() {
        return versions.values().stream()
                .filter(version -> !version.deprecated())
                .toList();
    }

    Optional<SecretVersion> find(String id) {
        return Optional.ofNullable(versions.get(id));
    }

    Optional<SecretVersion> holder(String stage) {
        return versions.values().stream()
                .filter(version -> version.stages.contains(stage))
                .findFirst();
    }

    SecretVersion add(String id, SecretValue value, Collection<String> stages, Instant now) {
        var version = new SecretVersion(id, value, now);
        var first = versions.isEmpty();
        versions.put(id, version);
        stages.forEach(stage -> attach(stage, version));
        if (first) {
            attach(SecretVersion.CURRENT, version);
        }
        prune(now);
        return version;
    }

    void attach(String stage, SecretVersion version) {
        var holder = holder(stage);
        if (holder.isPresent() && holder.get() == version) {
            return;
        }
        holder.ifPresent(former -> former.stages.remove(stage));
        version.stages.add(stage);
        if (stage.equals(SecretVersion.CURRENT)) {
            holder.ifPresent(former -> attach(SecretVersion.PREVIOUS, former));
        }
    }

    /** Removes the oldest deprecated ones beyond a hundred versions, but none of the last 24 hours. */
    private void prune(Instant now) {
        var surplus = versions.size() - KEPT;
        if (surplus <= 0) {
            return;
        }
        var old = versions.values().stream()
                .filter(SecretVersion::deprecated)
                .filter(version -> version.created.isBefore(now.minus(KEPT_FOR)))
                .limit(surplus)
                .toList();
        old.forEach(version -> versions.remove(version.id));
    }
}
