package steward.local.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

/** Misbehaves as it is told. */
public final class TestFunction implements RequestStreamHandler {
    private final AtomicInteger calls = new AtomicInteger();
    private final AtomicInteger ticks = new AtomicInteger();

    /** Refuses to start if it is told so. */
    public TestFunction() {
        if (System.getenv("REFUSE") != null) {
            throw new IllegalStateException("told to refuse");
        }
        Thread.ofPlatform().daemon().start(() -> {
            while (true) {
                ticks.incrementAndGet();
                sleep(5);
            }
        });
    }

    /** Is thrown. */
    public static final class Refused extends RuntimeException {
        Refused(String message) {
            super(message);
        }
    }

    @Override
    public void handleRequest(InputStream event, OutputStream response, Context context) throws IOException {
        String told = new String(event.readAllBytes(), StandardCharsets.UTF_8).replace("\"", "");
        switch (told) {
            case "throw" -> throw new Refused("told to throw");
            case "exit" -> Runtime.getRuntime().halt(3);
            case "kill" -> ProcessHandle.of(ProcessHandle.current().pid()).ifPresent(TestFunction::kill);
            case "sleep" -> sleep(600_000);
            case "much" -> response.write(new byte[6_291_557]);
            default ->
                response.write("{\"calls\": %d, \"ticks\": %d, \"pid\": %d, \"remaining\": %d, \"arn\": \"%s\"}"
                        .formatted(
                                calls.incrementAndGet(),
                                ticks.get(),
                                ProcessHandle.current().pid(),
                                context.getRemainingTimeInMillis(),
                                context.getInvokedFunctionArn())
                        .getBytes(StandardCharsets.UTF_8));
        }
    }

    private static void kill(ProcessHandle self) {
        try {
            new ProcessBuilder("/bin/sh", "-c", "kill -s KILL " + self.pid()).start();
            sleep(600_000);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void sleep(int milliseconds) {
        try {
            Thread.sleep(milliseconds);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
