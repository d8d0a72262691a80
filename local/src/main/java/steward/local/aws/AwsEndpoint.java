package steward.local.aws;

import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BiFunction;
import java.util.function.Function;
import software.amazon.awssdk.http.SdkHttpClient;
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

    /** Nobody listens there: the requests never leave the JVM. */
    private static final URI IN_PROCESS = URI.create("http://127.0.0.1:9");

    /** Of all endpoints without a server: tests make thousands, and a folder's guard is a process. */
    private static final GuardedFolder SHARED = new GuardedFolder();

    private final Optional<HttpServer> server;
    private final ExecutorService threads;
    private final Dispatcher dispatcher;
    private final SdkHttpClient http;
    private final StepFunctions stepFunctions;
    private final SecretsManager secretsManager;
    private final Rds rds;
    private final GuardedFolder folder = new GuardedFolder();
    private final S3 s3;
    private final Ecs ecs;
    private final CloudWatch cloudWatch;
    private final Faults faults = new Faults();
    private final Calls calls = new Calls();

    private AwsEndpoint(
            Optional<HttpServer> server, Time time, BiFunction<URI, SdkHttpClient, TaskRunner> tasks, Disks disks) {
        this.server = server;
        this.threads = Executors.newCachedThreadPool(AwsEndpoint::thread);
        this.http = new InProcessHttp(this::dispatcher);
        var runner = tasks.apply(uri(), http);
        this.secretsManager = new SecretsManager(time, runner);
        this.rds = new Rds(secretsManager, time, disks);
        this.s3 = new S3(time, server.isPresent() ? folder : SHARED);
        this.ecs = new Ecs(time, folder);
        this.cloudWatch = new CloudWatch(time);
        this.stepFunctions = new StepFunctions(time, runner);
        var apis = List.of(stepFunctions.api(), secretsManager.api(), rds.api(), ecs.api(), cloudWatch.api());
        this.dispatcher = new Dispatcher(apis, new S3Handler(s3, faults), faults, calls, rds::settle);
    }

    private HttpHandler dispatcher() {
        return dispatcher;
    }

    /**
     * One that no other process can reach, without port or socket: for {@link #http} alone.
     *
     * @param tasks makes what runs the tasks of executions, with the address and the HTTP client that reach the endpoint
     */
    public static AwsEndpoint inProcess(Time time, BiFunction<URI, SdkHttpClient, TaskRunner> tasks, Disks disks) {
        return new AwsEndpoint(Optional.empty(), time, tasks, disks);
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
        var endpoint = new AwsEndpoint(
                Optional.of(HttpServers.listen(port, BACKLOG)), time, (uri, http) -> tasks.apply(uri), disks);
        endpoint.server.ifPresent(endpoint::serve);
        return endpoint;
    }

    /** Such as {@code http://127.0.0.1:4566}. */
    public URI uri() {
        return server.map(found ->
                        URI.create("http://127.0.0.1:" + found.getAddress().getPort()))
                .orElse(IN_PROCESS);
    }

    /** For clients of the AWS SDK in this JVM, with {@link #uri} as their endpoint: without sockets. */
    public SdkHttpClient http() {
        return http;
    }

    /** To be told of every call. */
    public Calls calls() {
        return calls;
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

    public CloudWatch cloudWatch() {
        return cloudWatch;
    }

    public Faults faults() {
        return faults;
    }

    /** Stops the executions that run, then the server, then kills the tasks that are left and deletes all objects. */
    @Override
    public void close() {
        stepFunctions.stopAll();
        server.ifPresent(found -> found.stop(0));
        threads.shutdownNow();
        s3.close();
        folder.close();
    }

    private void serve(HttpServer listening) {
        listening.createContext("/", dispatcher);
        listening.setExecutor(threads);
        listening.start();
    }

    /** Not virtual: executions are, and one that never rests must not keep the endpoint from answering StopExecution. */
    private static Thread thread(Runnable work) {
        return Thread.ofPlatform().daemon().name("aws-endpoint").unstarted(work);
    }
}
