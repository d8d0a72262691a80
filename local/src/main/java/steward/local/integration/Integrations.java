package steward.local.integration;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.sfn.SfnClient;
import steward.local.asl.TaskCall;
import steward.local.asl.TaskFailed;
import steward.local.asl.TaskRunner;
import steward.local.asl.Time;

/** Carries out every Resource that Steward's state machines use, against one AWS endpoint. */
public final class Integrations implements TaskRunner, AutoCloseable {

    private static final String AWS_SDK = "arn:aws:states:::aws-sdk:";
    private static final String LAMBDA_INVOKE = "arn:aws:states:::lambda:invoke";
    private static final String START_EXECUTION = "arn:aws:states:::states:startExecution";
    private static final String RUN_TASK = "arn:aws:states:::ecs:runTask";
    private static final String FUNCTION = "arn:aws:lambda:";

    private final AwsClients clients;
    private final SdkCalls calls = new SdkCalls();
    private final AwsSdk sdk;
    private final Lambda lambda;
    private final NestedExecution nested;
    private final RunTask runTask;

    public Integrations(URI endpoint, Collection<LambdaFunction> functions, Time time) {
        this(endpoint, functions, LambdaFaults.NONE, time);
    }

    /** The time is that of the executions which run the tasks. */
    public Integrations(URI endpoint, Collection<LambdaFunction> functions, LambdaFaults faults, Time time) {
        this(new AwsClients(endpoint), functions, faults, time);
    }

    /** Through this HTTP client: that of an endpoint in the same JVM, see {@code AwsEndpoint.http}. */
    public Integrations(
            URI endpoint, SdkHttpClient http, Collection<LambdaFunction> functions, LambdaFaults faults, Time time) {
        this(new AwsClients(endpoint, http), functions, faults, time);
    }

    /** The same in a region: a state machine calls the services of its own only. */
    public Integrations(URI endpoint, SdkHttpClient http, Region region, Time time) {
        this(new AwsClients(endpoint, http, region), List.of(), LambdaFaults.NONE, time);
    }

    private Integrations(AwsClients clients, Collection<LambdaFunction> functions, LambdaFaults faults, Time time) {
        this.clients = clients;
        this.sdk = new AwsSdk(clients, calls);
        this.lambda = new Lambda(functions, faults, time);
        this.nested = new NestedExecution(clients.make(SfnClient.class), calls, time);
        this.runTask = new RunTask(clients.make(EcsClient.class), calls, time);
    }

    /** Waits for tasks by these events, from now on. */
    public void hear(TaskEvents events) {
        runTask.hear(events);
    }

    /** Why a Resource cannot be carried out here; empty if it can. To be asked when a state machine is registered. */
    public Optional<String> problem(String resource) {
        if (resource.startsWith(AWS_SDK)) {
            String[] parts = sdkParts(resource);
            return parts.length == 2
                    ? AwsSdk.problem(parts[0], parts[1])
                    : Optional.of("not of the form " + AWS_SDK + "<service>:<action>: " + resource);
        }
        if (resource.startsWith(FUNCTION)) {
            return lambda.problem(resource);
        }
        return switch (resource) {
            case LAMBDA_INVOKE,
                    START_EXECUTION,
                    START_EXECUTION + ".sync",
                    START_EXECUTION + ".sync:2",
                    RUN_TASK,
                    RUN_TASK + ".sync" -> Optional.empty();
            default -> Optional.of("no integration for the resource " + resource);
        };
    }

    @Override
    public JsonNode run(TaskCall call) throws TaskFailed, InterruptedException {
        String resource = call.resource();
        Optional<String> problem = problem(resource);
        if (problem.isPresent()) {
            throw new TaskFailed("States.Runtime", problem.get());
        }
        if (resource.startsWith(AWS_SDK)) {
            String[] parts = sdkParts(resource);
            return sdk.call(parts[0], parts[1], call.arguments());
        }
        return switch (resource) {
            case LAMBDA_INVOKE -> lambda.invoke(call.arguments());
            case START_EXECUTION -> nested.start(call);
            case START_EXECUTION + ".sync" -> nested.startAndWait(call, false);
            case START_EXECUTION + ".sync:2" -> nested.startAndWait(call, true);
            case RUN_TASK -> runTask.start(call);
            case RUN_TASK + ".sync" -> runTask.startAndWait(call);
            default -> lambda.run(resource, call.arguments());
        };
    }

    private static String[] sdkParts(String resource) {
        return resource.substring(AWS_SDK.length()).split(":", -1);
    }

    @Override
    public void close() {
        calls.close();
        clients.close();
    }
}
