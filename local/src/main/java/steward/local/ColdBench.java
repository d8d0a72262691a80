package steward.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import steward.lambda.Configuration;
import steward.lambda.Deployment;
import steward.local.asl.TaskCall;
import steward.local.asl.Time;
import steward.local.aws.TlsFront;
import steward.local.integration.Integrations;
import steward.local.integration.LambdaFunction;
import steward.local.lambda.DeployedFunction;
import steward.local.lambda.FunctionProcesses;
import steward.local.lambda.LambdaRuntime;
import steward.local.postgres.Certificates;
import steward.local.postgres.Majors;
import steward.local.postgres.PostgresServer;

/**
 * Times functions from the start of their process to the answer to their first call, which reads a secret, logs in over
 * TLS and asks the server one thing: ours, and handlers as they are usually written. AWS is behind TLS, too. In turns, without SnapStart unless it
 * is said.
 */
public final class ColdBench implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String INSTANCE = "bench";
    private static final String SITE = "site";
    private static final String ARN = "arn:aws:lambda:us-east-1:000000000000:function:";
    private static final String FLAGS = "JAVA_TOOL_OPTIONS";

    private final PostgresServer server;
    private final FunctionsInProcesses ours = new FunctionsInProcesses();
    private final Installation installation;
    private final TlsFront front;
    private final Path folder;
    private final String root;
    private final List<FunctionProcesses> others = new ArrayList<>();
    private final Map<String, Contender> contenders = new LinkedHashMap<>();

    private record Contender(
            String name, FunctionProcesses processes, DeployedFunction function, JsonNode event, boolean prepared) {}

    private record Sample(double wall, double cpu, double second) {}

    private ColdBench(PostgresServer server) throws IOException {
        this.server = server;
        this.installation = Installation.start(0, Time.system(), Map.of(INSTANCE, server), ours);
        Certificates certificates = Certificates.make();
        this.front = TlsFront.start(installation.endpoint().uri(), certificates);
        this.folder = Files.createTempDirectory("cold");
        this.root = certificates.root();
    }

    /** Is given the rounds. */
    public static void main(String[] arguments) throws Exception {
        int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 11;
        try (PostgresServer server = PostgresServer.start(Majors.supported().getLast());
                ColdBench bench = new ColdBench(server)) {
            bench.makeSite();
            bench.addContenders();
            bench.measure(rounds);
            bench.sizes();
        }
        System.exit(0);
    }

    private void makeSite() throws Exception {
        ObjectNode input = JSON.createObjectNode()
                .put("instance", INSTANCE)
                .put("project", "bench")
                .put("database", SITE);
        try (Executions executions = new Executions(installation)) {
            executions.run("create-database", input.toString());
        }
        System.out.printf(
                "create-database: cold functions: master %d, owner %d%n",
                ours.processes().started("steward-master"), ours.processes().started("steward-owner"));
    }

    private void addContenders() throws IOException {
        JsonNode plain = JSON.createObjectNode()
                .put("host", "localhost")
                .put("port", server.port())
                .put("secret", masterSecret())
                .put("database", "postgres");
        Map<String, String> environment =
                new LinkedHashMap<>(overTls(Deployment.MASTER).environment());
        environment.remove(Configuration.FUNCTION);
        Path naive = Home.root().resolve("local/bench/target/naive.zip");
        add(new Contender(
                "naive",
                processes(naive, LambdaRuntime.java(Home.lambdaRuntime())),
                new DeployedFunction("naive", "steward.bench.NaiveHandler", environment, Deployment.MEGABYTES, false),
                plain,
                false));
        python(naive, environment, plain);
        DeployedFunction master = overTls(Deployment.MASTER);
        DeployedFunction owner = overTls(Deployment.OWNER);
        Map<String, String> secret = Map.of("secret", "steward/bench/bench/site");
        add(ours("master", master, "FindDatabase", Map.of(), false));
        add(ours("owner", owner, "InspectDatabase", secret, false));
        add(ours("master, extension", ours.withExtension(master), "FindDatabase", Map.of(), false));
        add(ours("owner, extension", ours.withExtension(owner), "InspectDatabase", secret, false));
        add(ours("master, restored", master, "FindDatabase", Map.of(), true));
    }

    /** One that reaches AWS as it does there, and trusts as many certificates. */
    private DeployedFunction overTls(Deployment deployment) {
        return ours.function(deployment)
                .with(Map.of(
                        "AWS_ENDPOINT_URL",
                        front.uri().toString(),
                        FLAGS,
                        "-Djavax.net.ssl.trustStore=" + TrustedRoots.ofJava(root, folder)));
    }

    private void python(Path zip, Map<String, String> environment, JsonNode event) throws IOException {
        Path packages = Home.root().resolve("local/bench/target/python");
        if (!Files.isDirectory(packages.resolve("psycopg2"))) {
            System.out.println("python: left out, boto3 and psycopg2 are not in " + packages);
            return;
        }
        Map<String, String> all = new LinkedHashMap<>(environment);
        all.put("PYTHONPATH", packages.toString());
        all.put("AWS_CA_BUNDLE", TrustedRoots.ofPython(root, packages, folder).toString());
        all.put("AWS_DEFAULT_REGION", Installation.REGION.id());
        all.put("PATH", System.getenv("PATH"));
        String handler =
                Home.root().resolve("local/bench/src/main/python/handler.py").toString();
        add(new Contender(
                "python",
                processes(zip, function -> List.of("/usr/bin/env", "python3", function.handler())),
                new DeployedFunction("python", handler, all, Deployment.MEGABYTES, false),
                event,
                false));
    }

    private FunctionProcesses processes(Path zip, LambdaRuntime runtime) {
        FunctionProcesses processes = new FunctionProcesses(zip, runtime);
        others.add(processes);
        return processes;
    }

    private void add(Contender contender) {
        contenders.put(contender.name(), contender);
    }

    private Contender ours(
            String name, DeployedFunction function, String operation, Map<String, String> more, boolean restored) {
        ObjectNode event = JSON.createObjectNode().put("operation", operation);
        ObjectNode input = event.putObject("input");
        input.putObject("instance")
                .put("identifier", INSTANCE)
                .put("host", "localhost")
                .put("port", server.port())
                .put("engineVersion", server.version())
                .put("masterSecretArn", masterSecret());
        input.put("database", SITE);
        more.forEach(input::put);
        return new Contender(
                name,
                ours.processes(),
                new DeployedFunction(name, function.handler(), function.environment(), function.memory(), restored),
                event,
                restored);
    }

    private String masterSecret() {
        return installation
                .endpoint()
                .rds()
                .instance(INSTANCE)
                .orElseThrow()
                .masterSecret()
                .orElseThrow()
                .arn();
    }

    private void measure(int rounds) throws Exception {
        Map<String, List<Sample>> samples = new LinkedHashMap<>();
        // The first fills the file system's cache and warms this JVM.
        for (int round = 0; round <= rounds; round++) {
            for (Contender contender : contenders.values()) {
                Sample sample = sample(contender);
                if (round > 0) {
                    samples.computeIfAbsent(contender.name(), name -> new ArrayList<>())
                            .add(sample);
                }
            }
        }
        double naive = median(samples.getOrDefault("naive", List.of()).stream().map(Sample::wall));
        Optional<Double> python = Optional.ofNullable(samples.get("python"))
                .map(all -> median(all.stream().map(Sample::wall)));
        System.out.printf(
                "%-18s %28s %8s %8s %9s %14s %8s%n",
                "", "first call ms (spread)", "CPU ms", "/ naive", "/ python", "second call ms", "/ first");
        samples.forEach((name, all) -> {
            double[] wall = all.stream().mapToDouble(Sample::wall).sorted().toArray();
            double first = wall[wall.length / 2];
            double second = median(all.stream().map(Sample::second));
            System.out.printf(
                    Locale.ROOT,
                    "%-18s %12.0f (%5.0f to %5.0f) %8.0f %8.2f %9s %14.1f %8.3f%n",
                    name,
                    first,
                    wall[0],
                    wall[wall.length - 1],
                    median(all.stream().map(Sample::cpu)),
                    first / naive,
                    python.map(it -> String.format(Locale.ROOT, "%.2f", first / it))
                            .orElse("-"),
                    second,
                    second / first);
        });
        System.out.printf("%d rounds in turns, medians%n", rounds);
    }

    private Sample sample(Contender contender) throws Exception {
        contender.processes().cool();
        if (contender.prepared()) {
            contender.processes().prepare(contender.function());
        }
        double prepared = contender.prepared() ? cpu(contender) : 0;
        double wall = call(contender);
        double cpu = cpu(contender) - prepared;
        return new Sample(wall, cpu, call(contender));
    }

    private static double cpu(Contender contender) {
        return contender.processes().cpu(contender.name()).toMillis();
    }

    private double call(Contender contender) throws Exception {
        LambdaFunction function = new LambdaFunction(
                contender.name(), contender.processes().handler(contender::function), Duration.ofMinutes(1));
        try (Integrations integrations =
                new Integrations(installation.endpoint().uri(), List.of(function), Time.system())) {
            TaskCall call = new TaskCall(
                    ARN + contender.name(),
                    contender.event(),
                    "State",
                    List.of(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    JSON.createObjectNode());
            long start = System.nanoTime();
            integrations.run(call);
            return (System.nanoTime() - start) / 1e6;
        }
    }

    private static double median(Stream<Double> values) {
        double[] sorted = values.mapToDouble(Double::doubleValue).sorted().toArray();
        return sorted[sorted.length / 2];
    }

    private void sizes() throws Exception {
        for (String zip : List.of("functions/target/functions.zip", "local/bench/target/naive.zip")) {
            System.out.printf(
                    Locale.ROOT, "%s: %.1f MB%n", zip, Files.size(Home.root().resolve(zip)) / 1e6);
        }
        for (Contender contender : contenders.values()) {
            if (!contender.prepared() && !contender.name().equals("python")) {
                System.out.printf("%s: %d classes loaded%n", contender.name(), classes(contender));
            }
        }
        Home.definitions()
                .forEach((workflow, definition) -> System.out.printf(
                        "%s: at most %d cold functions%n",
                        workflow,
                        Stream.of("${MasterFunctionArn}", "${OwnerFunctionArn}")
                                .filter(definition::contains)
                                .count()));
    }

    private int classes(Contender contender) throws Exception {
        Path log = Files.createTempFile("classes", ".log");
        Map<String, String> environment =
                new LinkedHashMap<>(contender.function().environment());
        environment.merge(FLAGS, "-Xlog:class+load:file=" + log, (flags, more) -> flags + " " + more);
        DeployedFunction logging = new DeployedFunction(
                contender.name(),
                contender.function().handler(),
                environment,
                contender.function().memory(),
                false);
        call(new Contender(contender.name(), contender.processes(), logging, contender.event(), false));
        try (Stream<String> lines = Files.lines(log)) {
            return (int) lines.filter(line -> line.contains(" source:")).count();
        } finally {
            contender.processes().cool();
            Files.delete(log);
        }
    }

    @Override
    public void close() throws IOException {
        others.forEach(FunctionProcesses::close);
        front.close();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
        installation.close();
    }
}
