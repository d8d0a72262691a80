package steward.local.asl;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A state machine whose definition AWS would accept. */
public final class StateMachine {

    private final Optional<String> comment;
    private final States states;
    private final Optional<Duration> timeout;

    StateMachine(Optional<String> comment, States states, Optional<Duration> timeout) {
        this.comment = comment;
        this.states = states;
        this.timeout = timeout;
    }

    /**
     * Reads a definition in Amazon States Language. JSONata only, at the top or state by state.
     *
     * @throws InvalidDefinition if AWS would refuse it, with all the reasons
     */
    public static StateMachine parse(String definition) {
        return new DefinitionReader().read(definition);
    }

    public Optional<String> comment() {
        return comment;
    }

    /** How long an execution may take. */
    public Optional<Duration> timeout() {
        return timeout;
    }

    /** The machine as a graph. */
    public Graph graph() {
        return graph(states);
    }

    States states() {
        return states;
    }

    private static Graph graph(States states) {
        return new Graph(
                states.startAt(),
                states.byName().values().stream().map(StateMachine::node).toList());
    }

    private static Node node(State state) {
        return new Node(
                state.name(),
                state.type(),
                state instanceof State.Task task ? Optional.of(task.resource()) : Optional.empty(),
                state.transitions(),
                switch (state) {
                    case State.Parallel parallel ->
                        parallel.branches().stream().map(StateMachine::graph).toList();
                    case State.MapItems map -> List.of(graph(map.processor()));
                    default -> List.of();
                });
    }

    /** States in the order of the definition. */
    public record Graph(String startAt, List<Node> states) {}

    /**
     * A state in the graph.
     *
     * @param resource of a Task
     * @param transitions empty for a state that ends
     * @param inner the branches of a Parallel, or what a Map does with each item
     */
    public record Node(
            String name, String type, Optional<String> resource, List<Transition> transitions, List<Graph> inner) {}
}
