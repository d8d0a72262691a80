package steward.local.lambda;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/**
 * One process of a function, and all that Lambda gives it. It is frozen while it has nothing to do.
 *
 * @see <a href="https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html">Execution environment</a>
 */
final class ExecutionEnvironment implements AutoCloseable {
    private final DeployedFunction function;
    private final RuntimeApi api;
    private final Optional<ContainerCredentials> credentials;
    private final Process process;
    private final CountDownLatch ready = new CountDownLatch(1);
    private boolean frozen;

    /** The runtime, where the function's code is unpacked, and where the function writes its log. */
    record Surroundings(LambdaRuntime runtime, Path task, Path log) {}

    private ExecutionEnvironment(DeployedFunction function, Surroundings surroundings) throws IOException {
        this.function = function;
        this.api = new RuntimeApi(this::freeze);
        this.credentials =
                function.snapStart() ? Optional.of(new ContainerCredentials(function.environment())) : Optional.empty();
        this.process = start(surroundings);
        Thread.ofVirtual().start(this::awaitExit);
    }

    static ExecutionEnvironment start(DeployedFunction function, Surroundings surroundings) {
        try {
            return new ExecutionEnvironment(function, surroundings);
        } catch (IOException e) {
            throw new UncheckedIOException("starting function " + function.name(), e);
        }
    }

    private Process start(Surroundings surroundings) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(surroundings.runtime().command(function))
                .directory(surroundings.task().toFile())
                .redirectErrorStream(true)
                .redirectOutput(
                        ProcessBuilder.Redirect.appendTo(surroundings.log().toFile()));
        builder.environment().clear();
        builder.environment()
                .putAll(credentials.map(ContainerCredentials::instead).orElse(function.environment()));
        builder.environment().putAll(ofLambda(surroundings));
        return builder.start();
    }

    /** <a href="https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html">What Lambda sets.</a> */
    private Map<String, String> ofLambda(Surroundings surroundings) {
        return Map.of(
                "AWS_LAMBDA_RUNTIME_API",
                api.address(),
                "_HANDLER",
                function.handler(),
                "LAMBDA_TASK_ROOT",
                surroundings.task().toString(),
                "AWS_LAMBDA_FUNCTION_NAME",
                function.name(),
                "AWS_LAMBDA_FUNCTION_VERSION",
                function.snapStart() ? "1" : "$LATEST",
                "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
                Integer.toString(function.memory()),
                "AWS_LAMBDA_LOG_GROUP_NAME",
                "/aws/lambda/" + function.name(),
                "AWS_LAMBDA_LOG_STREAM_NAME",
                "local",
                "AWS_LAMBDA_INITIALIZATION_TYPE",
                function.snapStart() ? "snap-start" : "on-demand",
                "LANG",
                "en_US.UTF-8");
    }

    DeployedFunction function() {
        return function;
    }

    /** Whether it can be called. */
    boolean alive() {
        return process.isAlive();
    }

    /** Has it work. Whoever does not wait for the end has to {@link #close()} it. */
    Answer run(Invocation invocation) throws InterruptedException {
        synchronized (this) {
            api.give(invocation);
            thaw();
        }
        if (!process.isAlive()) {
            exited();
        }
        return invocation.await();
    }

    /** Nothing of it goes on while it has nothing to do. */
    private synchronized void freeze() {
        if (!api.hasWork() && !frozen) {
            signal("STOP");
            frozen = true;
            ready.countDown();
        }
    }

    /** Waits until it has started, and is frozen. */
    void awaitStart() throws InterruptedException {
        ready.await();
    }

    /** Used so far, to a hundredth of a second. */
    Duration cpu() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    long pid() {
        return process.pid();
    }

    private void thaw() {
        if (frozen) {
            signal("CONT");
            frozen = false;
        }
    }

    private void awaitExit() {
        try {
            process.waitFor();
            exited();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void exited() {
        int code = process.exitValue();
        // As a shell has it, and Java too: 128 and the signal.
        String how = code == 137 ? "signal: killed" : "exit status " + code;
        api.end(new Answer.Failure(
                "Runtime.ExitError",
                RuntimeApi.report("Runtime.ExitError", "Error: Runtime exited with error: " + how)));
    }

    private void signal(String name) {
        try {
            new ProcessBuilder("/bin/sh", "-c", "kill -s " + name + " " + process.pid())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException("signalling function " + function.name(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** As Lambda ends one, also in the middle of its work. */
    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
        credentials.ifPresent(ContainerCredentials::close);
        api.close();
    }
}
