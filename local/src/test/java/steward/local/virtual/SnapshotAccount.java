package steward.local.virtual;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.rds.RdsClient;
import software.amazon.awssdk.services.rds.model.Tag;
import steward.local.Home;
import steward.local.Substitutions;
import steward.local.asl.StateMachine;
import steward.local.asl.TaskCall;
import steward.local.asl.TaskRunner;
import steward.local.aws.AwsEndpoint;
import steward.local.aws.DatabaseInstance;
import steward.local.aws.DatabaseSnapshot;
import steward.local.aws.Disks;
import steward.local.aws.ExecutionDescription;

/** An account with the instance {@code shop} and the workflow copy-snapshots, in virtual time and without any data. */
final class SnapshotAccount implements AutoCloseable {

    static final Instant START = Instant.parse("2026-01-01T12:00:00Z");
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final String DEFINITION =
            Optional.ofNullable(Home.definitions().get("copy-snapshots")).orElseThrow();
    private static final String USUAL = Substitutions.apply("copy-snapshots", DEFINITION);

    private static final String ELSEWHERE = "copy-snapshots-elsewhere";

    /** Parsed once: that takes longer than a whole run. */
    private static final StateMachine PARSED = StateMachine.parse(USUAL);

    final ShiftedTime time = new ShiftedTime(START);
    final AwsEndpoint endpoint;
    final RdsClient client;
    private final Wire wire;
    private final String machine;
    private Optional<TaskRunner> elsewhere = Optional.empty();

    /** Told of every call that a workflow is about to make. */
    private final List<Consumer<TaskCall>> watchers = new ArrayList<>();

    private int executions;

    SnapshotAccount() {
        this(new Wire(), USUAL, PARSED);
    }

    /** With clients that may have been used for another account that is over. */
    SnapshotAccount(Wire wire) {
        this(wire, USUAL, PARSED);
    }

    private SnapshotAccount(Wire wire, String definition, StateMachine parsed) {
        this.wire = wire;
        endpoint = AwsEndpoint.inProcess(time, (uri, http) -> watched(wire.integrations), Disks.none());
        wire.lead(time, endpoint);
        client = wire.rds;
        machine = endpoint.stepFunctions().register("copy-snapshots", definition, parsed);
        register("shop");
    }

    /** @param keys as deployment tells the workflow */
    static SnapshotAccount withKeys(String keys) {
        String definition = DEFINITION.replace("${SnapshotCopyKeys}", keys);
        return new SnapshotAccount(new Wire(), definition, StateMachine.parse(definition));
    }

    RdsClient client(Region region) {
        return wire.rds(region);
    }

    private TaskRunner watched(TaskRunner runner) {
        return call -> {
            watchers.forEach(watcher -> watcher.accept(call));
            boolean there = call.context().at("/StateMachine/Name").asText().equals(ELSEWHERE);
            return (there ? elsewhere.orElseThrow() : runner).run(call);
        };
    }

    /**
     * Deploys the workflow into another region, too.
     *
     * @return its state machine there, for {@link #start(String, String)}
     */
    String deploy(Region region, String keys) {
        elsewhere = Optional.of(wire.in(region));
        return endpoint.stepFunctions().register(ELSEWHERE, DEFINITION.replace("${SnapshotCopyKeys}", keys));
    }

    void watch(Consumer<TaskCall> watcher) {
        watchers.add(watcher);
    }

    /** Does that once, right before the first call that a workflow makes so much later. */
    void later(Duration duration, Runnable work) {
        Instant due = time.now().plus(duration);
        boolean[] done = {false};
        watch(call -> {
            if (!done[0] && !time.now().isBefore(due)) {
                done[0] = true;
                work.run();
            }
        });
    }

    void register(String identifier) {
        endpoint.rds()
                .register(DatabaseInstance.available(
                                identifier,
                                "17.11",
                                new DatabaseInstance.Endpoint("127.0.0.1", 5433),
                                "master",
                                START.minus(Duration.ofDays(1)))
                        .withTags(Map.of("steward:managed", "true")));
    }

    /** An automated snapshot that is available. */
    String backUp(String instance) {
        String identifier = endpoint.rds().backUp(instance).identifier();
        time.pass(Duration.ofMinutes(4));
        endpoint.rds().settle();
        return identifier;
    }

    /** Starts the workflow and does not wait. */
    String start(String input) {
        return start(machine, input);
    }

    String start(String stateMachine, String input) {
        return endpoint.stepFunctions().start(stateMachine, "run-" + executions++, input);
    }

    ExecutionDescription run(String input) {
        return end(start(input));
    }

    ExecutionDescription run() {
        return run("{\"instance\": \"shop\"}");
    }

    ExecutionDescription run(Retain retain) {
        return run("{\"instance\": \"shop\", \"retain\": " + retain.json() + "}");
    }

    /** Waits for all that run. */
    ExecutionDescription end(String execution) {
        if (!endpoint.stepFunctions().awaitAll(PATIENCE)) {
            throw new IllegalStateException("still running: " + execution);
        }
        return endpoint.stepFunctions().execution(execution).orElseThrow();
    }

    static List<String> output(ExecutionDescription execution, String field) {
        List<String> names = new ArrayList<>();
        JsonNode output = execution
                .output()
                .orElseThrow(() -> new AssertionError(
                        execution.error().orElse("") + ": " + execution.cause().orElse("")));
        output.path(field).forEach(name -> names.add(name.asText()));
        return names;
    }

    /** A snapshot with that name and tags, made of the newest automated one. */
    void copy(String name, Map<String, String> tags) {
        String source = snapshots().stream()
                .filter(DatabaseSnapshot::automated)
                .filter(snapshot -> snapshot.status().equals("available"))
                .map(DatabaseSnapshot::identifier)
                .reduce((one, other) -> other)
                .orElseThrow();
        client.copyDBSnapshot(it -> it.sourceDBSnapshotIdentifier(source)
                .targetDBSnapshotIdentifier(name)
                .tags(tags.entrySet().stream()
                        .map(tag -> Tag.builder()
                                .key(tag.getKey())
                                .value(tag.getValue())
                                .build())
                        .toList()));
    }

    List<DatabaseSnapshot> snapshots() {
        return endpoint.rds().snapshots();
    }

    Optional<DatabaseSnapshot> snapshot(String identifier) {
        return snapshots().stream()
                .filter(snapshot -> snapshot.identifier().equals(identifier))
                .findFirst();
    }

    List<String> manual() {
        return snapshots().stream()
                .filter(snapshot -> !snapshot.automated())
                .map(DatabaseSnapshot::identifier)
                .toList();
    }

    @Override
    public void close() {
        endpoint.close();
    }
}
