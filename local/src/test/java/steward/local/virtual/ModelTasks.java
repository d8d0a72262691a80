package steward.local.virtual;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import steward.local.asl.TaskFailed;
import steward.local.asl.Time;
import steward.local.virtual.ModelServers.Database;

/** ECS with the tasks that dump, restore and copy: each takes some minutes, and leaves what the real one leaves. */
final class ModelTasks {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration WORK = Duration.ofMinutes(3);

    private final ModelServers servers;
    private final PlainRequests plain;
    private final Time time;
    private final Map<String, JsonNode> running = new TreeMap<>();
    private int started;

    ModelTasks(ModelServers servers, PlainRequests plain, Time time) {
        this.servers = servers;
        this.plain = plain;
        this.time = time;
    }

    List<String> running() {
        return List.copyOf(running.keySet());
    }

    /** RunTask alone: it runs, and nobody knows its name. */
    String start(JsonNode arguments) {
        String arn = "arn:aws:ecs:us-east-1:000000000000:task/steward/%032x".formatted(++started);
        running.put(arn, arguments.path("Tags"));
        return arn;
    }

    /** One of another execution's. */
    String start(String execution) {
        return start(JSON.valueToTree(Map.of("Tags", List.of(Map.of("Key", "steward:execution", "Value", execution)))));
    }

    /** {@code ecs:runTask.sync}: an execution that is stopped takes its task with it. */
    JsonNode run(JsonNode arguments) throws InterruptedException {
        String arn = start(arguments);
        try {
            time.sleep(WORK);
            work(arguments.at("/Overrides/ContainerOverrides/0/Command"));
        } finally {
            running.remove(arn);
        }
        return JSON.valueToTree(Map.of("TaskArn", arn));
    }

    /** The calls of the sweep. */
    JsonNode call(String action, JsonNode arguments) throws TaskFailed {
        return JSON.valueToTree(
                switch (action) {
                    case "listTasks" -> Map.of("TaskArns", running());
                    case "describeTasks" -> Map.of("Tasks", describe(arguments.path("Tasks")));
                    case "stopTask" -> stop(arguments.path("Task").asText());
                    default -> throw new IllegalStateException("no model of " + action);
                });
    }

    private List<Map<String, ?>> describe(JsonNode arns) {
        List<Map<String, ?>> found = new ArrayList<>();
        arns.forEach(arn -> Optional.ofNullable(running.get(arn.asText()))
                .ifPresent(tags -> found.add(Map.of("TaskArn", arn.asText(), "LastStatus", "RUNNING", "Tags", tags))));
        return found;
    }

    private Map<String, ?> stop(String arn) throws TaskFailed {
        if (running.remove(arn) == null) {
            throw new TaskFailed("Ecs.InvalidParameterException", "The referenced task was not found.");
        }
        return Map.of();
    }

    private void work(JsonNode command) {
        JsonNode input = read(command.path(1).asText());
        Object output = switch (command.path(0).asText()) {
            case "dump" -> dump(input);
            case "restore" -> restore(input);
            case "copy" -> copy(input);
            default -> throw new IllegalStateException("no model of " + command);
        };
        Map<String, Object> outcome = new TreeMap<>();
        outcome.put("output", output);
        outcome.put("error", null);
        outcome.put("cause", null);
        put(input.path("outcome").asText(), JSON.valueToTree(outcome).toString());
    }

    private Map<String, ?> dump(JsonNode input) {
        String manifest = input.path("manifest").asText();
        String dump = manifest.replace("manifest.json", "dump.tar.zst");
        String content = database(input, "instance", "database").content();
        put(dump, content);
        put(manifest.replace("manifest.json", "contents.json"), "{}");
        put(
                manifest,
                JSON.valueToTree(Map.of(
                                "source",
                                Map.of(
                                        "extensions",
                                        List.of(Map.of("name", "hstore", "version", "1.8")),
                                        "encoding",
                                        "UTF8",
                                        "collate",
                                        "C")))
                        .toString());
        return Map.of("dump", dump, "manifest", manifest, "bytes", content.length(), "sha256", "0");
    }

    private Map<String, ?> restore(JsonNode input) {
        String dump = input.path("dump").asText();
        String content = plain.get(bucket(dump), key(dump));
        return filled(input.path("instance"), input.path("database").asText(), content);
    }

    private Map<String, ?> copy(JsonNode input) {
        String content = database(input, "source", "sourceDatabase").content();
        return filled(input.path("target"), input.path("targetDatabase").asText(), content);
    }

    private Map<String, ?> filled(JsonNode instance, String database, String content) {
        servers.server(instance.path("identifier").asText())
                .databases()
                .computeIfPresent(database, (name, empty) -> new Database(empty.owner(), empty.project(), content));
        return Map.of("tables", 1, "rows", content.length(), "notes", List.of("a note"));
    }

    private Database database(JsonNode input, String instance, String database) {
        return Optional.ofNullable(
                        servers.server(input.path(instance).path("identifier").asText())
                                .databases()
                                .get(input.path(database).asText()))
                .orElseThrow();
    }

    private void put(String uri, String text) {
        plain.put(bucket(uri), key(uri), text);
    }

    private static String bucket(String uri) {
        return uri.split("/", 4)[2];
    }

    private static String key(String uri) {
        return uri.split("/", 4)[3];
    }

    static String write(Object value) {
        return JSON.valueToTree(value).toString();
    }

    static JsonNode read(String json) {
        try {
            return JSON.readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
