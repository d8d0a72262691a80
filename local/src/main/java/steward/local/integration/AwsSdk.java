package steward.local.integration;

import com.fasterxml.jackson.databind.JsonNode;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import software.amazon.awssdk.core.SdkClient;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.rds.RdsClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.sfn.SfnClient;
import steward.local.asl.TaskFailed;

/**
 * {@code arn:aws:states:::aws-sdk:<service>:<action>}: the method called {@code action} of the service's client. What
 * Step Functions calls things is what the SDK for Java calls them, so nothing here knows a single action.
 */
final class AwsSdk {

    private static final Map<String, Class<? extends SdkClient>> CLIENTS = Map.of(
            "cloudwatch", CloudWatchClient.class,
            "ecs", EcsClient.class,
            "rds", RdsClient.class,
            "s3", S3Client.class,
            "secretsmanager", SecretsManagerClient.class,
            "sfn", SfnClient.class);

    /** Looking at a client's methods takes longer than a call. */
    private static final Map<Action, Optional<Method>> METHODS = new ConcurrentHashMap<>();

    private record Action(Class<? extends SdkClient> client, String name) {}

    private final AwsClients clients;
    private final SdkCalls calls;
    private final Map<Class<? extends SdkClient>, SdkClient> open = new ConcurrentHashMap<>();

    AwsSdk(AwsClients clients, SdkCalls calls) {
        this.clients = clients;
        this.calls = calls;
    }

    /** What is wrong with the service or action; empty if both exist. */
    static Optional<String> problem(String service, String action) {
        Class<? extends SdkClient> client = CLIENTS.get(service);
        if (client == null) {
            return Optional.of("no client for the service " + service);
        }
        if (method(client, action).isEmpty()) {
            return Optional.of(client.getSimpleName() + " has no action " + action);
        }
        return Optional.empty();
    }

    JsonNode call(String service, String action, JsonNode arguments) throws TaskFailed, InterruptedException {
        Class<? extends SdkClient> type = CLIENTS.get(service);
        if (type == null) {
            throw new IllegalArgumentException("no client for the service " + service);
        }
        Method method = method(type, action).orElseThrow();
        SdkCall call = SdkCall.of(method, arguments);
        try {
            SdkClient client = open.computeIfAbsent(type, clients::make);
            return SdkCall.checked(calls.await(() -> call.make(client)));
        } catch (SdkException e) {
            String message = e.getMessage();
            throw new TaskFailed(prefix(type) + "." + e.getClass().getSimpleName(), message == null ? "" : message);
        }
    }

    private static Optional<Method> method(Class<? extends SdkClient> client, String action) {
        return METHODS.computeIfAbsent(new Action(client, action), AwsSdk::find);
    }

    private static Optional<Method> find(Action wanted) {
        return Arrays.stream(wanted.client().getMethods())
                .filter(method -> method.getName().equals(wanted.name()) && SdkCall.fits(method))
                .findFirst();
    }

    /** RdsClient: Rds. */
    private static String prefix(Class<? extends SdkClient> client) {
        String name = client.getSimpleName();
        return name.substring(0, name.length() - "Client".length());
    }
}
