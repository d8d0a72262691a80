package steward.local;

import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import steward.Instance;
import steward.lambda.Deployment;
import steward.local.asl.Time;
import steward.local.aws.Arn;
import steward.local.aws.AwsEndpoint;
import steward.local.aws.DatabaseInstance;
import steward.local.aws.Encryption;
import steward.local.aws.StatusChangeRule;
import steward.local.aws.TaskDefinition;
import steward.local.integration.Integrations;
import steward.local.integration.LambdaFunction;
import steward.local.postgres.ClientTools;
import steward.local.postgres.PostgresServer;

/**
 * Steward as it is deployed into a client's account, on this machine: endpoint, functions, state machines and the
 * instances they look after.
 */
public final class Installation implements AutoCloseable {
    /** Any credentials will do for the endpoint. */
    public static final AwsBasicCredentials CREDENTIALS = AwsBasicCredentials.create("local", "local");

    public static final Region REGION = Region.US_EAST_1;

    /** A name, as RDS's: libpq before 14 verifies no certificate against an address. */
    static final String HOST = "localhost";

    private static final Duration FUNCTION_TIMEOUT = Duration.ofMinutes(5);
    /** The function that Secrets Manager calls to rotate a secret. */
    public static final String ROTATION_FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:steward-rotation";

    public static final String CLUSTER = "steward";
    public static final String TASK_FAMILY = "steward-task";
    public static final String BACKUP_BUCKET = "steward-backups-" + Arn.ACCOUNT;

    /** What a Fargate task has unless its definition says otherwise. */
    private static final Duration TASK_STOP_TIMEOUT = Duration.ofSeconds(30);

    /** With which S3 encrypts what is put into the bucket for backups. */
    private static final String BACKUP_KEY = Arn.key("00000000-0000-0000-0000-00000000000b");

    /** What the rule starts the sweep with: it looks for itself whose execution is over. */
    private static final JsonNode NO_INPUT = JsonNodeFactory.instance.objectNode();

    private final AwsEndpoint endpoint;
    private final List<AutoCloseable> closedWithIt = new ArrayList<>();
    private final Map<Deployment, RequestStreamHandler> handlers = new EnumMap<>(Deployment.class);
    private final ServerDisks disks = new ServerDisks();
    private final StatusChangeRule rule;

    private Installation(int port, Time time, PostgresServer first, List<String> taskCommand, FunctionRunner runner) {
        this.endpoint = AwsEndpoint.start(port, time, uri -> integrations(uri, first, time, runner), disks);
        endpoint.s3().createBucket(BACKUP_BUCKET, Encryption.kms(BACKUP_KEY));
        endpoint.ecs().createCluster(CLUSTER);
        endpoint.ecs()
                .register(new TaskDefinition(
                        TASK_FAMILY,
                        "task",
                        taskCommand,
                        taskEnvironment(endpoint.uri(), first),
                        "STEWARD_SCRATCH",
                        TASK_STOP_TIMEOUT));
        this.rule = new StatusChangeRule(endpoint.stepFunctions(), "sweep", event -> NO_INPUT);
        endpoint.stepFunctions().listen(rule);
        Home.definitions()
                .forEach((workflow, definition) ->
                        endpoint.stepFunctions().register(workflow, Substitutions.apply(workflow, definition)));
    }

    /**
     * Starts one with instances whose master passwords RDS manages.
     *
     * @param port of the endpoint; 0 for any free one
     * @param instances servers by instance identifier; at least one
     */
    public static Installation start(int port, Time time, Map<String, PostgresServer> instances) {
        return start(port, time, instances, Home.taskCommand());
    }

    /**
     * Starts one whose tasks run this program.
     *
     * @param taskCommand an absolute path and the first arguments; see {@link TaskDefinition#command}
     */
    public static Installation start(
            int port, Time time, Map<String, PostgresServer> instances, List<String> taskCommand) {
        return start(port, time, instances, taskCommand, FunctionRunner.unlessSaid());
    }

    /** Starts one whose functions are run so; the runner is closed with it. */
    public static Installation start(
            int port, Time time, Map<String, PostgresServer> instances, FunctionRunner runner) {
        return start(port, time, instances, Home.taskCommand(), runner);
    }

    /**
     * Starts one whose functions are run so.
     *
     * @param taskCommand as in {@link #start(int, Time, Map, List)}
     * @param runner closed with it
     */
    public static Installation start(
            int port,
            Time time,
            Map<String, PostgresServer> instances,
            List<String> taskCommand,
            FunctionRunner runner) {
        Installation installation =
                new Installation(port, time, instances.values().iterator().next(), taskCommand, runner);
        instances.forEach(installation::addInstance);
        return installation;
    }

    /** All that a task finds in its environment, beside the folder that is its own. */
    private static Map<String, String> taskEnvironment(URI uri, PostgresServer server) {
        return Map.of(
                "AWS_ENDPOINT_URL", uri.toString(),
                "AWS_REGION", REGION.id(),
                "AWS_ACCESS_KEY_ID", CREDENTIALS.accessKeyId(),
                "AWS_SECRET_ACCESS_KEY", CREDENTIALS.secretAccessKey(),
                "STEWARD_ROOT_CERTIFICATES", server.rootCertificate().toString(),
                "PATH", path());
    }

    /** The client tools of this machine, wherever they are, and the system's programs. */
    private static String path() {
        return Stream.concat(ClientTools.found().values().stream().map(Path::toString), Stream.of("/usr/bin:/bin"))
                .collect(Collectors.joining(":"));
    }

    /** The endpoint, with all its services. */
    public AwsEndpoint endpoint() {
        return endpoint;
    }

    /** The EventBridge rule that starts {@code sweep} when an execution ends badly. */
    public StatusChangeRule rule() {
        return rule;
    }

    /** Makes an instance known, tagged for Steward. */
    public void addInstance(String identifier, PostgresServer server) {
        DatabaseInstance instance = DatabaseInstance.available(
                        identifier,
                        server.version(),
                        new DatabaseInstance.Endpoint(HOST, server.port()),
                        server.masterUsername(),
                        Instant.now())
                .withTags(Map.of("steward:managed", "true"));
        disks.attach(instance, server);
        endpoint.rds().registerManaged(instance, server.masterPassword());
    }

    /** The server of an instance, also of one that was restored. */
    public Optional<PostgresServer> server(String identifier) {
        return endpoint.rds().instance(identifier).flatMap(disks::server);
    }

    /** A client for the endpoint. */
    public SecretsManagerClient secretsManager() {
        return secretsManager(endpoint.uri());
    }

    /** All servers have certificates of one authority, as RDS's instances in a region have. */
    private Integrations integrations(URI uri, PostgresServer server, Time time, FunctionRunner runner) {
        closedWithIt.add(runner);
        FunctionRunner.Surroundings surroundings =
                new FunctionRunner.Surroundings(uri, server.rootCertificate(), this::knownInstances);
        for (Deployment deployment : Deployment.values()) {
            handlers.put(deployment, runner.handler(deployment, surroundings));
        }
        List<LambdaFunction> functions = handlers.entrySet().stream()
                .map(each -> new LambdaFunction(functionName(each.getKey()), each.getValue(), FUNCTION_TIMEOUT))
                .toList();
        Integrations integrations = new Integrations(uri, functions, time);
        integrations.hear((task, action) -> endpoint.ecs().whenStopped(task, action));
        closedWithIt.add(integrations);
        return integrations;
    }

    /** A function's entry point, however the functions are run. */
    RequestStreamHandler handler(Deployment deployment) {
        return Objects.requireNonNull(handlers.get(deployment));
    }

    /** As deployment calls it. */
    public static String functionName(Deployment deployment) {
        return "steward-" + deployment.functionName();
    }

    /** What deployment writes into the environment of the rotation function. */
    private Map<String, Instance> knownInstances() {
        return endpoint.rds().instances().stream()
                .collect(Collectors.toMap(DatabaseInstance::identifier, Installation::known));
    }

    private static Instance known(DatabaseInstance instance) {
        return new Instance(
                instance.identifier(),
                instance.endpoint().address(),
                instance.endpoint().port(),
                instance.engineVersion(),
                instance.masterSecret().map(DatabaseInstance.MasterSecret::arn).orElse(""));
    }

    static SecretsManagerClient secretsManager(URI uri) {
        return SecretsManagerClient.builder()
                .endpointOverride(uri)
                .region(REGION)
                .credentialsProvider(StaticCredentialsProvider.create(CREDENTIALS))
                .httpClient(UrlConnectionHttpClient.create())
                .build();
    }

    @Override
    public void close() {
        endpoint.close();
        disks.close();
        for (AutoCloseable each : closedWithIt) {
            try {
                each.close();
            } catch (Exception e) {
                throw new IllegalStateException("closing " + each, e);
            }
        }
    }
}
