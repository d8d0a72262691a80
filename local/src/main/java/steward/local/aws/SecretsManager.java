package steward.local.aws;

import static java.util.Map.entry;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import steward.local.asl.TaskRunner;
import steward.local.asl.Time;

/**
 * Secrets Manager: one method for each action, one at a time. Rotations run when they are asked for; schedules are kept
 * and shown.
 *
 * @see <a href="https://docs.aws.amazon.com/secretsmanager/latest/apireference/Welcome.html">API reference</a>
 */
public final class SecretsManager {

    private final SecretStore store;
    private final Rotations rotations;

    /**
     * Secrets Manager without a secret.
     *
     * @param functions runs the Lambda functions that rotate, each by its ARN as Resource
     */
    SecretsManager(Time time, TaskRunner functions) {
        this.store = new SecretStore(time::now);
        this.rotations = new Rotations(store, time, functions);
    }

    Api api() {
        return new JsonApi(
                "secretsmanager",
                "secretsmanager",
                "1.1",
                "Message",
                Map.ofEntries(
                        action("CancelRotateSecret", rotations::cancel),
                        action("CreateSecret", this::createSecret),
                        action("DeleteSecret", this::deleteSecret),
                        action("DescribeSecret", this::describeSecret),
                        action("GetRandomPassword", this::getRandomPassword),
                        action("GetResourcePolicy", this::getResourcePolicy),
                        action("GetSecretValue", this::getSecretValue),
                        action("ListSecretVersionIds", this::listSecretVersionIds),
                        action("ListSecrets", this::listSecrets),
                        action("PutSecretValue", this::putSecretValue),
                        action("RestoreSecret", this::restoreSecret),
                        action("RotateSecret", rotations::rotate),
                        action("TagResource", this::tagResource),
                        action("UntagResource", this::untagResource),
                        action("UpdateSecret", this::updateSecret),
                        action("UpdateSecretVersionStage", this::updateSecretVersionStage)));
    }

    /**
     * Makes a secret that belongs to a service, as RDS does for a managed master password.
     *
     * @param service prefix of the name and owner: {@code rds}
     * @return its ARN
     */
    String createManaged(String service, String name, String value, Map<String, String> tags) {
        synchronized (store) {
            var secret = store.create(SecretRules.checkName(service + "!" + name));
            secret.owningService = Optional.of(service);
            secret.tags.putAll(tags);
            secret.tags.put("aws:secretsmanager:owningService", service);
            secret.versions.add(UUID.randomUUID().toString(), SecretValue.text(value), List.of(), store.now());
            return secret.arn;
        }
    }

    /** Takes a managed secret away at once, with the resource it belonged to. */
    void removeManaged(String arn) {
        synchronized (store) {
            store.lookup(arn).ifPresent(store::remove);
        }
    }

    private Map.Entry<String, Function<JsonRequest, ObjectNode>> action(
            String name, Function<JsonRequest, ObjectNode> method) {
        return entry(name, request -> {
            synchronized (store) {
                return method.apply(request);
            }
        });
    }

    private ObjectNode createSecret(JsonRequest request) {
        var name = SecretRules.checkName(request.required("Name"));
        var value = SecretValue.in(request);
        var token = value.map(content -> SecretRules.checkToken(request.text("ClientRequestToken")));
        var tags = request.tags("Tags", "Key", "Value");
        SecretRules.checkTags(tags);
        var existing = store.named(name);
        if (existing.isPresent()) {
            return createdBefore(existing.get(), token, value);
        }
        var secret = store.create(name);
        secret.description = request.text("Description");
        secret.key = request.text("KmsKeyId").filter(key -> !key.isEmpty());
        secret.tags.putAll(tags);
        token.ifPresent(id -> secret.versions.add(id, value.orElseThrow(), List.of(), secret.created));
        return created(secret, token);
    }

    private static ObjectNode createdBefore(Secret secret, Optional<String> token, Optional<SecretValue> value) {
        if (secret.deletion.isPresent()) {
            throw AwsError.of(
                    "InvalidRequestException",
                    "You can't create this secret because a secret with this name is already scheduled for deletion.");
        }
        var version = token.flatMap(secret.versions::find);
        if (version.isEmpty()) {
            throw AwsError.of(
                    "ResourceExistsException",
                    "The operation failed because the secret " + secret.name + " already exists.");
        }
        if (!version.get().value.equals(value)) {
            throw SecretRules.tokenInUse(version.get().id, secret);
        }
        return created(secret, token);
    }

    private static ObjectNode created(Secret secret, Optional<String> token) {
        var answer = secret.identity();
        token.ifPresent(id -> answer.put("VersionId", id));
        return answer;
    }

    private ObjectNode getSecretValue(JsonRequest request) {
        var secret = SecretRules.checkNotDeleted(find(request));
        var version = SecretSelection.of(request).in(secret);
        var value = version.value.orElseThrow(() -> SecretSelection.notFound("VersionId: " + version.id));
        var now = store.now();
        secret.accessed = Optional.of(now);
        version.accessed = Optional.of(now);
        var answer = secret.identity().put("VersionId", version.id);
        value.write(answer);
        answer.set("VersionStages", version.stagesAsJson());
        answer.set("CreatedDate", Json.timestamp(version.created));
        return answer;
    }

    private ObjectNode putSecretValue(JsonRequest request) {
        var secret = SecretRules.checkNotManaged(SecretRules.checkNotDeleted(find(request)));
        var value = SecretValue.in(request)
                .orElseThrow(() -> AwsError.of(
                        "InvalidRequestException", "You must provide either SecretString or SecretBinary."));
        var token = SecretRules.checkToken(request.text("ClientRequestToken"));
        var version = secret.versions.find(token).orElseGet(() -> {
            secret.changed = store.now();
            return secret.versions.add(token, value, stages(request), secret.changed);
        });
        if (version.value.isEmpty()) {
            version.value = Optional.of(value);
            stages(request).forEach(stage -> secret.versions.attach(stage, version));
        }
        if (!version.value.get().equals(value)) {
            throw SecretRules.tokenInUse(token, secret);
        }
        var answer = secret.identity().put("VersionId", version.id);
        answer.set("VersionStages", version.stagesAsJson());
        return answer;
    }

    private static List<String> stages(JsonRequest request) {
        if (!request.has("VersionStages")) {
            return List.of(SecretVersion.CURRENT);
        }
        var stages = request.texts("VersionStages");
        if (stages.isEmpty() || stages.size() > 20) {
            throw SecretRules.parameter("VersionStages must hold 1 to 20 staging labels.");
        }
        return stages;
    }

    private ObjectNode updateSecret(JsonRequest request) {
        var secret = SecretRules.checkNotManaged(SecretRules.checkNotDeleted(find(request)));
        var value = SecretValue.in(request);
        var token = value.map(content -> SecretRules.checkToken(request.text("ClientRequestToken")));
        // Unlike PutSecretValue, UpdateSecret refuses a version that exists even if the content is the same.
        token.flatMap(secret.versions::find).ifPresent(version -> {
            throw SecretRules.tokenInUse(version.id, secret);
        });
        request.text("Description").ifPresent(text -> secret.description = Optional.of(text));
        request.text("KmsKeyId").ifPresent(key -> secret.key = Optional.of(key).filter(id -> !id.isEmpty()));
        secret.changed = store.now();
        token.ifPresent(
                id -> secret.versions.add(id, value.orElseThrow(), List.of(SecretVersion.CURRENT), secret.changed));
        return created(secret, token);
    }

    private ObjectNode updateSecretVersionStage(JsonRequest request) {
        var secret = SecretRules.checkNotManaged(SecretRules.checkNotDeleted(find(request)));
        StageMove.of(request).make(secret);
        secret.changed = store.now();
        return secret.identity();
    }

    private ObjectNode describeSecret(JsonRequest request) {
        return find(request).describe("VersionIdsToStages");
    }

    private ObjectNode listSecrets(JsonRequest request) {
        var filters = request.objects("Filters").stream().map(SecretFilter::of).toList();
        var secrets = store.all().stream()
                .filter(secret -> request.flag("IncludePlannedDeletion") || secret.deletion.isEmpty())
                .filter(secret -> filters.stream().allMatch(filter -> filter.test(secret)))
                .toList();
        var page = page(
                secrets,
                SecretOrder.of(request.text("SortBy")),
                request.text("SortOrder").orElse("asc").equals("desc"),
                request);
        var answer = Json.object();
        var list = answer.putArray("SecretList");
        page.items().forEach(secret -> list.add(secret.describe("SecretVersionsToStages")));
        page.next().ifPresent(token -> answer.put("NextToken", token));
        return answer;
    }

    private ObjectNode listSecretVersionIds(JsonRequest request) {
        var secret = find(request);
        var versions = request.flag("IncludeDeprecated") ? secret.versions.all() : secret.versions.labelled();
        var page = page(List.copyOf(versions), version -> version.created + version.id, false, request);
        var answer = secret.identity();
        var list = answer.putArray("Versions");
        page.items().forEach(version -> {
            var entry = list.addObject().put("VersionId", version.id);
            if (!version.deprecated()) {
                entry.set("VersionStages", version.stagesAsJson());
            }
            entry.set("CreatedDate", Json.timestamp(version.created));
            version.accessed.ifPresent(time -> entry.set("LastAccessedDate", Json.timestamp(time)));
        });
        page.next().ifPresent(token -> answer.put("NextToken", token));
        return answer;
    }

    private static <T> Page<T> page(List<T> items, Function<T, String> order, boolean descending, JsonRequest request) {
        try {
            return Page.of(items, order, descending, request.text("NextToken"), SecretRules.checkPageSize(request));
        } catch (IllegalArgumentException e) {
            throw AwsError.of("InvalidNextTokenException", "The NextToken value is invalid.");
        }
    }

    private ObjectNode deleteSecret(JsonRequest request) {
        var window = SecretDeletion.of(request);
        var id = request.required("SecretId");
        var found = window.force() ? store.lookup(id) : Optional.of(store.find(id));
        var now = store.now();
        if (found.isEmpty()) {
            // To force the deletion of what is not there is no error.
            return new Secret(store.newArn(id), id, 0, now).identity().set("DeletionDate", Json.timestamp(now));
        }
        var secret = SecretRules.checkNotManaged(found.get());
        if (window.force()) {
            store.remove(secret);
            return secret.identity().set("DeletionDate", Json.timestamp(now));
        }
        SecretRules.checkNotDeleted(secret);
        var date = now.plus(Duration.ofDays(window.days()));
        secret.deletion = Optional.of(date);
        return secret.identity().set("DeletionDate", Json.timestamp(date));
    }

    private ObjectNode restoreSecret(JsonRequest request) {
        var secret = find(request);
        secret.deletion = Optional.empty();
        return secret.identity();
    }

    private ObjectNode tagResource(JsonRequest request) {
        var secret = SecretRules.checkNotDeleted(find(request));
        var tags = request.tags("Tags", "Key", "Value");
        SecretRules.checkTags(tags);
        SecretRules.checkTagCount(secret, tags.keySet());
        secret.tags.putAll(tags);
        secret.changed = store.now();
        return Json.object();
    }

    private ObjectNode untagResource(JsonRequest request) {
        var secret = SecretRules.checkNotDeleted(find(request));
        request.texts("TagKeys").forEach(secret.tags::remove);
        secret.changed = store.now();
        return Json.object();
    }

    private ObjectNode getRandomPassword(JsonRequest request) {
        return Json.object().put("RandomPassword", RandomPassword.asked(request).make());
    }

    private ObjectNode getResourcePolicy(JsonRequest request) {
        return SecretRules.checkNotDeleted(find(request)).identity();
    }

    private Secret find(JsonRequest request) {
        return store.find(request.required("SecretId"));
    }
}
