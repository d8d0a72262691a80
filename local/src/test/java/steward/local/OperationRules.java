package steward.local;

import com.fasterxml.jackson.databind.JsonNode;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import steward.Operation;
import steward.Operations;

/** Rules between state machines and the catalogue of operations. Each returns what breaks it. */
final class OperationRules {

    private static final String LAMBDA = "arn:aws:states:::lambda:invoke";

    private OperationRules() {}

    static List<String> operationsExist(Workflow workflow) {
        return calls(workflow, (state, call) -> {
            String name = call.path("operation").asText();
            return Operations.named(name).isEmpty()
                    ? Optional.of(state + ": there is no operation '" + name + "'")
                    : Optional.empty();
        });
    }

    static List<String> operationsAreUsed(Collection<Workflow> workflows) {
        Set<String> unused = new TreeSet<>();
        Operations.all().forEach(operation -> unused.add(operation.name()));
        workflows.forEach(workflow ->
                workflow.definition().findValues("operation").forEach(name -> unused.remove(name.asText())));
        return unused.stream().map(name -> "no workflow uses " + name).toList();
    }

    /** The functions are split by whose credentials they may read. */
    static List<String> operationsRunInTheirFunction(Workflow workflow) {
        List<String> broken = new ArrayList<>();
        workflow.states()
                .forEach((name, state) -> Operations.named(
                                state.at("/Arguments/Payload/operation").asText())
                        .ifPresent(operation -> {
                            String function = function(operation);
                            String called = state.at("/Arguments/FunctionName").asText();
                            if (!called.equals(function)) {
                                broken.add(name + " must call " + function + ", not " + called);
                            }
                        }));
        return broken;
    }

    /** An absent key would be refused by the function only when the state is reached. */
    static List<String> payloadsEqualTheRecords(Workflow workflow) {
        return calls(
                workflow,
                (state, call) -> Operations.named(call.path("operation").asText())
                        .map(OperationRules::components)
                        .filter(components -> !components.equals(keys(call.path("input"))))
                        .map(components -> state + ": the input must have the keys " + components + ", not "
                                + keys(call.path("input"))));
    }

    private static List<String> calls(Workflow workflow, BiFunction<String, JsonNode, Optional<String>> rule) {
        List<String> broken = new ArrayList<>();
        workflow.states().forEach((name, state) -> {
            if (state.path("Resource").asText().equals(LAMBDA)) {
                rule.apply(name, state.at("/Arguments/Payload")).ifPresent(broken::add);
            }
        });
        return broken;
    }

    private static String function(Operation<?, ?> operation) {
        return switch (operation.function()) {
            case MASTER -> "${MasterFunctionArn}";
            case OWNER -> "${OwnerFunctionArn}";
        };
    }

    private static Set<String> components(Operation<?, ?> operation) {
        return Arrays.stream(operation.inputType().getRecordComponents())
                .map(RecordComponent::getName)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> keys(JsonNode input) {
        Set<String> keys = new TreeSet<>();
        input.fieldNames().forEachRemaining(keys::add);
        return keys;
    }
}
