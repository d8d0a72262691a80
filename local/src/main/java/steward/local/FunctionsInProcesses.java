package steward.local;

import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import steward.Instance;
import steward.lambda.Configuration;
import steward.lambda.Deployment;
import steward.local.lambda.DeployedFunction;
import steward.local.lambda.FunctionProcesses;
import steward.local.lambda.LambdaRuntime;
import steward.local.lambda.SecretsExtensionServer;
import steward.secret.SecretsExtension;

/** The deployed zip, started by AWS's runtime interface client. */
public final class FunctionsInProcesses implements FunctionRunner {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final FunctionProcesses processes;
    private final Function<Deployment, DeployedFunction> deployed;
    private volatile UnaryOperator<DeployedFunction> change = UnaryOperator.identity();
    private @Nullable Surroundings surroundings;
    private @Nullable SecretsExtensionServer extension;

    /** The functions as deployment sets them up. */
    FunctionsInProcesses() {
        this(FunctionsInProcesses::deployed);
    }

    /** The functions set up so, for example as a template says. */
    public FunctionsInProcesses(Function<Deployment, DeployedFunction> deployed) {
        this.deployed = deployed;
        this.processes = new FunctionProcesses(
                Home.root().resolve("functions/target/functions.zip"), LambdaRuntime.java(Home.lambdaRuntime()));
    }

    private static DeployedFunction deployed(Deployment deployment) {
        return new DeployedFunction(
                Installation.functionName(deployment),
                deployment.handler(),
                deployment.environment(),
                Deployment.MEGABYTES,
                deployment.snapStart());
    }

    @Override
    public RequestStreamHandler handler(Deployment deployment, Surroundings surroundings) {
        this.surroundings = surroundings;
        return processes.handler(() -> change.apply(function(deployment)));
    }

    /** Sets the functions up otherwise: from now on, as after a deployment. */
    void changeTo(UnaryOperator<DeployedFunction> newChange) {
        change = newChange;
    }

    /** A function with its whole environment. */
    public DeployedFunction function(Deployment deployment) {
        return deployed.apply(deployment).with(here(deployment, Objects.requireNonNull(surroundings)));
    }

    /** What is otherwise in AWS, or what only deployment into an account tells. */
    private static Map<String, String> here(Deployment deployment, Surroundings surroundings) {
        Map<String, String> here = new TreeMap<>();
        here.put("AWS_ENDPOINT_URL", surroundings.endpoint().toString());
        here.put("AWS_REGION", Installation.REGION.id());
        here.put("AWS_ACCESS_KEY_ID", Installation.CREDENTIALS.accessKeyId());
        here.put("AWS_SECRET_ACCESS_KEY", Installation.CREDENTIALS.secretAccessKey());
        here.put(Configuration.ROOT_CERTIFICATES, surroundings.rootCertificate().toString());
        if (deployment == Deployment.ROTATION) {
            here.put(Configuration.INSTANCES, json(surroundings.instances().get()));
        }
        return here;
    }

    private static String json(Map<String, Instance> instances) {
        ObjectNode known = JSON.createObjectNode();
        new TreeMap<>(instances)
                .forEach((identifier, instance) -> known.putObject(identifier)
                        .put("host", instance.host())
                        .put("port", instance.port())
                        .put("engineVersion", instance.engineVersion())
                        .put("masterSecretArn", instance.masterSecretArn()));
        return known.toString();
    }

    /** A function that has AWS's extension for secrets beside it: the token is the one of its credentials. */
    public DeployedFunction withExtension(DeployedFunction function) {
        SecretsExtensionServer beside = extension();
        String token = function.snapStart() ? "AWS_CONTAINER_AUTHORIZATION_TOKEN" : "AWS_SESSION_TOKEN";
        return function.with(Map.of(SecretsExtension.PORT, Integer.toString(beside.port()), token, beside.token()));
    }

    /** One for all processes, whereas in AWS each has its own. */
    synchronized SecretsExtensionServer extension() {
        SecretsExtensionServer started = extension == null
                ? new SecretsExtensionServer(Installation.secretsManager(
                        Objects.requireNonNull(surroundings).endpoint()))
                : extension;
        extension = started;
        return started;
    }

    /** The processes: how many there were, what they print. */
    public FunctionProcesses processes() {
        return processes;
    }

    @Override
    public void close() {
        processes.close();
        if (extension != null) {
            extension.close();
        }
    }
}
