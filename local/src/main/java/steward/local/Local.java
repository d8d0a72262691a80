package steward.local;

import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import steward.local.asl.Time;
import steward.local.postgres.Majors;

/** Serves Steward on this machine until it is told to stop; see {@code scripts/local}. */
public final class Local {
    private static final String USAGE =
            "usage: scripts/local [--port N] [--postgres 14,17] [--faster 60] [--processes]";

    private Local() {}

    /** How much faster time runs while everybody waits, unless told otherwise: RDS takes seconds, not minutes. */
    static final int FASTER = 60;

    private record Arguments(int port, List<Integer> majors, int faster, boolean processes) {}

    /** Serves until SIGINT or SIGTERM. */
    public static void main(String[] arguments) throws InterruptedException {
        Arguments asked;
        try {
            asked = parse(new ArrayDeque<>(List.of(arguments)));
        } catch (IllegalArgumentException e) {
            System.err.println("scripts/local: " + e.getMessage());
            System.err.println(USAGE);
            System.exit(2);
            return;
        }
        try {
            serve(asked);
        } catch (UncheckedIOException e) {
            System.err.println("scripts/local: " + e.getMessage() + ": " + e.getCause());
            System.exit(1);
        }
    }

    private static Arguments parse(Deque<String> arguments) {
        int port = 0;
        List<Integer> majors = Majors.supported();
        int faster = FASTER;
        boolean processes = false;
        while (!arguments.isEmpty()) {
            String option = arguments.pop();
            if (option.equals("--processes")) {
                processes = true;
                continue;
            }
            if (!List.of("--port", "--postgres", "--faster").contains(option)) {
                throw new IllegalArgumentException("unknown argument " + option);
            }
            if (arguments.isEmpty()) {
                throw new IllegalArgumentException(option + " needs a value");
            }
            String value = arguments.pop();
            if (option.equals("--port")) {
                port = port(value);
                continue;
            }
            if (option.equals("--faster")) {
                faster = faster(value);
                continue;
            }
            majors = Majors.parse(value);
        }
        return new Arguments(port, majors, faster, processes);
    }

    private static int faster(String value) {
        if (!value.matches("[1-9]\\d{0,3}")) {
            throw new IllegalArgumentException("--faster must be a number from 1 to 9999");
        }
        return Integer.parseInt(value);
    }

    private static int port(String value) {
        if (!value.matches("\\d{1,5}") || Integer.parseInt(value) > 65_535) {
            throw new IllegalArgumentException("--port must be a number from 0 to 65535");
        }
        return Integer.parseInt(value);
    }

    private static void serve(Arguments asked) throws InterruptedException {
        CountDownLatch stopped = new CountDownLatch(1);
        CountDownLatch told = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            told.countDown();
            awaitQuietly(stopped);
        }));
        try (Servers servers = Servers.start(asked.majors());
                Installation installation = Installation.start(
                        asked.port(),
                        Time.faster(asked.faster()),
                        servers.byInstance(),
                        asked.processes() ? FunctionRunner.inProcesses() : FunctionRunner.inThisJvm());
                RdsClock clock = new RdsClock(installation.endpoint().rds())) {
            clock.start();
            announce(servers, installation, asked.faster());
            told.await();
        } finally {
            stopped.countDown();
        }
    }

    /** The JVM ends when its shutdown hooks do: this one waits until the servers are gone. */
    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void announce(Servers servers, Installation installation, int faster) {
        System.out.println("endpoint " + installation.endpoint().uri());
        servers.byInstance()
                .forEach(
                        (name, server) -> System.out.printf("instance %s %s:%d%n", name, server.host(), server.port()));
        System.out.printf("time runs %d times faster while everybody waits%n", faster);
        export("AWS_ENDPOINT_URL", installation.endpoint().uri().toString());
        export("AWS_REGION", Installation.REGION.id());
        // Version 1 of the CLI and boto3 know only this name.
        export("AWS_DEFAULT_REGION", Installation.REGION.id());
        export("AWS_ACCESS_KEY_ID", Installation.CREDENTIALS.accessKeyId());
        export("AWS_SECRET_ACCESS_KEY", Installation.CREDENTIALS.secretAccessKey());
        export(
                "PGSSLROOTCERT",
                servers.byInstance()
                        .values()
                        .iterator()
                        .next()
                        .rootCertificate()
                        .toString());
        System.out.println("ready");
        System.out.flush();
    }

    private static void export(String name, String value) {
        System.out.printf("export %s=%s%n", name, value);
    }
}
