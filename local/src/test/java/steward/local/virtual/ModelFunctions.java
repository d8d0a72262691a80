package steward.local.virtual;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import steward.TemporaryName;
import steward.error.StewardException;
import steward.local.asl.TaskFailed;
import steward.local.virtual.ModelServers.Database;
import steward.local.virtual.ModelServers.Server;

/**
 * The effect that each operation has, without SQL: what it finds, what it changes, and which of our errors it ends with.
 * That the real operations do this, and do it again without harm, is for the tests on real servers to show.
 */
final class ModelFunctions {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final ModelServers servers;
    private final PlainRequests plain;

    ModelFunctions(ModelServers servers, PlainRequests plain) {
        this.servers = servers;
        this.plain = plain;
    }

    /** The payload of the answer. */
    JsonNode run(JsonNode payload) throws TaskFailed {
        JsonNode input = payload.path("input");
        Object output = switch (payload.path("operation").asText()) {
            case "CheckDatabase" -> Map.of("exists", exists(input));
            case "CheckDropDatabase" -> Map.of("exists", exists(input), "interrupted", false, "oid", 1);
            case "CheckDropUser" -> Map.of("readable", List.of());
            case "CheckReader" -> Map.of("owner", database(input).owner(), "exists", true);
            case "CheckSchemas", "GrantReadOnly" -> Map.of();
            case "CheckStorage" -> Map.of("used", 0);
            case "CreateDatabase" -> createDatabase(input);
            case "CreateTemporaryDatabase" -> createTemporaryDatabase(input);
            case "CreateUser" -> createUser(input);
            case "DropDatabase" -> Map.of("dropped", remove(input, text(input, "database")));
            case "DropTemporaryDatabase" -> dropTemporaryDatabase(input);
            case "DropUser" -> dropUser(input);
            case "EnableExtension" -> Map.of("extension", text(input, "extension"), "version", "1.0");
            case "EndSessions" -> Map.of("ended", 1);
            case "FindDatabase" ->
                Map.of(
                        "project", database(input).project(),
                        "owner", database(input).owner(),
                        "bytes", 1_000);
            case "FindReader" ->
                Map.of(
                        "project", database(input).project(),
                        "owner", database(input).owner());
            case "FindSnapshotDatabase" ->
                Map.of("owner", database(input).owner(), "encoding", "UTF8", "locale", "C", "bytes", 1_000);
            case "InspectDatabase" ->
                Map.of(
                        "extensions",
                        List.of(Map.of("name", "hstore", "version", "1.8", "schema", "public")),
                        "notes",
                        List.of());
            case "ListTemporaryDatabases" -> Map.of("databases", temporary(input));
            case "PreparePassword" -> Map.of("versionId", "prepared");
            case "PublishDatabase" -> publishDatabase(input);
            case "RevokeReadOnly", "VerifyRevoked" -> Map.of("notes", List.of());
            case "RotatePassword" -> Map.of("user", text(input, "user"), "secretArn", "arn", "versionId", "prepared");
            case "SetTemporaryPassword" -> setTemporaryPassword(input);
            case "ShareSchemas" -> Map.of("shared", List.of());
            case "TransferOwnership" -> transferOwnership(input);
            case "VerifyAccess" -> Map.of("user", text(input, "user"));
            case "VerifyDatabase" -> Map.of("owner", database(input).owner());
            case "VerifyReadOnly" -> Map.of("checks", List.of("ok"));
            default -> throw new IllegalStateException("no model of " + payload.path("operation"));
        };
        return JSON.valueToTree(output);
    }

    static TaskFailed failed(Class<? extends StewardException> error, String message) {
        String cause = JSON.valueToTree(new TreeMap<>(Map.of("errorMessage", message, "errorType", error.getName())))
                .toString();
        return new TaskFailed(error.getName(), cause);
    }

    private Server server(JsonNode input) {
        return servers.server(input.path("instance").path("identifier").asText());
    }

    private static String text(JsonNode input, String field) {
        return input.path(field).asText();
    }

    private boolean exists(JsonNode input) {
        return server(input).databases().containsKey(text(input, "database"));
    }

    private Database database(JsonNode input) throws TaskFailed {
        return Optional.ofNullable(server(input).databases().get(text(input, "database")))
                .orElseThrow(() -> failed(
                        steward.error.ObjectMissing.class,
                        "database \"%s\": does not exist".formatted(text(input, "database"))));
    }

    private Map<String, ?> createDatabase(JsonNode input) {
        boolean created = server(input)
                        .databases()
                        .putIfAbsent(text(input, "database"), new Database("master", text(input, "project"), ""))
                == null;
        return Map.of("database", text(input, "database"), "created", created);
    }

    private Map<String, ?> createTemporaryDatabase(JsonNode input) {
        String name = TemporaryName.of(text(input, "execution"));
        server(input).databases().putIfAbsent(name, new Database("master", text(input, "project"), ""));
        return Map.of("database", name, "oid", 1);
    }

    private Map<String, ?> dropTemporaryDatabase(JsonNode input) {
        String name = text(input, "database");
        if (!TemporaryName.matches(name)) {
            throw new IllegalStateException("not temporary: " + name);
        }
        return Map.of("database", name, "dropped", remove(input, name));
    }

    private boolean remove(JsonNode input, String database) {
        return server(input).databases().remove(database) != null;
    }

    private List<String> temporary(JsonNode input) {
        return server(input).databases().keySet().stream()
                .filter(TemporaryName::matches)
                .toList();
    }

    private Map<String, ?> createUser(JsonNode input) {
        String instance = input.path("instance").path("identifier").asText();
        server(input).roles().put(text(input, "user"), text(input, "project"));
        String name = "steward/%s/%s/%s".formatted(text(input, "project"), instance, text(input, "user"));
        return Map.of("user", text(input, "user"), "secretArn", secret(name, Map.of()), "created", true);
    }

    private Map<String, ?> dropUser(JsonNode input) {
        boolean dropped = server(input).roles().remove(text(input, "user")) != null;
        String end =
                "/%s/%s".formatted(input.path("instance").path("identifier").asText(), text(input, "user"));
        for (JsonNode secret : plain.secretsManager("ListSecrets", Map.of()).path("SecretList")) {
            String name = secret.path("Name").asText();
            if (name.endsWith(end)) {
                plain.secretsManager("DeleteSecret", Map.of("SecretId", name, "RecoveryWindowInDays", 30));
            }
        }
        return Map.of("user", text(input, "user"), "dropped", dropped);
    }

    private Map<String, ?> setTemporaryPassword(JsonNode input) {
        String execution = text(input, "execution");
        return Map.of(
                "secretArn",
                secret(
                        TemporaryName.of(execution),
                        Map.of("steward:temporary", "true", "steward:execution", execution)));
    }

    private String secret(String name, Map<String, String> tags) {
        JsonNode created = plain.createSecret(name, tags);
        return created.path("__type").asText().equals("ResourceExistsException")
                ? plain.secretsManager("DescribeSecret", Map.of("SecretId", name))
                        .path("ARN")
                        .asText()
                : created.path("ARN").asText();
    }

    private Map<String, ?> transferOwnership(JsonNode input) throws TaskFailed {
        Database before = database(input);
        server(input)
                .databases()
                .put(text(input, "database"), new Database(text(input, "user"), before.project(), before.content()));
        return Map.of("owner", text(input, "user"));
    }

    private Map<String, ?> publishDatabase(JsonNode input) throws TaskFailed {
        String temporary = TemporaryName.of(text(input, "execution"));
        Database made = server(input).databases().remove(temporary);
        if (made != null) {
            server(input).databases().put(text(input, "database"), made);
        }
        return Map.of(
                "database", text(input, "database"), "owner", database(input).owner());
    }
}
