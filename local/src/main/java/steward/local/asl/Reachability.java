package steward.local.asl;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;

/** Whether every transition has a target, every state can be reached, and there is a way to end. */
final class Reachability {

    private Reachability() {}

    static void check(States states, Fields container, Diagnostics diagnostics) {
        String start = states.startAt();
        if (!states.byName().containsKey(start)) {
            diagnostics.add(Diagnostics.TARGET, container.at("StartAt"), "Missing 'StartAt' target: " + start);
            return;
        }
        boolean complete = true;
        for (State state : states.byName().values()) {
            for (Transition transition : state.transitions()) {
                if (!states.byName().containsKey(transition.to())) {
                    diagnostics.add(
                            Diagnostics.TARGET,
                            container.at("States") + "/" + state.name() + "/Next",
                            "Missing 'Next' target: " + transition.to());
                    complete = false;
                }
            }
        }
        if (complete) {
            checkGraph(states, container, diagnostics);
        }
    }

    private static void checkGraph(States states, Fields container, Diagnostics diagnostics) {
        if (states.byName().values().stream().noneMatch(Reachability::isTerminal)) {
            diagnostics.add(Diagnostics.END, "", "Workflow has no terminal state");
            return;
        }
        Set<String> reached = reached(states);
        states.byName().keySet().stream()
                .filter(name -> !reached.contains(name))
                .forEach(name -> diagnostics.add(
                        Diagnostics.TARGET,
                        container.at("States") + "/" + name,
                        "State \"" + name + "\" is not reachable."));
    }

    private static boolean isTerminal(State state) {
        return switch (state) {
            case State.Succeed succeed -> true;
            case State.Fail fail -> true;
            case State.Choice choice -> false;
            case State.Sequential sequential -> sequential.next().isEmpty();
        };
    }

    private static Set<String> reached(States states) {
        Set<String> reached = new HashSet<>();
        Deque<String> open = new ArrayDeque<>();
        open.add(states.startAt());
        while (!open.isEmpty()) {
            String name = open.remove();
            if (reached.add(name)) {
                states.get(name).transitions().forEach(transition -> open.add(transition.to()));
            }
        }
        return reached;
    }
}
