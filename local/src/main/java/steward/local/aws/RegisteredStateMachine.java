package steward.local.aws;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import steward.local.asl.StateMachine;

/** A state machine that executions can be started of. Guarded by the lock of {@link StepFunctions}. */
final class RegisteredStateMachine {

    final String name;
    final String definition;
    final StateMachine machine;
    final Instant created;
    final Map<String, String> tags = new TreeMap<>();

    /** @param machine what the definition was parsed to */
    RegisteredStateMachine(String name, String definition, StateMachine machine, Instant created) {
        this.name = name;
        this.definition = definition;
        this.machine = machine;
        this.created = created;
    }

    String arn() {
        return Arn.stateMachine(name);
    }

    String roleArn() {
        return Arn.role("steward-" + name);
    }

    ObjectNode item() {
        var item = identity().put("type", "STANDARD");
        item.set("creationDate", Json.timestamp(created));
        return item;
    }

    ObjectNode describe(boolean data) {
        var answer = item().put("status", "ACTIVE").put("roleArn", roleArn());
        // Required in the answer, even if only metadata are wanted.
        answer.put("definition", data ? definition : "{}");
        configuration(answer);
        return answer;
    }

    ObjectNode describeForExecution(boolean data) {
        var answer = identity().put("roleArn", roleArn()).put("definition", data ? definition : "{}");
        answer.set("updateDate", Json.timestamp(created));
        configuration(answer);
        return answer;
    }

    private ObjectNode identity() {
        return Json.object().put("stateMachineArn", arn()).put("name", name);
    }

    private static void configuration(ObjectNode answer) {
        answer.putObject("loggingConfiguration").put("level", "OFF").put("includeExecutionData", false);
        answer.putObject("tracingConfiguration").put("enabled", false);
        answer.putObject("encryptionConfiguration").put("type", "AWS_OWNED_KEY");
    }
}
