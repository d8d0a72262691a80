package steward.local.aws;

import steward.local.asl.HistoryEvent;

/**
 * Is told what happens in executions, in the order in which it happens, on the execution's own thread: whoever takes
 * long holds the execution up.
 */
public interface ExecutionListener {

    /** An event was added to the history of an execution. */
    default void happened(String executionArn, HistoryEvent event) {}

    /** An execution has started, or is over. What EventBridge calls "Step Functions Execution Status Change". */
    default void changed(ExecutionDescription execution) {}
}
