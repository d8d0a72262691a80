package steward.local.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.jspecify.annotations.Nullable;
import steward.local.asl.TaskFailed;
import steward.local.integration.FunctionFailed;

/** Runs functions as Lambda does: each call in a process of its own, which later calls find warm. */
public final class FunctionProcesses implements AutoCloseable {
    /** Lambda ends what nobody has called for some minutes; how many, it does not say. */
    static final Duration LONGEST_REST = Duration.ofMinutes(5);

    private final Path folder;
    private final LambdaRuntime runtime;
    private final Path task;
    private final InstantSource clock;
    /** By function; who was used last comes first. */
    private final Map<String, Deque<Resting>> idle = new HashMap<>();

    private final Map<String, Integer> started = new HashMap<>();
    private final Set<ExecutionEnvironment> all = new HashSet<>();
    private boolean closed;

    private record Resting(ExecutionEnvironment environment, Instant since) {}

    /** Not every owner lives to close it, and a frozen process does not notice that its parent is gone. */
    private final Thread atExit = new Thread(this::endAll, "end function processes");

    /**
     * Unpacks what is deployed.
     *
     * @param zip the functions' zip
     * @param runtime starts it
     */
    public FunctionProcesses(Path zip, LambdaRuntime runtime) {
        this(zip, runtime, InstantSource.system());
    }

    FunctionProcesses(Path zip, LambdaRuntime runtime, InstantSource clock) {
        this.runtime = runtime;
        this.clock = clock;
        try {
            this.folder = Files.createTempDirectory("steward-functions-");
            this.task = Files.createDirectory(folder.resolve("task"));
            unpack(zip, task);
        } catch (IOException e) {
            throw new UncheckedIOException("unpacking " + zip + ": mvn package makes it", e);
        }
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    private static void unpack(Path zip, Path into) throws IOException {
        try (ZipInputStream entries = new ZipInputStream(Files.newInputStream(zip))) {
            for (ZipEntry entry = entries.getNextEntry(); entry != null; entry = entries.getNextEntry()) {
                Path file = into.resolve(entry.getName()).normalize();
                if (!file.startsWith(into)) {
                    throw new IOException(entry.getName() + " leads out of the folder");
                }
                if (entry.isDirectory()) {
                    Files.createDirectories(file);
                } else {
                    Files.createDirectories(file.getParent());
                    Files.copy(entries, file);
                }
            }
        }
    }

    /**
     * An entry point that has the work done by a process.
     *
     * @param function asked at every call: after a change new processes are started, as after a deployment
     */
    public RequestStreamHandler handler(Supplier<DeployedFunction> function) {
        return (event, response, context) -> run(function.get(), event, response, context);
    }

    private void run(DeployedFunction function, InputStream event, OutputStream response, Context context)
            throws IOException {
        ExecutionEnvironment environment = take(function);
        Answer answer;
        try {
            answer = environment.run(new Invocation(context, event.readAllBytes()));
        } catch (InterruptedException e) {
            // Its time was up, or nobody waits for it any more.
            end(environment);
            throw (IOException) new InterruptedIOException(function.name()).initCause(e);
        }
        giveBack(environment);
        switch (answer) {
            case Answer.Response ended -> response.write(ended.text().getBytes(StandardCharsets.UTF_8));
            case Answer.Failure ended -> throw new FunctionFailed(new TaskFailed(ended.type(), ended.report()));
        }
    }

    /**
     * Starts a process as far as Lambda does before it takes a snapshot; the next call goes on from there.
     *
     * @return its id
     */
    public long prepare(DeployedFunction function) throws InterruptedException {
        ExecutionEnvironment environment = start(function);
        environment.awaitStart();
        giveBack(environment);
        return environment.pid();
    }

    private ExecutionEnvironment take(DeployedFunction function) {
        ExecutionEnvironment found = takeIdle(function);
        return found == null ? start(function) : found;
    }

    private ExecutionEnvironment start(DeployedFunction function) {
        ExecutionEnvironment environment = ExecutionEnvironment.start(
                function, new ExecutionEnvironment.Surroundings(runtime, task, log(function.name())));
        synchronized (this) {
            if (!closed) {
                all.add(environment);
                started.merge(function.name(), 1, Integer::sum);
                return environment;
            }
        }
        environment.close();
        throw new IllegalStateException("function " + function.name() + " is gone");
    }

    private @Nullable ExecutionEnvironment takeIdle(DeployedFunction function) {
        List<ExecutionEnvironment> outdated = new ArrayList<>();
        try {
            synchronized (this) {
                outdated.addAll(takeForgotten());
                Deque<Resting> resting = idle.computeIfAbsent(function.name(), key -> new ArrayDeque<>());
                while (!resting.isEmpty()) {
                    ExecutionEnvironment environment = resting.pop().environment();
                    if (environment.alive() && environment.function().equals(function)) {
                        return environment;
                    }
                    outdated.add(environment);
                }
            }
            return null;
        } finally {
            outdated.forEach(this::end);
        }
    }

    private void giveBack(ExecutionEnvironment environment) {
        if (!environment.alive()) {
            end(environment);
            return;
        }
        synchronized (this) {
            idle.computeIfAbsent(environment.function().name(), key -> new ArrayDeque<>())
                    .push(new Resting(environment, clock.instant()));
        }
    }

    /** Those that have rested for too long, of all functions: at one end of each queue. */
    private synchronized List<ExecutionEnvironment> takeForgotten() {
        Instant oldest = clock.instant().minus(LONGEST_REST);
        List<ExecutionEnvironment> forgotten = new ArrayList<>();
        for (Deque<Resting> resting : idle.values()) {
            while (!resting.isEmpty() && resting.getLast().since().isBefore(oldest)) {
                forgotten.add(resting.removeLast().environment());
            }
        }
        return forgotten;
    }

    private void end(ExecutionEnvironment environment) {
        environment.close();
        synchronized (this) {
            all.remove(environment);
        }
    }

    /** How many processes were started for a function: so many of its calls found it cold. */
    public synchronized int started(String name) {
        return started.getOrDefault(name, 0);
    }

    /** The CPU time of the process that was used last and now rests. */
    public synchronized Duration cpu(String name) {
        return Optional.ofNullable(idle.get(name))
                .map(Deque::peek)
                .map(Resting::environment)
                .map(ExecutionEnvironment::cpu)
                .orElse(Duration.ZERO);
    }

    /** What a function and its runtime print. */
    public Path log(String name) {
        return folder.resolve(name + ".log");
    }

    /** Ends all that rest, so that the next calls find their functions cold. */
    public void cool() {
        List<ExecutionEnvironment> resting = new ArrayList<>();
        synchronized (this) {
            idle.values().stream()
                    .flatMap(Deque::stream)
                    .map(Resting::environment)
                    .forEach(resting::add);
            idle.clear();
        }
        resting.forEach(this::end);
    }

    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException e) {
            // The JVM ends: whoever comes second, the hook or its owner, has nothing left to do.
        }
        endAll();
    }

    private void endAll() {
        List<ExecutionEnvironment> left;
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            left = List.copyOf(all);
        }
        left.forEach(this::end);
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("deleting " + folder, e);
        }
    }
}
