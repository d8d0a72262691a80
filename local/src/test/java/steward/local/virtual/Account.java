package steward.local.virtual;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.rds.model.Tag;
import steward.local.Home;
import steward.local.Installation;
import steward.local.Substitutions;
import steward.local.asl.HistoryEvent;
import steward.local.asl.StateMachine;
import steward.local.asl.TaskCall;
import steward.local.asl.TaskFailed;
import steward.local.asl.Time;
import steward.local.aws.Arn;
import steward.local.aws.AwsEndpoint;
import steward.local.aws.AwsError;
import steward.local.aws.DatabaseInstance;
import steward.local.aws.DatabaseSnapshot;
import steward.local.aws.Encryption;
import steward.local.aws.ExecutionDescription;
import steward.local.aws.ExecutionListener;
import steward.local.aws.StatusChangeRule;
import steward.local.virtual.ModelServers.Database;

/** A client's account in virtual time, with a project's database, a snapshot of it, and things that are none of Steward's. */
final class Account implements ExecutionListener, AutoCloseable {
    static final String SNAPSHOT_CONTENT = "then";
    static final String OLD_DUMP = "dumps/acme/prod/website/20250101T000000Z-old/";
    /** The workflow copy-snapshots, deployed into {@link #OTHER_REGION}. */
    static final String ELSEWHERE = "copy-snapshots-elsewhere";

    static final Region OTHER_REGION = Region.US_WEST_2;
    static final String KEY_THERE = "arn:aws:kms:us-west-2:000000000000:key/00000000-0000-4000-8000-000000000005";
    private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
    private static final Duration POLL = Duration.ofSeconds(15);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Parsed once: that takes longer than a whole case. */
    private static final String MANIFEST = """
            {"project": "acme", "instance": "prod", "database": "website",
             "source": {"extensions": [], "encoding": "UTF8", "locale": null}}
            """;

    private record Parsed(String definition, StateMachine machine) {}

    private static final Map<String, Parsed> WORKFLOWS = new TreeMap<>();

    static {
        Home.definitions().forEach(Account::parse);
        String copies =
                Optional.ofNullable(Home.definitions().get("copy-snapshots")).orElseThrow();
        parse(ELSEWHERE, copies.replace("${SnapshotCopyKeys}", "prod=" + KEY_THERE));
    }

    private static void parse(String workflow, String text) {
        String definition = Substitutions.apply(workflow, text);
        WORKFLOWS.put(workflow, new Parsed(definition, StateMachine.parse(definition)));
    }

    final AwsEndpoint endpoint;
    final StatusChangeRule rule;
    final ModelServers servers = new ModelServers();
    final ModelTasks tasks;
    final String snapshot;
    /** What definitions themselves did wrong: whatever fails around them, they may not fail. */
    final List<String> defects = new CopyOnWriteArrayList<>();
    /** Every call of a task that was made, in order: workflow and state. */
    final List<String> calls = new ArrayList<>();

    private final Time time = Time.virtual(START);
    final Wire wire;
    private final ModelFunctions functions;
    private final Map<String, Integer> counts = new HashMap<>();
    private List<PlannedFault> faults = List.of();
    private String stopIn = "";
    private int stopAt;
    private int started;

    Account(Wire wire) {
        this.wire = wire;
        this.endpoint = AwsEndpoint.inProcess(time, (uri, http) -> this::run, servers);
        wire.lead(time, endpoint);
        this.functions = new ModelFunctions(servers, wire.plain);
        this.tasks = new ModelTasks(servers, wire.plain, time);
        this.rule =
                new StatusChangeRule(endpoint.stepFunctions(), "sweep", event -> JsonNodeFactory.instance.objectNode());
        endpoint.stepFunctions().listen(rule);
        endpoint.stepFunctions().listen(this);
        WORKFLOWS.forEach((workflow, parsed) ->
                endpoint.stepFunctions().register(workflow, parsed.definition(), parsed.machine()));
        this.snapshot = furnish();
    }

    private String furnish() {
        for (String name : List.of("prod", "staging", "foreign")) {
            DatabaseInstance instance = DatabaseInstance.available(
                    name, "17.6", new DatabaseInstance.Endpoint(name + ".local", 5432), "master", START);
            endpoint.rds()
                    .registerManaged(
                            name.equals("foreign") ? instance : instance.withTags(Map.of("steward:managed", "true")),
                            "secret");
        }
        servers.server("prod").roles().put("website", "acme");
        servers.server("prod").databases().put("website", new Database("website", "acme", SNAPSHOT_CONTENT));
        servers.server("prod").databases().put("other", new Database("other", "else", "untouched"));
        servers.server("foreign").databases().put("theirs", new Database("theirs", "none", "untouched"));
        wire.plain.createSecret("steward/acme/prod/website", Map.of());
        wire.plain.createSecret("somebody/else", Map.of());
        endpoint.s3().createBucket(Installation.BACKUP_BUCKET, Encryption.kms(Arn.key("k")));
        for (String key : List.of(OLD_DUMP + "dump.tar.zst", OLD_DUMP + "contents.json", "uploads/by-hand")) {
            put(key, SNAPSHOT_CONTENT);
        }
        put(OLD_DUMP + "manifest.json", MANIFEST);
        DatabaseSnapshot made = endpoint.rds().backUp("prod");
        pass(Duration.ofHours(1));
        servers.server("prod").databases().put("website", new Database("website", "acme", "now"));
        return made.identifier();
    }

    void put(String key, String content) {
        wire.plain.put(Installation.BACKUP_BUCKET, key, content);
    }

    /** An instance that an execution has restored from the snapshot, and that is protected. */
    void restoreInstance(String name, String execution) {
        wire.rds.restoreDBInstanceFromDBSnapshot(it -> it.dbInstanceIdentifier(name)
                .dbSnapshotIdentifier(snapshot)
                .deletionProtection(true)
                .backupRetentionPeriod(0)
                .tags(tag("steward:temporary", "true"), tag("steward:execution", execution)));
    }

    private static Tag tag(String key, String value) {
        return Tag.builder().key(key).value(value).build();
    }

    void pass(Duration duration) {
        try {
            time.sleep(duration);
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted", e);
        }
    }

    /**
     * From now on; calls are counted anew.
     *
     * @param event at which the next execution of the workflow is stopped; 0 if it is not
     */
    void plan(List<PlannedFault> planned, String workflow, int event) {
        faults = planned;
        stopIn = Arn.execution(workflow, "");
        stopAt = event;
        counts.clear();
        calls.clear();
    }

    /** Once: an execution that is over before is not the one that is meant, and no other one is. */
    @Override
    public void happened(String execution, HistoryEvent event) {
        if (event.type().equals("EvaluationFailed")
                || event.details().path("error").asText().equals("States.Runtime")) {
            defects.add("%s: %s %s".formatted(execution, event.type(), event.details()));
        }
        if (event.id() == stopAt && execution.startsWith(stopIn)) {
            stopAt = 0;
            endpoint.stepFunctions().stop(execution, "Stopped", "at event " + event.id());
        }
    }

    private JsonNode run(TaskCall call) throws TaskFailed, InterruptedException {
        String state = workflow(call) + "/" + call.state();
        int number;
        synchronized (calls) {
            calls.add(state);
            number = counts.merge(state, 1, Integer::sum);
        }
        for (PlannedFault fault : faults) {
            if (fault.state().equals(state) && fault.call() == number) {
                throw fail(call, fault);
            }
        }
        return carryOut(call);
    }

    private static String workflow(TaskCall call) {
        return call.context().at("/StateMachine/Name").asText();
    }

    private TaskFailed fail(TaskCall call, PlannedFault fault) throws InterruptedException {
        if (fault.after()) {
            try {
                carryOutAndForget(call);
            } catch (TaskFailed e) {
                return e;
            }
        }
        return fault.error().startsWith("steward.error.")
                ? Errors.ofFunction(fault.error())
                : new TaskFailed(fault.error(), Errors.cause(fault.error()));
    }

    /** A task or a nested execution whose start was not answered runs on, and nobody waits for it. */
    private void carryOutAndForget(TaskCall call) throws TaskFailed, InterruptedException {
        if (call.resource().endsWith(":ecs:runTask.sync")) {
            tasks.start(call.arguments());
        } else if (!call.resource().contains(":startExecution")) {
            carryOut(call);
        } else {
            start(call.arguments());
        }
    }

    private String start(JsonNode arguments) throws TaskFailed {
        try {
            return endpoint.stepFunctions()
                    .start(
                            arguments.path("StateMachineArn").asText(),
                            arguments.path("Name").asText(),
                            arguments.path("Input").toString());
        } catch (AwsError e) {
            throw new TaskFailed("StepFunctions.%sException".formatted(e.code()), String.valueOf(e.getMessage()));
        }
    }

    /** As the runner's own integration, but for the many calls with which that one waits. */
    private JsonNode nested(JsonNode arguments) throws TaskFailed, InterruptedException {
        String arn = start(arguments);
        try {
            while (true) {
                ExecutionDescription execution =
                        endpoint.stepFunctions().execution(arn).orElseThrow();
                ObjectNode answer = JsonNodeFactory.instance
                        .objectNode()
                        .put("ExecutionArn", arn)
                        .put("Status", execution.status());
                if (execution.status().equals("SUCCEEDED")) {
                    return answer.set("Output", execution.output().orElseThrow());
                }
                if (!execution.status().equals("RUNNING")) {
                    execution.error().ifPresent(error -> answer.put("Error", error));
                    execution.cause().ifPresent(cause -> answer.put("Cause", cause));
                    throw new TaskFailed("States.TaskFailed", answer.toString());
                }
                time.sleep(POLL);
            }
        } catch (InterruptedException e) {
            endpoint.stepFunctions().stop(arn, null, null);
            throw e;
        }
    }

    private JsonNode carryOut(TaskCall call) throws TaskFailed, InterruptedException {
        String resource = call.resource();
        if (resource.endsWith(":lambda:invoke")) {
            return JsonNodeFactory.instance
                    .objectNode()
                    .set("Payload", functions.run(call.arguments().path("Payload")));
        }
        if (resource.endsWith(":ecs:runTask.sync")) {
            return tasks.run(call.arguments());
        }
        if (resource.endsWith(":startExecution.sync:2")) {
            return nested(call.arguments());
        }
        if (resource.contains(":aws-sdk:ecs:")) {
            return tasks.call(resource.substring(resource.lastIndexOf(':') + 1), call.arguments());
        }
        return (workflow(call).equals(ELSEWHERE) ? wire.elsewhere : wire.integrations).run(call);
    }

    /** Runs a workflow, and all that comes of it. */
    ExecutionDescription execute(String workflow, String input) {
        String arn = endpoint.stepFunctions().start(Arn.stateMachine(workflow), "run-" + ++started, input);
        settle();
        return endpoint.stepFunctions().execution(arn).orElseThrow();
    }

    void settle() {
        if (!endpoint.stepFunctions().awaitAll(PATIENCE)) {
            throw new IllegalStateException("an execution does not end: " + calls);
        }
    }

    /** What is temporary and still there. */
    NavigableSet<String> temporary() {
        NavigableSet<String> found = new TreeSet<>();
        all().stream()
                .filter(thing -> thing.contains("steward-tmp-") || thing.startsWith("task "))
                .forEach(found::add);
        NavigableSet<String> folders = new TreeSet<>();
        List<String> keys = keys();
        keys.stream().filter(key -> key.startsWith("dumps/")).forEach(key -> folders.add(folder(key)));
        folders.removeIf(folder -> keys.contains(folder + "manifest.json"));
        folders.forEach(folder -> found.add("unfinished dump " + folder));
        return found;
    }

    private static String folder(String key) {
        return key.substring(0, key.lastIndexOf('/') + 1);
    }

    List<String> keys() {
        return wire.plain.keys(Installation.BACKUP_BUCKET);
    }

    /** All that there is; of the dumps that were made, only that there are some. */
    NavigableSet<String> all() {
        NavigableSet<String> all = new TreeSet<>();
        endpoint.rds().instances().forEach(instance -> all.add("instance " + instance.identifier()));
        endpoint.rds()
                .snapshots()
                .forEach(each -> all.add("snapshot %s in %s".formatted(each.identifier(), each.region())));
        servers.all().forEach((instance, server) -> {
            server.databases()
                    .forEach((name, database) -> all.add("database %s/%s %s".formatted(instance, name, database)));
            server.roles().forEach((name, project) -> all.add("role %s/%s %s".formatted(instance, name, project)));
        });
        for (JsonNode secret : wire.plain
                .secretsManager("ListSecrets", Map.of("MaxResults", 100))
                .path("SecretList")) {
            String name = secret.path("Name").asText();
            if (!name.startsWith("rds!")) {
                all.add("secret " + name);
            }
        }
        keys().forEach(key -> all.add("object " + key.replaceAll("/\\d{8}T\\d{6}Z-(?!old/)[^/]*/", "/DUMP/")));
        tasks.running().forEach(task -> all.add("task " + task));
        return all;
    }

    @Override
    public void close() {
        endpoint.close();
    }
}
