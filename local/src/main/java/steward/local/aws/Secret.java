package steward.local.aws;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** One secret and what is known about it. Guarded by the lock of {@link SecretsManager}. */
final class Secret {

    final String arn;
    final String name;
    final long sequence;
    final Instant created;
    final Map<String, String> tags = new TreeMap<>();
    final SecretVersions versions = new SecretVersions();
    Optional<String> description = Optional.empty();
    Optional<String> key = Optional.empty();
    Optional<String> owningService = Optional.empty();
    Optional<Instant> accessed = Optional.empty();
    Optional<Instant> deletion = Optional.empty();
    Optional<Rotation> rotation = Optional.empty();
    Instant changed;

    Secret(String arn, String name, long sequence, Instant created) {
        this.arn = arn;
        this.name = name;
        this.sequence = sequence;
        this.created = created;
        this.changed = created;
    }

    /** ARN and Name, with which nearly every answer begins. */
    ObjectNode identity() {
        return Json.object().put("ARN", arn).put("Name", name);
    }

    /** What DescribeSecret and ListSecrets tell. */
    ObjectNode describe(String versions) {
        var answer = identity();
        description.ifPresent(text -> answer.put("Description", text));
        key.ifPresent(id -> answer.put("KmsKeyId", id));
        owningService.ifPresent(service -> answer.put("OwningService", service));
        rotation.ifPresent(settings -> settings.describe(answer));
        answer.set("CreatedDate", Json.timestamp(created));
        answer.set("LastChangedDate", Json.timestamp(changed));
        // AWS tells the day of the last access, not the time.
        accessed.ifPresent(time -> answer.set("LastAccessedDate", Json.timestamp(time.truncatedTo(ChronoUnit.DAYS))));
        deletion.ifPresent(time -> answer.set("DeletedDate", Json.timestamp(time)));
        answer.set("Tags", tagsAsJson());
        var stages = Json.object();
        this.versions.labelled().forEach(version -> stages.set(version.id, version.stagesAsJson()));
        answer.set(versions, stages);
        return answer;
    }

    private ArrayNode tagsAsJson() {
        var array = Json.MAPPER.createArrayNode();
        tags.forEach((key, value) -> array.addObject().put("Key", key).put("Value", value));
        return array;
    }
}
