package steward.task;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
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
     * @param lines gets each line that it writes to its standard error
     * @throws RuntimeException one of {@link ProgramErrors} when it fails, whatever the reader has found
     */
    <T> T run(Consumer<String> lines, Reader<T> reader) {
        ProgramErrors errors = new ProgramErrors(doing);
        Process process = start();
        Thread killer = new Thread(() -> kill(process));
        Runtime.getRuntime().addShutdownHook(killer);
        try (ExecutorService threads = Executors.newSingleThreadExecutor()) {
            Future<?> said = threads.submit(() -> {
                try (BufferedReader text = process.errorReader()) {
                    text.lines().forEach(line -> {
                        errors.add(line);
                        lines.accept(line);
                    });
                }
                return null;
            });
            T result = read(process, reader, errors);
            int code = process.waitFor();
            said.get();
            if (code != 0) {
                throw errors.failure(code);
            }
            return result;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(doing + ": interrupted", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(doing + ": its messages cannot be read", e);
        } finally {
            kill(process);
            removeHook(killer);
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
    private <T> T read(Process process, Reader<T> reader, ProgramErrors errors) throws InterruptedException {
        try {
            return reader.read(process.getInputStream());
        } catch (IOException e) {
            throw new UncheckedIOException(doing, e);
        } catch (RuntimeException e) {
            kill(process);
            if (errors.any()) {
                e.addSuppressed(errors.failure(process.waitFor()));
            }
            throw e;
        }
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
