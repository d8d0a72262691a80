package steward.local.integration;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.Locale;
import steward.local.asl.TaskFailed;

/** How a Lambda invocation fails, with the names and texts that Step Functions shows. */
final class LambdaErrors {

    private LambdaErrors() {}

    /**
     * What the handler threw. AWS's runtime for Java reports message (the class name if there is none), class name
     * and frames; causes are not among it.
     *
     * @see <a href="https://github.com/aws/aws-lambda-java-libs">LambdaErrorConverter in the runtime interface
     *     client</a>
     */
    static TaskFailed thrown(Throwable thrown) {
        String type = thrown.getClass().getName();
        String message = thrown.getLocalizedMessage();
        ObjectNode cause = Json.object();
        cause.put("errorMessage", message == null ? type : message);
        cause.put("errorType", type);
        ArrayNode frames = cause.putArray("stackTrace");
        for (StackTraceElement frame : thrown.getStackTrace()) {
            if (frame.getClassName().startsWith(LambdaInvocation.class.getName())) {
                break;
            }
            frames.add(frame.toString());
        }
        return new TaskFailed(type, Json.text(cause));
    }

    /** After the function's own timeout; that of the state is States.Timeout. */
    static TaskFailed timedOut(String requestId, Duration timeout) {
        double seconds = timeout.toMillis() / 1000.0;
        return platform(
                "Sandbox.Timedout",
                String.format(
                        Locale.ROOT, "RequestId: %s Error: Task timed out after %.2f seconds", requestId, seconds));
    }

    static TaskFailed responseTooLarge(int limit) {
        return platform(
                "Function.ResponseSizeTooLarge",
                "Response payload size exceeded maximum allowed payload size (" + limit + " bytes).");
    }

    static TaskFailed requestTooLarge(int limit, String requestId) {
        return service(
                "RequestTooLargeException",
                "Request must be smaller than " + limit + " bytes for the InvokeFunction operation",
                413,
                requestId);
    }

    static TaskFailed notFound(String arn, String requestId) {
        return service("ResourceNotFoundException", "Function not found: " + arn, 404, requestId);
    }

    /** Refused by the service, before the function ran. The format is that of the first SDK for Java. */
    static TaskFailed service(String exception, String message, int status, String requestId) {
        return new TaskFailed(
                "Lambda." + exception,
                String.format(
                        Locale.ROOT,
                        "%s (Service: AWSLambda; Status Code: %d; Error Code: %s; Request ID: %s; Proxy: null)",
                        message,
                        status,
                        exception,
                        requestId));
    }

    private static TaskFailed platform(String type, String message) {
        ObjectNode cause = Json.object();
        cause.put("errorType", type);
        cause.put("errorMessage", message);
        return new TaskFailed(type, Json.text(cause));
    }
}
