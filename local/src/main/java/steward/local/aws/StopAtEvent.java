package steward.local.aws;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import steward.local.asl.HistoryEvent;

/** Stops the next execution of a state machine at one event of its history, as StopExecution would just then. */
public final class StopAtEvent implements ExecutionListener {

    private final StepFunctions stepFunctions;
    private final String prefix;
    private final long event;
    private final AtomicReference<@Nullable String> stopped = new AtomicReference<>();

    /**
     * Is to be given to {@link StepFunctions#listen}.
     *
     * @param event 1 is ExecutionStarted; the next event is ExecutionAborted
     */
    public StopAtEvent(StepFunctions stepFunctions, String stateMachine, long event) {
        this.stepFunctions = stepFunctions;
        this.prefix = Arn.execution(stateMachine, "");
        this.event = event;
    }

    /** False if no execution had that many events. */
    public boolean happened() {
        return stopped.get() != null;
    }

    @Override
    public void happened(String executionArn, HistoryEvent happened) {
        if (happened.id() == event && executionArn.startsWith(prefix) && stopped.compareAndSet(null, executionArn)) {
            stepFunctions.stop(executionArn, "Stopped", "at event " + event);
        }
    }
}
