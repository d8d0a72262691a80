package steward.local.integration;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.model.EcsException;
import software.amazon.awssdk.services.ecs.model.RunTaskRequest;
import software.amazon.awssdk.services.ecs.model.RunTaskResponse;
import software.amazon.awssdk.services.ecs.model.Task;
import steward.local.asl.TaskCall;
import steward.local.asl.TaskFailed;
import steward.local.asl.Time;

/**
 * {@code ecs:runTask}, alone and with {@code .sync}.
 *
 * <p>Sure, from recorded executions: the shape of the result, with empty lists where ECS sends none, and {@code StartedBy}.
 * Documented: an answer with {@code Failures} fails a {@code .sync} task as {@code AmazonECS.Unknown}, not a plain one.
 * Reported by users: {@code States.TaskFailed} with the task as cause when the container's exit code is not 0 or it never
 * started; {@code ECS.ServerException}, {@code ECS.InvalidParameterException} and {@code ECS.ClientException} by name, and
 * {@code ECS.AmazonECSException} for errors that the SDK has no class for, such as lack of Fargate capacity. Not known: the
 * cause of {@code AmazonECS.Unknown}, and the reason with which Step Functions stops a task.
 *
 * @see <a href="https://docs.aws.amazon.com/step-functions/latest/dg/connect-ecs.html">Run Amazon ECS or Fargate
 *     tasks</a>
 */
final class RunTask {

    private static final Duration FIRST_POLL = Duration.ofMillis(20);
    private static final Duration LONGEST_POLL = Duration.ofMillis(100);
    /** Where events tell that a task is over. More often would take processor time from the task. */
    private static final Duration LONGEST_POLL_BESIDE_EVENTS = Duration.ofSeconds(5);

    private static final String STARTED_BY = "AWS Step Functions";

    private final EcsClient ecs;
    private final SdkCalls calls;
    private final Time time;
    private volatile TaskEvents events = TaskEvents.NONE;

    RunTask(EcsClient ecs, SdkCalls calls, Time time) {
        this.ecs = ecs;
        this.calls = calls;
        this.time = time;
    }

    void hear(TaskEvents events) {
        this.events = events;
    }

    /** Goes on as soon as ECS has answered. */
    JsonNode start(TaskCall call) throws TaskFailed {
        return SdkResponses.submitted(begin(request(call.arguments())));
    }

    /** Waits until the task is STOPPED. */
    JsonNode startAndWait(TaskCall call) throws TaskFailed, InterruptedException {
        RunTaskResponse started = begin(request(call.arguments()));
        ObjectNode submitted = SdkResponses.submitted(started);
        if (!started.failures().isEmpty() || started.tasks().size() != 1) {
            throw new TaskFailed("AmazonECS.Unknown", Json.text(submitted.path("Failures")));
        }
        call.progress().submitted(submitted);
        Task over = await(started.tasks().getFirst());
        ObjectNode description = SdkResponses.sorted(SdkResponses.MILLISECONDS.json(over));
        if (!hasSucceeded(over)) {
            throw new TaskFailed("States.TaskFailed", Json.text(description));
        }
        return description;
    }

    private static boolean hasSucceeded(Task task) {
        return task.containers().stream().allMatch(container -> Objects.equals(container.exitCode(), 0));
    }

    private static RunTaskRequest request(JsonNode arguments) throws TaskFailed {
        try {
            RunTaskRequest.Builder builder = RunTaskRequest.builder();
            RunTaskRequest request = (RunTaskRequest) SdkRequests.build((SdkPojo) builder, arguments, "");
            return request.startedBy() == null
                    ? request.toBuilder().startedBy(STARTED_BY).build()
                    : request;
        } catch (InvalidArguments e) {
            throw e.failing(arguments);
        }
    }

    /** Waits for the answer in any case: a task that nobody knows of could not be stopped. */
    private RunTaskResponse begin(RunTaskRequest request) throws TaskFailed {
        try {
            return calls.awaitToTheEnd(() -> ecs.runTask(request));
        } catch (EcsException e) {
            throw failure(e);
        } catch (SdkClientException e) {
            throw new TaskFailed("ECS.SdkClientException", String.valueOf(e.getMessage()));
        }
    }

    private Task await(Task task) throws TaskFailed, InterruptedException {
        try {
            // Not the waking alone: whatever waits for the answer of a call takes that for its own.
            AtomicBoolean over = new AtomicBoolean();
            Time.Strand waiting = time.current();
            boolean told = events.whenStopped(task.taskArn(), () -> {
                over.set(true);
                waiting.wake();
            });
            Duration longest = told ? LONGEST_POLL_BESIDE_EVENTS : LONGEST_POLL;
            Duration poll = FIRST_POLL;
            while (true) {
                Task now = calls.await(() -> describe(task));
                if (now.lastStatus().equals("STOPPED")) {
                    return now;
                }
                if (told) {
                    await(over, poll);
                } else {
                    time.sleep(poll);
                }
                poll = poll.multipliedBy(2).compareTo(longest) < 0 ? poll.multipliedBy(2) : longest;
            }
        } catch (InterruptedException e) {
            // A job that was started with .sync ends with its state, when that times out or its execution is stopped.
            calls.awaitToTheEnd(
                    () -> ecs.stopTask(it -> it.cluster(task.clusterArn()).task(task.taskArn())));
            throw e;
        } catch (EcsException e) {
            throw failure(e);
        }
    }

    private void await(AtomicBoolean over, Duration atMost) throws InterruptedException {
        if (!over.get()) {
            time.await(time.now().plus(atMost));
        }
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
    }

    private Task describe(Task task) {
        List<Task> found = ecs.describeTasks(it -> it.cluster(task.clusterArn()).tasks(task.taskArn()))
                .tasks();
        return found.getFirst();
    }

    /** Name and text as of the first SDK for Java, which Step Functions' optimised integrations show. */
    private static TaskFailed failure(EcsException e) {
        String name = e.getClass().getSimpleName();
        return new TaskFailed(
                "ECS." + (name.equals("EcsException") ? "AmazonECSException" : name),
                String.format(
                        Locale.ROOT,
                        "%s (Service: AmazonECS; Status Code: %d; Error Code: %s; Request ID: %s; Proxy: null)",
                        e.awsErrorDetails().errorMessage(),
                        e.statusCode(),
                        e.awsErrorDetails().errorCode(),
                        e.requestId()));
    }
}
