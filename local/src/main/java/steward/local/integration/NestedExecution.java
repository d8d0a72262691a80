package steward.local.integration;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.Locale;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.sfn.SfnClient;
import software.amazon.awssdk.services.sfn.model.DescribeExecutionResponse;
import software.amazon.awssdk.services.sfn.model.ExecutionStatus;
import software.amazon.awssdk.services.sfn.model.SfnException;
import software.amazon.awssdk.services.sfn.model.StartExecutionRequest;
import software.amazon.awssdk.services.sfn.model.StartExecutionResponse;
import steward.local.asl.TaskCall;
import steward.local.asl.TaskFailed;
import steward.local.asl.Time;

/**
 * {@code states:startExecution}, alone, with {@code .sync} and with {@code .sync:2}.
 *
 * @see <a href="https://docs.aws.amazon.com/step-functions/latest/dg/connect-stepfunctions.html">Start a new execution
 *     from a running execution</a>
 */
final class NestedExecution {

    private static final Duration FIRST_POLL = Duration.ofMillis(10);
    private static final Duration LONGEST_POLL = Duration.ofMillis(500);

    private final SfnClient stepFunctions;
    private final SdkCalls calls;
    private final Time time;

    NestedExecution(SfnClient stepFunctions, SdkCalls calls, Time time) {
        this.stepFunctions = stepFunctions;
        this.calls = calls;
        this.time = time;
    }

    /** Goes on as soon as the child runs. */
    JsonNode start(TaskCall call) throws TaskFailed {
        return SdkResponses.submitted(begin(call));
    }

    /** Waits for the child: with output and input as text, or as JSON. */
    JsonNode startAndWait(TaskCall call, boolean outputAsJson) throws TaskFailed, InterruptedException {
        StartExecutionResponse child = begin(call);
        call.progress().submitted(SdkResponses.submitted(child));
        DescribeExecutionResponse over = await(child.executionArn());
        ObjectNode description = SdkResponses.MILLISECONDS.json(over);
        if (over.status() != ExecutionStatus.SUCCEEDED) {
            throw new TaskFailed("States.TaskFailed", Json.text(SdkResponses.sorted(description)));
        }
        if (outputAsJson) {
            parse(description, "Input");
            parse(description, "Output");
        }
        return description;
    }

    /** Waits for the answer in any case: a child that nobody knows of could not be stopped. */
    private StartExecutionResponse begin(TaskCall call) throws TaskFailed {
        JsonNode arguments = call.arguments();
        try {
            Object request = SdkRequests.build((SdkPojo) StartExecutionRequest.builder(), arguments, "");
            return calls.awaitToTheEnd(() -> stepFunctions.startExecution((StartExecutionRequest) request));
        } catch (InvalidArguments e) {
            throw e.failing(arguments);
        } catch (SfnException e) {
            throw failure(e);
        } catch (SdkClientException e) {
            throw new TaskFailed("StepFunctions.SdkClientException", String.valueOf(e.getMessage()));
        }
    }

    private DescribeExecutionResponse await(String executionArn) throws TaskFailed, InterruptedException {
        try {
            Duration poll = FIRST_POLL;
            while (true) {
                DescribeExecutionResponse child =
                        calls.await(() -> stepFunctions.describeExecution(it -> it.executionArn(executionArn)));
                if (child.status() != ExecutionStatus.RUNNING) {
                    return child;
                }
                time.sleep(poll);
                poll = shorter(poll.multipliedBy(2), LONGEST_POLL);
            }
        } catch (InterruptedException e) {
            // A job that was started with .sync ends with its task, when that times out or its execution is stopped.
            calls.awaitToTheEnd(() -> stepFunctions.stopExecution(it -> it.executionArn(executionArn)));
            throw e;
        } catch (SfnException e) {
            throw failure(e);
        }
    }

    /** Name and text as of the first SDK for Java, which Step Functions' optimised integrations show. */
    private static TaskFailed failure(SfnException e) {
        String name = e.getClass().getSimpleName();
        return new TaskFailed(
                "StepFunctions." + (name.equals("SfnException") ? "AWSStepFunctionsException" : name),
                String.format(
                        Locale.ROOT,
                        "%s (Service: AWSStepFunctions; Status Code: %d; Error Code: %s; Request ID: %s; Proxy: null)",
                        e.awsErrorDetails().errorMessage(),
                        e.statusCode(),
                        e.awsErrorDetails().errorCode(),
                        e.requestId()));
    }

    private static void parse(ObjectNode description, String member) {
        if (description.has(member)) {
            Json.parse(description.path(member).asText()).ifPresent(json -> description.set(member, json));
        }
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }
}
