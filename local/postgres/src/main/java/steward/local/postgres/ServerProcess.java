package steward.local.postgres;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The operating system's processes of one running server. */
final class ServerProcess {
    private static final Duration START = Duration.ofSeconds(60);
    private static final Duration STOP = Duration.ofSeconds(60);
    private static final Duration QUIT = Duration.ofSeconds(5);
    private static final long POLL_MILLISECONDS = 5;

    private final Process watchdog;

    private ServerProcess(Process watchdog) {
        this.watchdog = watchdog;
    }

    /**
     * Starts the server on this data folder and waits until it takes connections.
     *
     * @return empty when its port is taken by somebody else
     * @throws ServerFailed when it does not start otherwise, with the end of its log
     */
    static Optional<ServerProcess> start(PostgresInstallation installation, Path data, Path log) {
        try {
            long logBefore = Files.exists(log) ? Files.size(log) : 0;
            String before = firstLine(data);
            ProcessBuilder builder = new ProcessBuilder(watchdog(installation, data, log))
                    .directory(Path.of("/").toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD);
            // Neither our credentials nor anybody's PGPORT are for the server.
            builder.environment().keySet().retainAll(List.of("PATH"));
            ServerProcess process = new ServerProcess(builder.start());
            if (process.waitUntilReady(data, before)) return Optional.of(process);
            // Names in a log are in the encoding of their database.
            String said = Files.readString(log, StandardCharsets.ISO_8859_1).substring((int) logBefore);
            if (said.contains("could not bind IPv4 address")) return Optional.empty();
            throw new ServerFailed(
                    "starting Postgres %s in %s: %s".formatted(installation.version(), data, said.strip()));
        } catch (IOException failure) {
            throw new ServerFailed("starting Postgres %s in %s".formatted(installation.version(), data), failure);
        }
    }

    private static List<String> watchdog(PostgresInstallation installation, Path data, Path log) {
        List<String> shell = ServerUser.command(List.of(
                "sh",
                "-c",
                Resources.text("watchdog.sh"),
                "watchdog",
                installation.program("postgres"),
                data.toString(),
                log.toString()));
        // A session of its own: Ctrl-C in our terminal is for the JVM, which then stops its servers in order.
        return Stream.concat(Stream.of("setsid"), shell.stream()).toList();
    }

    private boolean waitUntilReady(Path data, String before) throws IOException {
        Instant deadline = Instant.now().plus(START);
        while (Instant.now().isBefore(deadline)) {
            if (ready(data, before)) return true;
            if (waitFor(POLL_MILLISECONDS)) return false;
        }
        kill();
        return false;
    }

    /** The server writes its state into the eighth line of its lock file, whose first line is its process id. */
    private static boolean ready(Path data, String before) throws IOException {
        List<String> lines = lockFile(data);
        return lines.size() >= 8
                && !lines.getFirst().equals(before)
                && lines.get(7).strip().equals("ready");
    }

    /** Of the lock file that a crashed server left; it is the new server's to judge whether the old one is gone. */
    private static String firstLine(Path data) throws IOException {
        return lockFile(data).stream().findFirst().orElse("");
    }

    private static List<String> lockFile(Path data) throws IOException {
        try {
            return Files.readAllLines(data.resolve("postmaster.pid"), StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException none) {
            return List.of();
        }
    }

    /** Stops it in order: sessions are ended, everything is written. */
    void stop() {
        end("INT");
    }

    /** Stops it at once, as a power cut would. */
    void abort() {
        end("QUIT");
    }

    boolean running() {
        return watchdog.isAlive();
    }

    private void end(String signal) {
        try (var orders = watchdog.getOutputStream()) {
            orders.write((signal + "\n").getBytes(StandardCharsets.US_ASCII));
            orders.flush();
            if (!waitFor(STOP.toMillis())) {
                kill();
                throw new ServerFailed("the server did not stop within %s and was killed".formatted(STOP));
            }
        } catch (IOException gone) {
            // The pipe is broken because the server ended by itself: that is what was asked for.
            if (!waitFor(STOP.toMillis())) throw new ServerFailed("stopping the server", gone);
        }
    }

    private void kill() {
        watchdog.descendants().forEach(ProcessHandle::destroyForcibly);
        watchdog.destroyForcibly();
        waitFor(STOP.toMillis());
    }

    private boolean waitFor(long milliseconds) {
        try {
            return watchdog.waitFor(milliseconds, TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            kill();
            throw new ServerFailed("waiting for the server", interrupted);
        }
    }

    /** Ends what still runs on data below this folder: servers whose watchdog was killed together with their JVM. */
    static void endLeftovers(Path folder) {
        List<ProcessHandle> leftovers = ProcessHandle.allProcesses()
                .filter(process -> worksIn(process, folder))
                .toList();
        if (leftovers.isEmpty()) return;
        // A server that is killed outright leaves its shared memory behind.
        List<String> pids =
                leftovers.stream().map(process -> String.valueOf(process.pid())).toList();
        String quit = "for pid; do kill -s QUIT \"$pid\" 2>/dev/null || :; done";
        Command.run(
                Stream.concat(Stream.of("sh", "-c", quit, "sh"), pids.stream()).toList());
        leftovers.forEach(ServerProcess::waitOrKill);
    }

    private static void waitOrKill(ProcessHandle process) {
        process.onExit()
                .completeOnTimeout(process, QUIT.toMillis(), TimeUnit.MILLISECONDS)
                .join();
        process.destroyForcibly();
    }

    private static boolean worksIn(ProcessHandle process, Path folder) {
        try {
            return Files.readSymbolicLink(Path.of("/proc", String.valueOf(process.pid()), "cwd"))
                    .startsWith(folder);
        } catch (IOException notOurs) {
            // It has ended meanwhile, or belongs to somebody whose processes we may not look at.
            return false;
        }
    }
}
