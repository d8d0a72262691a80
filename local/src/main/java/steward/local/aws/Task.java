package steward.local.aws;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import steward.local.asl.Time;

/** One task from RunTask on; it stays when it is over. */
final class Task {

    private static final System.Logger LOG = System.getLogger(Task.class.getName());

    final String id = UUID.randomUUID().toString().replace("-", "");
    final String containerId = UUID.randomUUID().toString();
    final TaskDefinition definition;
    final Asked asked;
    final Instant created;
    private final Path log;
    private final GuardedFolder folder;
    private final Time time;
    private TaskState state = TaskState.PROVISIONING;
    private @Nullable TaskProcess process;
    private final List<Runnable> whenOver = new ArrayList<>();

    /** What RunTask said of it. */
    record Asked(
            String cluster,
            TaskOverrides overrides,
            Network network,
            String group,
            Optional<String> startedBy,
            Map<String, String> tags) {}

    /** Where it is in the network: nowhere, in fact. */
    record Network(List<String> subnets, List<String> securityGroups) {}

    Task(TaskDefinition definition, Asked asked, GuardedFolder folder, Time time) {
        this.definition = definition;
        this.asked = asked;
        this.folder = folder;
        this.time = time;
        this.created = time.now();
        this.log = folder.next("task-" + id + "-log-");
    }

    String arn() {
        return Arn.task(asked.cluster(), id);
    }

    /** Standard output and error of the program. */
    Path log() {
        return log;
    }

    synchronized TaskState state() {
        return state;
    }

    ObjectNode json() {
        return TaskJson.of(this, state());
    }

    /** Does this once it is over. */
    synchronized void whenOver(Runnable action) {
        if (state.isOver()) {
            action.run();
        } else {
            whenOver.add(action);
        }
    }

    private synchronized void over(TaskState stopping) {
        state = stopping.over(time.now());
        whenOver.forEach(Runnable::run);
        whenOver.clear();
    }

    /** Starts the program soon. */
    void start(Optional<String> failure) {
        Thread.ofPlatform().daemon().name("task " + id).start(() -> run(failure));
    }

    /** Stops it soon; without effect if it is over. */
    synchronized void stop(String reason) {
        if (state.isOver() || state.desiredStatus().equals("STOPPED")) {
            return;
        }
        state = state.stopping(time.now(), "UserInitiated", reason);
        if (process != null) {
            process.stop(definition.stopTimeout());
        }
    }

    private void run(Optional<String> failure) {
        try {
            var started = begin(failure);
            if (started.isPresent()) {
                end(started.get().await());
            }
        } catch (IOException e) {
            fail("CannotStartContainerError: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            if (folder.isClosed()) {
                // Its processes and files are taken away under it: nobody asks any more how it ended.
                return;
            }
            LOG.log(System.Logger.Level.ERROR, () -> arn() + " met a defect", e);
            fail("InternalError: " + e.getMessage());
        }
    }

    private synchronized Optional<TaskProcess> begin(Optional<String> failure) throws IOException {
        if (state.desiredStatus().equals("STOPPED")) {
            over(state);
            return Optional.empty();
        }
        state = state.pending();
        if (failure.isPresent()) {
            fail(failure.get());
            return Optional.empty();
        }
        var storage = folder.next("task-" + id + "-storage-");
        var started = TaskProcess.start(command(), environment(storage), storage, log, folder);
        process = started;
        state = state.running(time.now());
        return Optional.of(started);
    }

    private List<String> command() {
        var command = new ArrayList<>(definition.command());
        command.addAll(asked.overrides().command());
        return command;
    }

    private Map<String, String> environment(Path storage) {
        var environment = new HashMap<>(definition.environment());
        environment.put(definition.storage(), storage.toString());
        environment.putAll(asked.overrides().environment());
        return environment;
    }

    private synchronized void end(int exitCode) {
        over(state.exited(exitCode)
                .stopping(time.now(), "EssentialContainerExited", "Essential container in task exited"));
    }

    private synchronized void fail(String reason) {
        over(state.failed(reason).stopping(time.now(), "TaskFailedToStart", reason));
    }
}
