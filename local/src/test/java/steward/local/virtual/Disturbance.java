package steward.local.virtual;

import java.util.List;

/**
 * What happens to an execution that would succeed.
 *
 * @param stopAt number of the event at which it is stopped; 0 if it is not
 * @param rule whether the rule for executions that end badly is switched on
 * @param schedule whether two sweeps follow
 */
record Disturbance(List<PlannedFault> faults, int stopAt, boolean rule, boolean schedule) {
    static Disturbance of(List<PlannedFault> faults) {
        return new Disturbance(faults, 0, true, true);
    }

    static Disturbance stop(int event, boolean rule, boolean schedule) {
        return new Disturbance(List.of(), event, rule, schedule);
    }

    Disturbance withoutRule() {
        return new Disturbance(faults, stopAt, false, schedule);
    }

    Disturbance withoutSchedule() {
        return new Disturbance(faults, stopAt, rule, false);
    }
}
