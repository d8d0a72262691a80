package steward.local.aws;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import steward.local.asl.TaskRunner;
import steward.local.asl.Time;

/**
 * AWS on 127.0.0.1: one port for all services, for real clients that are given {@link #uri} as their endpoint.
 *
 * <p>The JDK's own HTTP server carries it: a few hundred connections, keep-alive, chunked bodies and Expect:
 * 100-continue are all that is needed, and it needs no dependency.
 */
public final class AwsEndpoint implements AutoCloseable {

    private static final int BACKLOG = 1_024;

    private final HttpServer server;
    private final ExecutorService threads;
    private final StepFunctions stepFunctions;
    private final SecretsManager secretsManager;
    private final Rds rds;
    private final GuardedFolder folder = new GuardedFolder();
    private final S3 s3;
    private final Ecs ecs;
    private final Faults faults = new Faults();

    private AwsEndpoint(HttpServer server, Time time, Function<URI, TaskRunner> tasks, Disks disks) {
        this.server = server;
        this.threads = Executors.newCachedThreadPool(AwsEndpoint::thread);
        var runner = tasks.apply(uri());
        this.secretsManager = new SecretsManager(time, runner);
        this.rds = new Rds(secretsManager, time, disks);
        this.s3 = new S3(time, folder);
        this.ecs = new Ecs(time, folder);
        this.stepFunctions = new StepFunctions(time, runner);
    }

    /**
     * Starts to serve.
     *
     * @param port 0 for any free one
     * @param time of executions and of everything that has a date
     * @param tasks makes what runs the tasks of executions, and the functions that rotate secrets; is given the endpoint's address
     * @throws UncheckedIOException if the port is taken
     */
    public static AwsEndpoint start(int port, Time time, Function<URI, TaskRunner> tasks) {
        return start(port, time, tasks, Disks.none());
    }

    /** The same, with the data of RDS instances. */
    public static AwsEndpoint start(int port, Time time, Function<URI, TaskRunner> tasks, Disks disks) {
        try {
            var address = new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port);
            var endpoint = new AwsEndpoint(HttpServer.create(address, BACKLOG), time, tasks, disks);
            endpoint.serve();
            return endpoint;
        } catch (IOException e) {
            throw new UncheckedIOException("listening on 127.0.0.1:" + port, e);
        }
    }

    /** Such as {@code http://127.0.0.1:4566}. */
    public URI uri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    public StepFunctions stepFunctions() {
        return stepFunctions;
    }

    public SecretsManager secretsManager() {
        return secretsManager;
    }

    public Rds rds() {
        return rds;
    }

    public S3 s3() {
        return s3;
    }

    public Ecs ecs() {
        return ecs;
    }

    public Faults faults() {
        return faults;
    }

    /** Stops the executions that run, then the server, then kills the tasks that are left and deletes all objects. */
    @Override
    public void close() {
        stepFunctions.stopAll();
        server.stop(0);
        threads.shutdownNow();
        folder.close();
    }

    private void serve() {
        var apis = List.of(stepFunctions.api(), secretsManager.api(), rds.api(), ecs.api());
        server.createContext("/", new Dispatcher(apis, new S3Handler(s3, faults), faults));
        server.setExecutor(threads);
        server.start();
    }

    /** Not virtual: executions are, and one that never rests must not keep the endpoint from answering StopExecution. */
    private static Thread thread(Runnable work) {
        return Thread.ofPlatform().daemon().name("aws-endpoint").unstarted(work);
    }
}
