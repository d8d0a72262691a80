package steward.local.aws;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The processes of one task: a group in a session of its own, working in a folder of its own. */
final class TaskProcess {

    private static final Path NOTHING = Path.of("/dev/null");

    private final Process process;
    private final Path storage;
    private final GuardedFolder guard;

    private TaskProcess(Process process, Path storage, GuardedFolder guard) {
        this.process = process;
        this.storage = storage;
        this.guard = guard;
    }

    /**
     * Starts it.
     *
     * @param environment all of it: nothing of ours is added
     * @param storage made here
     * @throws IOException if the program cannot be started
     */
    static TaskProcess start(
            List<String> command, Map<String, String> environment, Path storage, Path log, GuardedFolder guard)
            throws IOException {
        if (!Files.isExecutable(Path.of(command.getFirst())) || Files.isDirectory(Path.of(command.getFirst()))) {
            throw new IOException("exec: \"" + command.getFirst() + "\": no such executable file");
        }
        Files.createDirectory(storage);
        // A session of its own makes it a process group of its own, whose number is the program's process id.
        var builder = new ProcessBuilder(
                        Stream.concat(Stream.of(setsid()), command.stream()).toList())
                .directory(storage.toFile())
                .redirectInput(NOTHING.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        var started = new TaskProcess(builder.start(), storage, guard);
        guard.guard(started.process.pid());
        return started;
    }

    private static String setsid() throws IOException {
        return Stream.of("/usr/bin/setsid", "/bin/setsid")
                .filter(program -> Files.isExecutable(Path.of(program)))
                .findFirst()
                .orElseThrow(() -> new IOException("there is no setsid: install util-linux"));
    }

    /** Waits until the program has ended; then kills what it left running, and deletes its folder. */
    int await() throws InterruptedException {
        var code = process.waitFor();
        signal("KILL");
        killRest();
        guard.release(process.pid());
        delete();
        return code;
    }

    /** Asks it to end, and kills it when it has not done so in time. Returns at once. */
    void stop(Duration timeout) {
        if (!signal("TERM")) {
            process.destroy();
        }
        Thread.ofPlatform().daemon().name("stop task").start(() -> killAfter(timeout));
    }

    private void killAfter(Duration timeout) {
        try {
            if (process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        signal("KILL");
        process.destroyForcibly();
    }

    /** To the whole group; false if there is none, yet or any more. */
    private boolean signal(String name) {
        try {
            return new ProcessBuilder(
                                    "/bin/sh",
                                    "-c",
                                    "kill -s \"$1\" -- \"-$2\"",
                                    "kill",
                                    name,
                                    Long.toString(process.pid()))
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            throw new UncheckedIOException("signalling a task", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** A container takes its processes with it, also those that left the group. */
    private void killRest() {
        for (var rest = GuardedFolder.processesIn(storage);
                !rest.isEmpty();
                rest = GuardedFolder.processesIn(storage)) {
            rest.forEach(ProcessHandle::destroyForcibly);
            rest.forEach(killed -> killed.onExit()
                    .completeOnTimeout(killed, 1, TimeUnit.SECONDS)
                    .join());
        }
    }

    private void delete() {
        try (var all = Files.walk(storage)) {
            for (var path : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("deleting the storage of a task", e);
        }
    }
}
