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
        return add(new SecretVersion(id, Optional.of(value), now), stages);
    }

    /** A version that waits to get its value from a rotation. */
    SecretVersion stage(String id, Optional<SecretValue> value, Instant now) {
        return add(new SecretVersion(id, value, now), List.of(SecretVersion.PENDING));
    }

    private SecretVersion add(SecretVersion version, Collection<String> stages) {
        var first = versions.isEmpty();
        versions.put(version.id, version);
        stages.forEach(stage -> attach(stage, version));
        if (first) {
            attach(SecretVersion.CURRENT, version);
        }
        prune(version.created);
        return version;
    }

    /** Takes a version away, whatever label it has. */
    void remove(String id) {
        versions.remove(id);
    }

    /** The version of a rotation that is not over: AWSPENDING, and not on the version that has become current. */
    Optional<SecretVersion> rotating() {
        return holder(SecretVersion.PENDING).filter(version -> !version.stages.contains(SecretVersion.CURRENT));
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
