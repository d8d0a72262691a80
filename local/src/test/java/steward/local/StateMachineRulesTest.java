package steward.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import steward.local.asl.Time;
import steward.local.integration.Integrations;

/**
 * The rules for the files of {@code statemachines/}. Each test holds all files to one rule and shows, on a sample that
 * is broken at this one point, that the rule would notice.
 */
final class StateMachineRulesTest {

    private static final Path FOLDER = Path.of("../statemachines");
    private static final Path SAMPLES = Path.of("src/test/resources/statemachines");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String TASK = "/States/CreateUser";
    private static final String MAP = "/States/EachItem";

    private final List<Workflow> workflows = Workflow.in(FOLDER);
    private final Workflow task = sample("sample-task");
    private final Workflow nesting = sample("sample-nesting");

    StateMachineRulesTest() throws IOException {}

    @Test
    void thereAreWorkflowsAndTheSamplesKeepTheRules() {
        assertThat(workflows).hasSizeGreaterThanOrEqualTo(3);
        for (Workflow sample : List.of(task, nesting)) {
            assertThat(TaskRules.machineHasTimeout(sample)).isEmpty();
            assertThat(TaskRules.tasksHaveTimeout(sample)).isEmpty();
            assertThat(TaskRules.tasksHaveTargetedRetry(sample)).isEmpty();
            assertThat(TaskRules.changesAreNotRetriedForEveryError(sample)).isEmpty();
            assertThat(TaskRules.secretsTravelByArn(sample)).isEmpty();
            assertThat(NameRules.languageIsJsonata(sample)).isEmpty();
            assertThat(NameRules.statesAreNamedInOneWord(sample)).isEmpty();
            assertThat(NameRules.placeholdersAreKnown(sample, workflows)).isEmpty();
            assertThat(NameRules.errorsExist(sample)).isEmpty();
            assertThat(OperationRules.operationsExist(sample)).isEmpty();
            assertThat(OperationRules.operationsRunInTheirFunction(sample)).isEmpty();
            assertThat(OperationRules.payloadsEqualTheRecords(sample)).isEmpty();
            assertThat(history(sample)).isEmpty();
        }
    }

    @Test
    void theMachineHasATimeout() {
        everyWorkflow(TaskRules::machineHasTimeout);
        assertThat(TaskRules.machineHasTimeout(without(task, "", "TimeoutSeconds")))
                .hasSize(1);
    }

    @Test
    void everyTaskHasATimeout() {
        everyWorkflow(TaskRules::tasksHaveTimeout);
        assertThat(TaskRules.tasksHaveTimeout(without(task, TASK, "TimeoutSeconds")))
                .containsExactly("CreateUser has no TimeoutSeconds");
        assertThat(TaskRules.tasksHaveTimeout(
                        without(nesting, MAP + "/ItemProcessor/States/DescribeItem", "TimeoutSeconds")))
                .containsExactly("DescribeItem has no TimeoutSeconds");
    }

    @Test
    void everyTaskHasATargetedRetry() {
        everyWorkflow(TaskRules::tasksHaveTargetedRetry);
        assertThat(TaskRules.tasksHaveTargetedRetry(without(task, TASK, "Retry")))
                .hasSize(1);
        assertThat(TaskRules.tasksHaveTargetedRetry(
                        with(nesting, MAP + "/ItemProcessor/States/DescribeItem", "Retry", retry("States.ALL"))))
                .hasSize(1);
    }

    @Test
    void whatChangesSomethingIsNotRetriedForEveryError() {
        everyWorkflow(TaskRules::changesAreNotRetriedForEveryError);
        for (String wildcard : List.of("States.ALL", "States.TaskFailed")) {
            assertThat(TaskRules.changesAreNotRetriedForEveryError(with(task, TASK, "Retry", retry(wildcard))))
                    .hasSize(1);
        }
        assertThat(TaskRules.changesAreNotRetriedForEveryError(
                        with(nesting, MAP + "/ItemProcessor/States/DescribeItem", "Retry", retry("States.ALL"))))
                .as("reading can be repeated")
                .isEmpty();
        assertThat(TaskRules.changesAreNotRetriedForEveryError(with(nesting, MAP, "Retry", retry("States.ALL"))))
                .as("a Map repeats what is in it")
                .hasSize(1);
    }

    @Test
    void secretsTravelByArn() {
        everyWorkflow(TaskRules::secretsTravelByArn);
        assertThat(TaskRules.secretsTravelByArn(
                        with(task, TASK, "Resource", "\"arn:aws:states:::aws-sdk:secretsmanager:getSecretValue\"")))
                .hasSize(1);
        assertThat(TaskRules.secretsTravelByArn(
                        with(task, TASK + "/Arguments/Payload/input", "password", "\"{% $password %}\"")))
                .hasSize(1);
    }

    @Test
    void theLanguageIsJsonata() {
        everyWorkflow(NameRules::languageIsJsonata);
        assertThat(NameRules.languageIsJsonata(without(task, "", "QueryLanguage")))
                .hasSize(1);
        assertThat(NameRules.languageIsJsonata(with(task, TASK, "QueryLanguage", "\"JSONPath\"")))
                .hasSize(1);
    }

    @Test
    void statesAreNamedInOneWord() {
        everyWorkflow(NameRules::statesAreNamedInOneWord);
        assertThat(NameRules.statesAreNamedInOneWord(with(task, "/States", "Create User", "{}")))
                .containsExactly("'Create User' is not one word in capitals");
    }

    @Test
    void everyPlaceholderIsKnown() {
        everyWorkflow(workflow -> NameRules.placeholdersAreKnown(workflow, workflows));
        assertThat(NameRules.placeholdersAreKnown(
                        with(task, TASK + "/Arguments", "FunctionName", "\"${MasterFunction}\""), workflows))
                .hasSize(1);
        assertThat(NameRules.placeholdersAreKnown(
                        with(task, TASK + "/Arguments", "StateMachineArn", "\"${CreateUserStateMachineArn}\""),
                        workflows))
                .isEmpty();
    }

    @Test
    void variablesHideNoFunctions() {
        everyWorkflow(NameRules::variablesHideNoFunctions);
        Workflow called = with(task, TASK, "Output", "\"{% $exists($states.result) %}\"");
        assertThat(NameRules.variablesHideNoFunctions(called)).isEmpty();
        assertThat(NameRules.variablesHideNoFunctions(with(called, TASK, "Assign", "{\"exists\": true}")))
                .containsExactly("variable exists hides the function $exists");
    }

    @Test
    void everyErrorNameExists() {
        everyWorkflow(NameRules::errorsExist);
        for (String wrong : List.of(
                "State.ALL",
                "States.Runtime",
                "steward.error.Busy",
                "steward.Operations",
                "ObjectBusy",
                "Rds.DBInstanceNotFoundException",
                "Rds.DbInstanceNotFoundFault",
                "RDS.RdsException",
                "Lambda.Timeout")) {
            assertThat(NameRules.errorsExist(with(task, TASK, "Retry", retry(wrong))))
                    .as(wrong)
                    .isNotEmpty();
        }
        for (String right :
                List.of("Rds.RdsException", "Rds.SdkClientException", "SecretsManager.ResourceNotFoundException")) {
            assertThat(NameRules.errorsExist(with(task, TASK, "Retry", retry(right))))
                    .isEmpty();
        }
        assertThat(NameRules.errorsExist(with(nesting, "/States/RefuseInput", "Error", "\"steward.error.Wrong\"")))
                .containsExactly("there is no class steward.error.Wrong");
    }

    @Test
    void everyOperationExists() {
        everyWorkflow(OperationRules::operationsExist);
        assertThat(OperationRules.operationsExist(with(task, TASK + "/Arguments/Payload", "operation", "\"MakeUser\"")))
                .containsExactly("CreateUser: there is no operation 'MakeUser'");
        assertThat(OperationRules.operationsExist(without(task, TASK + "/Arguments", "Payload")))
                .hasSize(1);
    }

    @Test
    void everyOperationIsUsed() {
        assertThat(OperationRules.operationsAreUsed(workflows)).isEmpty();
        assertThat(OperationRules.operationsAreUsed(List.of(task)))
                .contains("no workflow uses CreateDatabase")
                .doesNotContain("no workflow uses CreateUser");
    }

    @Test
    void everyOperationRunsInItsFunction() {
        everyWorkflow(OperationRules::operationsRunInTheirFunction);
        assertThat(OperationRules.operationsRunInTheirFunction(
                        with(task, TASK + "/Arguments", "FunctionName", "\"${OwnerFunctionArn}\"")))
                .containsExactly("CreateUser must call ${MasterFunctionArn}, not ${OwnerFunctionArn}");
    }

    @Test
    void payloadsEqualTheRecordsOfTheOperations() {
        everyWorkflow(OperationRules::payloadsEqualTheRecords);
        String input = TASK + "/Arguments/Payload/input";
        assertThat(OperationRules.payloadsEqualTheRecords(without(task, input, "adopt")))
                .hasSize(1);
        assertThat(OperationRules.payloadsEqualTheRecords(with(task, input, "adopted", "true")))
                .hasSize(1);
        assertThat(OperationRules.payloadsEqualTheRecords(
                        with(task, TASK + "/Arguments/Payload", "input", "\"{% $request %}\"")))
                .as("keys that only the expression knows")
                .hasSize(1);
    }

    @Test
    void theHistoryStaysUnderTwentyThousandEvents() {
        everyWorkflow(StateMachineRulesTest::history);
        assertThat(HistoryBound.of(task.definition(), new ArrayList<>())).isEqualTo(2 + 2 + 4 * 7);
        assertThat(HistoryBound.of(nesting.definition(), new ArrayList<>()))
                .isEqualTo(2 + 2 + (2 + 2 + 3 * (2 + 2 + 4 * 3)) + 2);
        assertThat(history(with(nesting, MAP, "Comment", "\"at most 2000\""))).hasSize(1);
        assertThat(history(without(nesting, MAP, "Comment"))).containsExactly("EachItem has no bound (at most N)");
        Workflow loop = with(nesting, "/States/BothAtOnce", "Next", "\"ChooseWay\"");
        assertThat(history(loop)).containsExactly("ChooseWay, BothAtOnce has no bound (at most N)");
        assertThat(history(with(loop, "/States/BothAtOnce", "Comment", "\"at most 100 times\"")))
                .isEmpty();
        assertThat(history(with(loop, "/States/BothAtOnce", "Comment", "\"at most 2000 times\"")))
                .hasSize(1);
    }

    @Test
    void whatALoopDoesRarelyCountsAsOftenAsItSays() {
        Workflow loop = with(
                with(nesting, "/States/BothAtOnce", "Next", "\"ChooseWay\""),
                "/States/ChooseWay",
                "Comment",
                "\"at most 100 times\"");
        Workflow rarely = with(loop, "/States/BothAtOnce", "Comment", "\"at most 20 times in all\"");
        long each = 2 + 2 + 3 * (2 + 2 + 4 * 3);
        assertThat(HistoryBound.of(loop.definition(), new ArrayList<>())).isEqualTo(2 + 100 * (2 + 10) + each + 2);
        assertThat(HistoryBound.of(rarely.definition(), new ArrayList<>())).isEqualTo(2 + 100 * 2 + 20 * 10 + each + 2);
        assertThat(history(with(rarely, "/States/ChooseWay", "Comment", "\"first\"")))
                .as("it bounds no loop")
                .hasSize(1);
        assertThat(history(with(rarely, "/States/BothAtOnce", "Comment", "\"at most 3000 times in all\"")))
                .hasSize(1);
        assertThat(history(with(loop, "/States/BothAtOnce", "Comment", "\"at most 5000 times\"")))
                .as("the largest of two")
                .hasSize(1);
    }

    private static List<String> history(Workflow workflow) {
        List<String> unbounded = new ArrayList<>();
        long events = HistoryBound.of(workflow.definition(), unbounded);
        List<String> broken = new ArrayList<>();
        unbounded.forEach(state -> broken.add(state + " has no bound (at most N)"));
        if (events >= 20_000) {
            broken.add(workflow.name() + " may have " + events + " events");
        }
        return broken;
    }

    @Test
    void everyResourceCanBeCarriedOutLocally() {
        everyWorkflow(StateMachineRulesTest::resources);
        assertThat(resources(with(task, TASK, "Resource", "\"arn:aws:states:::aws-sdk:rds:describeDbInstances\"")))
                .hasSize(1);
    }

    private static List<String> resources(Workflow workflow) {
        try (Integrations integrations = new Integrations(URI.create("http://127.0.0.1:1"), List.of(), Time.system())) {
            return workflow.states().values().stream()
                    .filter(TaskRules::isTask)
                    .flatMap(
                            state -> integrations.problem(state.path("Resource").asText()).stream())
                    .toList();
        }
    }

    @Test
    void everyWorkflowHasAnExampleInput() throws IOException {
        assertThat(inputs(FOLDER))
                .isEqualTo(workflows.stream().map(Workflow::name).toList());
        assertThat(inputs(SAMPLES)).containsExactly("sample-nesting", "sample-task");
    }

    /** The names of the inputs that are JSON objects. */
    private static List<String> inputs(Path folder) throws IOException {
        List<String> names = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder.resolve("inputs"))) {
            for (Path file : files.sorted().toList()) {
                if (JSON.readTree(file.toFile()).isObject()) {
                    names.add(file.getFileName().toString().replace(".json", ""));
                }
            }
        }
        return names;
    }

    private void everyWorkflow(Function<Workflow, List<String>> rule) {
        for (Workflow workflow : workflows) {
            assertThat(rule.apply(workflow)).as(workflow.name()).isEmpty();
        }
    }

    private static Workflow sample(String name) throws IOException {
        return Workflow.in(SAMPLES).stream()
                .filter(workflow -> workflow.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static String retry(String error) {
        return "[{\"ErrorEquals\": [\"" + error + "\"]}]";
    }

    private static Workflow without(Workflow workflow, String pointer, String member) {
        return changed(workflow, pointer, object -> object.remove(member));
    }

    private static Workflow with(Workflow workflow, String pointer, String member, String json) {
        return changed(workflow, pointer, object -> {
            try {
                object.set(member, JSON.readTree(json));
            } catch (IOException e) {
                throw new IllegalArgumentException(json, e);
            }
        });
    }

    private static Workflow changed(Workflow workflow, String pointer, Consumer<ObjectNode> change) {
        JsonNode copy = workflow.definition().deepCopy();
        change.accept((ObjectNode) copy.at(pointer));
        return new Workflow(workflow.name(), copy);
    }
}
