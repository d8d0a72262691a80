package steward.task;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/** Runs pg_dump and pg_restore. They inherit nothing of our environment, and are killed when the task ends. */
final class Program {
    private final String doing;
    private final List<String> command;

    /**
     * A call of a program.
     *
     * @param doing what is being done, for messages
     */
    Program(String doing, Path program, List<String> arguments) {
        this.doing = doing;
        this.command = new ArrayList<>();
        command.add(program.toString());
        command.addAll(arguments);
    }

    /** Takes what a program writes to its standard output. */
    @FunctionalInterface
    interface Reader<T> {
        T read(InputStream output) throws IOException;
    }

    /**
     * Runs the program to its end.
     *
     * @param lines gets each line that it writes to its standard error; if it fails, so does this, and the program is ended
     * @throws RuntimeException one of {@link ProgramErrors} when it fails, whatever the reader has found
     */
    <T> T run(Consumer<String> lines, Reader<T> reader) {
        ProgramErrors errors = new ProgramErrors(doing);
        Process process = start();
        Thread killer = new Thread(() -> kill(process));
        Runtime.getRuntime().addShutdownHook(killer);
        try (ExecutorService threads = Executors.newSingleThreadExecutor()) {
            AtomicReference<RuntimeException> refused = new AtomicReference<>();
            Future<?> said = threads.submit(() -> {
                listen(process, errors, lines, refused);
                return null;
            });
            T result = read(process, reader, errors, refused);
            int code = process.waitFor();
            Futures.get(said);
            if (code != 0) {
                throw errors.failure(code);
            }
            return result;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(doing + ": interrupted", e);
        } finally {
            kill(process);
            removeHook(killer);
        }
    }

    private void listen(
            Process process, ProgramErrors errors, Consumer<String> lines, AtomicReference<RuntimeException> refused) {
        try (BufferedReader text = process.errorReader()) {
            text.lines().forEach(line -> {
                errors.add(line);
                try {
                    lines.accept(line);
                } catch (RuntimeException e) {
                    refused.set(e);
                    // Or it would wait for somebody to read what it says.
                    kill(process);
                    throw e;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(doing + ": its messages cannot be read", e);
        }
    }

    private Process start() {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().clear();
        builder.environment().put("LC_ALL", "C");
        try {
            Process process = builder.start();
            process.getOutputStream().close();
            return process;
        } catch (IOException e) {
            throw new UncheckedIOException(doing, e);
        }
    }

    /** A reader that finds nonsense does so because the program has failed, which says more. */
    private <T> T read(
            Process process, Reader<T> reader, ProgramErrors errors, AtomicReference<RuntimeException> refused)
            throws InterruptedException {
        RuntimeException failure;
        try {
            return reader.read(process.getInputStream());
        } catch (IOException e) {
            failure = new UncheckedIOException(doing, e);
        } catch (RuntimeException e) {
            failure = e;
        }
        kill(process);
        int code = process.waitFor();
        RuntimeException first = refused.get();
        if (first != null) {
            // With the program its output was closed.
            throw first;
        }
        if (errors.any()) {
            failure.addSuppressed(errors.failure(code));
        }
        throw failure;
    }

    private static void kill(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    private static void removeHook(Thread killer) {
        try {
            Runtime.getRuntime().removeShutdownHook(killer);
        } catch (IllegalStateException e) {
            // The task is ending, and the hook is at work.
            killer.interrupt();
        }
    }
}
