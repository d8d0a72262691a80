package steward.local.asl;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;

/**
 * One event of an execution's history.
 *
 * @param id 1, 2, 3, ... in the order in which things happened
 * @param previousEventId the event that led to this one; 0 for the first of a chain
 * @param type a HistoryEventType of the Step Functions API, such as TaskStateEntered
 * @param details the member that HistoryEvent has for this type, with the names of GetExecutionHistory in camel
 *     case; null node if the type has none (LambdaFunctionStarted)
 */
public record HistoryEvent(long id, long previousEventId, Instant timestamp, String type, JsonNode details) {}
