package steward.local.aws;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A temporary folder with processes that work in it. Both are gone when this JVM is, however it ends: a shell of its
 * own session waits for that. Made when it is first asked for, so that an endpoint without either costs nothing.
 */
final class GuardedFolder implements AutoCloseable {

    private static final String GUARD = resource("guard.sh");
    private static final long PATIENCE_SECONDS = 30;

    private final AtomicLong names = new AtomicLong();
    private @Nullable Path path;
    private @Nullable Process guard;
    private boolean closed;

    /** A name for a file or folder that does not exist yet. */
    Path next(String prefix) {
        return path().resolve(prefix + names.incrementAndGet());
    }

    /** Has this process group killed with the JVM. */
    synchronized void guard(long group) {
        tell("add " + group);
    }

    /** The group is over: its number may be another's soon. */
    synchronized void release(long group) {
        tell("remove " + group);
    }

    private synchronized Path path() {
        if (closed) {
            throw new IllegalStateException("the endpoint is closed");
        }
        if (path != null) {
            return path;
        }
        try {
            var made = Files.createTempDirectory(parent(), "steward-").toRealPath();
            guard = new ProcessBuilder("setsid", "sh", "-c", GUARD, "guard", made.toString())
                    .directory(Path.of("/").toFile())
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            path = made;
            return made;
        } catch (IOException e) {
            throw new UncheckedIOException("making a temporary folder", e);
        }
    }

    /** The system property {@code steward.local.data}, or java.io.tmpdir. */
    private static Path parent() {
        return Path.of(Optional.ofNullable(System.getProperty("steward.local.data"))
                .orElseGet(() -> System.getProperty("java.io.tmpdir")));
    }

    /** Whether what works in it is being killed. */
    synchronized boolean isClosed() {
        return closed;
    }

    private void tell(String order) {
        if (closed) {
            return;
        }
        if (guard == null) {
            throw new IllegalStateException("nobody guards: " + order);
        }
        try {
            var orders = guard.getOutputStream();
            orders.write((order + "\n").getBytes(StandardCharsets.US_ASCII));
            orders.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("the guard of " + path + " is gone", e);
        }
    }

    /** Kills what works in the folder and deletes it. */
    @Override
    public void close() {
        var waiting = end();
        if (waiting.isPresent()) {
            await(waiting.get());
        }
    }

    private synchronized Optional<Process> end() {
        closed = true;
        return Optional.ofNullable(guard);
    }

    private void await(Process guard) {
        try {
            guard.getOutputStream().close();
            if (!guard.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException("the guard does not delete " + path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("closing the guard of " + path, e);
        } catch (InterruptedException e) {
            // The guard goes on by itself.
            Thread.currentThread().interrupt();
        }
    }

    /** The processes whose working directory is the folder or below it. */
    static List<ProcessHandle> processesIn(Path folder) {
        try (var all = ProcessHandle.allProcesses()) {
            return all.filter(process -> worksIn(process, folder)).toList();
        }
    }

    private static boolean worksIn(ProcessHandle process, Path folder) {
        try {
            return Files.readSymbolicLink(Path.of("/proc", String.valueOf(process.pid()), "cwd"))
                    .startsWith(folder);
        } catch (IOException endedOrNotOurs) {
            return false;
        }
    }

    private static String resource(String name) {
        try (InputStream stream = GuardedFolder.class.getResourceAsStream(name)) {
            if (stream == null) {
                throw new IllegalStateException("the build lost " + name);
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(name, e);
        }
    }
}
