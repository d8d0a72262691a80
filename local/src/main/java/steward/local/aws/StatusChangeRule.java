package steward.local.aws;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.UUID;
import java.util.function.UnaryOperator;

/**
 * EventBridge's rule for "Step Functions Execution Status Change": starts a state machine for every execution that ends
 * FAILED, TIMED_OUT or ABORTED, but for its own.
 *
 * @see <a href="https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html">Events from Step
 *     Functions</a>
 */
public final class StatusChangeRule implements ExecutionListener {

    private static final Set<String> STATUSES = Set.of("FAILED", "TIMED_OUT", "ABORTED");

    private final StepFunctions stepFunctions;
    private final String target;
    private final UnaryOperator<JsonNode> transformer;
    private volatile boolean on = true;

    /**
     * Is to be given to {@link StepFunctions#listen}.
     *
     * @param target name of the state machine; nothing happens while there is none
     * @param transformer makes its input of the event's detail
     */
    public StatusChangeRule(StepFunctions stepFunctions, String target, UnaryOperator<JsonNode> transformer) {
        this.stepFunctions = stepFunctions;
        this.target = target;
        this.transformer = transformer;
    }

    public void switchOn() {
        on = true;
    }

    /** Events are lost while it is off. */
    public void switchOff() {
        on = false;
    }

    @Override
    public void changed(ExecutionDescription execution) {
        var arn = Arn.stateMachine(target);
        if (!on
                || !STATUSES.contains(execution.status())
                || execution.stateMachineArn().equals(arn)) {
            return;
        }
        if (stepFunctions.knows(arn)) {
            stepFunctions.start(
                    arn, name(execution), transformer.apply(detail(execution)).toString());
        }
    }

    /** One event of an execution has always the same name: it starts the target once. */
    private static String name(ExecutionDescription execution) {
        return "rule-" + UUID.nameUUIDFromBytes(execution.arn().getBytes(StandardCharsets.UTF_8));
    }

    /** The detail of the event: dates in milliseconds, absent members null. */
    static ObjectNode detail(ExecutionDescription execution) {
        var detail = Json.object()
                .put("executionArn", execution.arn())
                .put("stateMachineArn", execution.stateMachineArn())
                .put("name", execution.name())
                .put("status", execution.status())
                .put("startDate", execution.startDate().toEpochMilli())
                .put("input", execution.input());
        detail.set("inputDetails", Json.object().put("included", true));
        execution.stopDate().ifPresent(date -> detail.put("stopDate", date.toEpochMilli()));
        detail.putNull("output");
        detail.putNull("outputDetails");
        detail.put("error", execution.error().orElse(null));
        detail.put("cause", execution.cause().orElse(null));
        return detail;
    }
}
