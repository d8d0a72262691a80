package steward.local.asl;

import java.util.Map;

/** A set of states with a start: the machine itself, a branch of a Parallel, or what a Map does with each item. */
record States(String startAt, Map<String, State> byName) {

    State get(String name) {
        State state = byName.get(name);
        if (state == null) {
            throw new IllegalArgumentException("no state called " + name);
        }
        return state;
    }
}
