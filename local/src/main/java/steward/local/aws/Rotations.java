package steward.local.aws;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import steward.local.asl.TaskCall;
import steward.local.asl.TaskFailed;
import steward.local.asl.TaskRunner;
import steward.local.asl.Time;

/**
 * RotateSecret and CancelRotateSecret. A rotation runs beside its caller: the version is staged AWSPENDING, then the
 * function is invoked for four steps, until one fails. AWS tries a failed rotation again by itself; here it is tried
 * again when it is asked for again.
 *
 * @see <a href="https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_RotateSecret.html">RotateSecret</a>
 */
final class Rotations {

    private static final Logger LOG = System.getLogger(Rotations.class.getName());
    private static final List<String> STEPS = List.of("createSecret", "setSecret", "testSecret", "finishSecret");

    private final SecretStore store;
    private final Time time;
    private final TaskRunner functions;
    private final Set<String> running = new HashSet<>();

    Rotations(SecretStore store, Time time, TaskRunner functions) {
        this.store = store;
        this.time = time;
        this.functions = functions;
    }

    /** Called under the store's lock, as all actions are. */
    ObjectNode rotate(JsonRequest request) {
        var secret = SecretRules.checkNotManaged(SecretRules.checkNotDeleted(store.find(request.required("SecretId"))));
        var token = SecretRules.checkToken(request.text("ClientRequestToken"));
        var rotation = Rotation.asked(request, secret.rotation);
        var pending = secret.versions.rotating();
        if (pending.isPresent() && !pending.get().id.equals(token)) {
            secret.rotation = Optional.of(rotation);
            start(secret, pending.get().id, STEPS);
            throw AwsError.of(
                    "InvalidRequestException",
                    "A previous rotation isn't complete. That rotation will be reattempted.");
        }
        secret.rotation = Optional.of(rotation);
        if (request.flag("RotateImmediately", true)) {
            rotateNow(secret, token);
        } else {
            test(secret, token);
        }
        return secret.identity().put("VersionId", token);
    }

    private void rotateNow(Secret secret, String token) {
        var known = secret.versions.find(token);
        if (known.isPresent() && !secret.versions.rotating().equals(known)) {
            return;
        }
        if (known.isEmpty()) {
            secret.versions.stage(token, Optional.empty(), store.now());
        }
        start(secret, token, STEPS);
    }

    /** The configuration is tried out on a version that is taken away again. */
    private void test(Secret secret, String token) {
        var current = secret.versions.holder(SecretVersion.CURRENT).flatMap(version -> version.value);
        secret.versions.stage(token, current, store.now());
        start(secret, token, List.of("testSecret"));
    }

    ObjectNode cancel(JsonRequest request) {
        var secret = SecretRules.checkNotManaged(SecretRules.checkNotDeleted(store.find(request.required("SecretId"))));
        secret.rotation = secret.rotation.map(Rotation::cancelled);
        var answer = secret.identity();
        secret.versions.rotating().ifPresent(version -> answer.put("VersionId", version.id));
        return answer;
    }

    private void start(Secret secret, String token, List<String> steps) {
        if (!running.add(secret.arn)) {
            return;
        }
        var function = secret.rotation.orElseThrow().function();
        time.start("rotation of " + secret.name, () -> {
            try {
                run(secret, function, token, steps);
            } finally {
                ended(secret, token, steps);
            }
        });
    }

    private void run(Secret secret, String function, String token, List<String> steps) {
        for (var step : steps) {
            try {
                invoke(secret, function, token, step);
            } catch (TaskFailed e) {
                LOG.log(Level.WARNING, "{0} of {1}: {2}: {3}", step, secret.name, e.error(), e.cause());
                return;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private void invoke(Secret secret, String function, String token, String step)
            throws TaskFailed, InterruptedException {
        var event = Json.object().put("Step", step).put("SecretId", secret.arn).put("ClientRequestToken", token);
        functions.run(new TaskCall(
                function, event, step, List.of(), Optional.empty(), Optional.empty(), Optional.empty(), Json.object()));
    }

    private void ended(Secret secret, String token, List<String> steps) {
        synchronized (store) {
            running.remove(secret.arn);
            if (!steps.equals(STEPS)) {
                secret.versions.remove(token);
                return;
            }
            var current = secret.versions.holder(SecretVersion.CURRENT).filter(version -> version.id.equals(token));
            current.ifPresent(
                    version -> secret.rotation = secret.rotation.map(rotation -> rotation.succeeded(store.now())));
        }
    }
}
