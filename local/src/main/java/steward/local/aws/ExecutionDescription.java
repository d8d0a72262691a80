package steward.local.aws;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.Optional;

/**
 * An execution at one moment.
 *
 * @param status RUNNING, SUCCEEDED, FAILED, TIMED_OUT or ABORTED
 * @param input as it was given
 */
public record ExecutionDescription(
        String arn,
        String stateMachineArn,
        String name,
        String status,
        Instant startDate,
        Optional<Instant> stopDate,
        String input,
        Optional<JsonNode> output,
        Optional<String> error,
        Optional<String> cause) {

    static final String RUNNING = "RUNNING";

    boolean running() {
        return status.equals(RUNNING);
    }

    /** An item of ListExecutions. */
    ObjectNode item() {
        var item = Json.object()
                .put("executionArn", arn)
                .put("stateMachineArn", stateMachineArn)
                .put("name", name)
                .put("status", status)
                .put("redriveCount", 0);
        item.set("startDate", Json.timestamp(startDate));
        stopDate.ifPresent(date -> item.set("stopDate", Json.timestamp(date)));
        return item;
    }

    /** The answer of DescribeExecution. */
    ObjectNode describe(boolean data) {
        var answer = item();
        if (data) {
            answer.put("input", input);
            answer.set("inputDetails", included());
            output.ifPresent(value -> {
                answer.put("output", Json.write(value));
                answer.set("outputDetails", included());
            });
            error.ifPresent(name -> answer.put("error", name));
            cause.ifPresent(text -> answer.put("cause", text));
        }
        if (running() || status.equals("SUCCEEDED")) {
            answer.put("redriveStatus", "NOT_REDRIVABLE");
            return answer.put("redriveStatusReason", "Execution is " + status + " and cannot be redriven");
        }
        return answer.put("redriveStatus", "REDRIVABLE");
    }

    private static ObjectNode included() {
        return Json.object().put("included", true);
    }
}
