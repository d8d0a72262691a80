package steward.local.asl;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which names in ErrorEquals match a reported error.
 *
 * @see <a href="https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html">Handling errors</a>
 */
final class ErrorNames {

    static final String ALL = "States.ALL";
    static final String DATA_LIMIT_EXCEEDED = "States.DataLimitExceeded";
    static final String EXCEED_TOLERATED_FAILURE_THRESHOLD = "States.ExceedToleratedFailureThreshold";
    static final String HEARTBEAT_TIMEOUT = "States.HeartbeatTimeout";
    static final String QUERY_EVALUATION_ERROR = "States.QueryEvaluationError";
    static final String RUNTIME = "States.Runtime";
    static final String TASK_FAILED = "States.TaskFailed";
    static final String TIMEOUT = "States.Timeout";

    private ErrorNames() {}

    /** States.Runtime ends the execution whatever ErrorEquals says. An error without a name is matched by wildcards. */
    static boolean match(List<String> errorEquals, @Nullable String error) {
        if (RUNTIME.equals(error)) {
            return false;
        }
        return errorEquals.stream().anyMatch(name -> matches(name, error));
    }

    private static boolean matches(String name, @Nullable String error) {
        return switch (name) {
            // The documentation says that it does not catch States.DataLimitExceeded; recorded executions say it does.
            case ALL -> true;
            case TASK_FAILED -> !isTimeout(error);
            case TIMEOUT -> isTimeout(error);
            default -> name.equals(error);
        };
    }

    /** A missed heartbeat is a timeout too. */
    static boolean isTimeout(@Nullable String error) {
        return TIMEOUT.equals(error) || HEARTBEAT_TIMEOUT.equals(error);
    }
}
