package steward.local.aws;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import steward.local.asl.Time;

/**
 * ECS as far as tasks on Fargate go: a task is a program on this machine, in processes of its own.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RunTask.html">RunTask</a>
 */
public final class Ecs {

    private final Map<String, Task> tasks = new LinkedHashMap<>();
    private final Map<String, RunTask> byToken = new HashMap<>();
    private final List<TaskDefinition> definitions = new ArrayList<>();
    private final Set<String> clusters = new LinkedHashSet<>();
    private final TaskFaults faults = new TaskFaults();
    private final GuardedFolder folder;
    private final Time time;

    Ecs(Time time, GuardedFolder folder) {
        this.time = time;
        this.folder = folder;
    }

    Api api() {
        return new JsonApi(
                "ecs",
                "AmazonEC2ContainerServiceV20141113",
                "1.1",
                "message",
                Map.<String, Function<JsonRequest, ObjectNode>>of(
                        "DescribeTasks", this::describeTasks,
                        "ListTasks", this::listTasks,
                        "RunTask", this::runTask,
                        "StopTask", this::stopTask));
    }

    public synchronized void createCluster(String name) {
        clusters.add(name);
    }

    /** Makes it known; an older one of its family is forgotten. */
    public synchronized void register(TaskDefinition definition) {
        definitions.removeIf(known -> known.family().equals(definition.family()));
        definitions.add(definition);
    }

    public TaskFaults faults() {
        return faults;
    }

    /** The ARNs of all tasks, the oldest first. */
    public synchronized List<String> tasks() {
        return tasks.values().stream().map(Task::arn).toList();
    }

    /**
     * The file with what a task prints on both outputs, as long as the endpoint lives.
     *
     * @param task ARN or id
     * @throws AwsError InvalidParameterException
     */
    public Path log(String task) {
        return find(task).orElseThrow(Ecs::noTask).log();
    }

    /**
     * Has this done once a task has stopped; at once, if it has already.
     *
     * @param task ARN or id
     * @return whether there is such a task
     */
    public boolean whenStopped(String task, Runnable action) {
        var found = find(task);
        found.ifPresent(known -> known.whenOver(action));
        return found.isPresent();
    }

    private synchronized ObjectNode runTask(JsonRequest request) {
        var cluster = cluster(request);
        var definition = definition(request.required("taskDefinition"));
        var asked = RunTask.read(request, cluster, definition);
        var token = request.text("clientToken");
        var before = token.flatMap(known -> Optional.ofNullable(byToken.get(known)));
        if (before.isPresent()) {
            return before.get().again(request);
        }
        var answer = Json.object();
        var refusal = faults.nextRefusal();
        var failures = answer.putArray("failures");
        var started = answer.putArray("tasks");
        if (refusal.isPresent()) {
            failures.addObject().put("arn", Arn.cluster(cluster)).put("reason", refusal.get());
            return answer;
        }
        for (var count = RunTask.count(request); count > 0; count--) {
            var task = new Task(definition, asked, folder, time);
            tasks.put(task.id, task);
            started.add(task.json());
            task.start(faults.nextFailure());
        }
        token.ifPresent(known -> byToken.put(known, new RunTask(request, answer)));
        return answer;
    }

    private ObjectNode describeTasks(JsonRequest request) {
        cluster(request);
        var answer = Json.object();
        var failures = answer.putArray("failures");
        var described = answer.putArray("tasks");
        var names = request.texts("tasks");
        if (names.isEmpty() || names.size() > 100) {
            throw AwsError.of("InvalidParameterException", "Tasks must have at least one and at most 100 entries.");
        }
        for (var name : names) {
            find(name)
                    .ifPresentOrElse(
                            task -> described.add(task.json()),
                            () -> failures.addObject().put("arn", name).put("reason", "MISSING"));
        }
        return answer;
    }

    private ObjectNode stopTask(JsonRequest request) {
        cluster(request);
        var task = find(request.required("task")).orElseThrow(Ecs::noTask);
        task.stop(request.text("reason").orElse("Task stopped by user"));
        var answer = Json.object();
        answer.set("task", task.json());
        return answer;
    }

    private synchronized ObjectNode listTasks(JsonRequest request) {
        cluster(request);
        var status = request.text("desiredStatus").orElse("RUNNING");
        var found = tasks.values().stream()
                .filter(task -> task.state().desiredStatus().equals(status))
                .filter(task -> request.text("family")
                        .map(task.definition.family()::equals)
                        .orElse(true))
                .filter(task -> request.text("startedBy").isEmpty()
                        || request.text("startedBy").equals(task.asked.startedBy()))
                .toList();
        var page = page(found, request);
        var answer = Json.object();
        var arns = answer.putArray("taskArns");
        page.items().forEach(task -> arns.add(task.arn()));
        page.next().ifPresent(next -> answer.put("nextToken", next));
        return answer;
    }

    private static Page<Task> page(List<Task> found, JsonRequest request) {
        var size = request.number("maxResults").orElse(100);
        if (size < 1 || size > 100) {
            throw AwsError.of("InvalidParameterException", "maxResults must be between 1 and 100.");
        }
        try {
            return Page.of(found, task -> task.id, false, request.text("nextToken"), size);
        } catch (IllegalArgumentException e) {
            throw AwsError.of("InvalidParameterException", "Invalid token");
        }
    }

    /** Its name. */
    private synchronized String cluster(JsonRequest request) {
        var asked = request.text("cluster").orElse("default");
        return clusters.stream()
                .filter(name -> name.equals(asked) || Arn.cluster(name).equals(asked))
                .findFirst()
                .orElseThrow(() -> AwsError.of("ClusterNotFoundException", "Cluster not found."));
    }

    private TaskDefinition definition(String name) {
        return definitions.stream()
                .filter(definition -> definition.isNamed(name))
                .findFirst()
                .orElseThrow(() -> AwsError.of("ClientException", "TaskDefinition not found."));
    }

    private synchronized Optional<Task> find(String name) {
        return Optional.ofNullable(tasks.get(name.substring(name.lastIndexOf('/') + 1)))
                .filter(task -> task.id.equals(name) || task.arn().equals(name));
    }

    private static AwsError noTask() {
        return AwsError.of("InvalidParameterException", "The referenced task was not found.");
    }
}
