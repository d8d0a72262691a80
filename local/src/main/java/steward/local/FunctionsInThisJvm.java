package steward.local;

import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import steward.Access;
import steward.Instance;
import steward.Operation;
import steward.error.ObjectMissing;
import steward.lambda.Configuration;
import steward.lambda.Deployment;
import steward.lambda.Handler;
import steward.lambda.RotationHandler;
import steward.postgres.Postgres;
import steward.secret.Secrets;

/** The handlers as objects of this JVM. */
final class FunctionsInThisJvm implements FunctionRunner {
    private final List<SecretsManagerClient> clients = new ArrayList<>();
    private final List<Access> accesses = new ArrayList<>();

    @Override
    public RequestStreamHandler handler(Deployment deployment, Surroundings surroundings) {
        SecretsManagerClient secrets = Installation.secretsManager(surroundings.endpoint());
        clients.add(secrets);
        Access access = new Access(new Postgres(surroundings.rootCertificate()), new Secrets(secrets));
        accesses.add(access);
        return switch (deployment) {
            case MASTER -> new Handler(new Configuration(Operation.Function.MASTER, access));
            case OWNER -> new Handler(new Configuration(Operation.Function.OWNER, access));
            case ROTATION ->
                new RotationHandler(new Configuration(
                        Operation.Function.MASTER,
                        access,
                        identifier -> known(surroundings.instances().get(), identifier)));
        };
    }

    private static Instance known(Map<String, Instance> instances, String identifier) {
        return Optional.ofNullable(instances.get(identifier))
                .orElseThrow(() -> new ObjectMissing("instance %s: is not known".formatted(identifier)));
    }

    @Override
    public void close() {
        accesses.forEach(Access::close);
        clients.forEach(SecretsManagerClient::close);
    }
}
