package steward.infra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import steward.infra.Policy.Request;
import steward.infra.permission.Definition;
import steward.infra.permission.Installation;
import steward.infra.permission.Permissions;
import steward.infra.permission.Place;

/** The role of every state machine against the calls in its definition, both as they are in the template. */
class RoleTest {
    private static final String INTEGRATION = "arn:aws:states:::";
    /** What logging and tracing take. */
    private static final Set<String> OBSERVABILITY = Set.of(
            "logs:CreateLogDelivery",
            "logs:GetLogDelivery",
            "logs:UpdateLogDelivery",
            "logs:DeleteLogDelivery",
            "logs:ListLogDeliveries",
            "logs:PutResourcePolicy",
            "logs:DescribeResourcePolicies",
            "logs:DescribeLogGroups",
            "xray:PutTraceSegments",
            "xray:PutTelemetryRecords",
            "xray:GetSamplingRules",
            "xray:GetSamplingTargets");

    static Stream<String> workflows() {
        return Synthesized.definitions().keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("workflows")
    void aRoleMayDoWhatItsStatesCallAndNothingMore(String workflow) throws IOException {
        Map<String, List<String>> actions = actionsOfCalls();
        Set<String> needed = new TreeSet<>(OBSERVABILITY);
        for (JsonNode task : tasks(workflow)) {
            String call = task.path("Resource").asText().substring(INTEGRATION.length());
            assertThat(actions).as("calls.txt").containsKey(call);
            needed.addAll(actions.get(call));
            task.path("Arguments")
                    .fieldNames()
                    .forEachRemaining(name -> needed.addAll(actions.getOrDefault(call + "?" + name, List.of())));
        }

        Policies policies = new Policies(Synthesized.of("acme"));
        assertThat(new TreeSet<>(policies.of("steward-" + workflow).actions())).isEqualTo(needed);
    }

    @Test
    void whatCopiesToAnotherRegionMayDoTheSameThere() {
        Synthesized elsewhere = Synthesized.of("acme-us-west-2");
        String role = elsewhere.resources("AWS::IAM::Role").values().stream()
                .map(resource -> resource.path("RoleName").asText())
                .filter(name -> name.startsWith("steward-copy-snapshots"))
                .findFirst()
                .orElseThrow();

        assertThat(new TreeSet<>(new Policies(elsewhere).of(role).actions()))
                .isEqualTo(new TreeSet<>(new Policies(Synthesized.of("acme"))
                        .of("steward-copy-snapshots")
                        .actions()));
    }

    @ParameterizedTest
    @MethodSource("workflows")
    void aRoleMayCallTheFunctionsThatItsStatesNameAndNoOthers(String workflow) throws IOException {
        JsonNode machine = machine(workflow);
        Values values = new Values(Synthesized.of("acme"));
        Set<String> named = new TreeSet<>();
        definition(machine)
                .findValuesAsText("FunctionName")
                .forEach(name -> named.add(values.text(
                        machine.path("DefinitionSubstitutions").path(name.substring(2, name.length() - 1)))));

        Policy policy = new Policies(Synthesized.of("acme")).of("steward-" + workflow);
        Set<String> callable = new TreeSet<>();
        for (String function : List.of("master", "owner", "rotation", "other")) {
            String arn = "arn:aws:lambda:us-east-1:111111111111:function:steward-%s:live".formatted(function);
            if (policy.allows(new Request("lambda:InvokeFunction", arn, Map.of()))) {
                callable.add(arn);
            }
        }
        assertThat(callable).isEqualTo(named);
    }

    @Test
    void everyWorkflowIsInTheTemplate() {
        assertThat(Synthesized.of("acme").resources("AWS::StepFunctions::StateMachine"))
                .hasSameSizeAs(Synthesized.definitions().keySet());
    }

    @Test
    void aCallThatIsNotInTheTableFailsTheSynthesis() {
        Definition definition = Definition.parse("odd", """
                {"States": {"Odd": {"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:iam:createUser", "Arguments": {}}}}
                """);
        Installation installation =
                new Installation(new Place("111111111111", "us-east-1"), Map.of(), "key", "key", List.of());

        assertThatThrownBy(() -> Permissions.of(definition, installation))
                .hasMessageContaining("odd: state Odd calls aws-sdk:iam:createUser, for which");
    }

    @Test
    void aNameThatIsNotKnownFailsTheSynthesis() {
        Definition definition = Definition.parse("odd", """
                {"States": {"Odd": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke",
                  "Arguments": {"FunctionName": "${OddFunctionArn}"}}}}
                """);
        Installation installation =
                new Installation(new Place("111111111111", "us-east-1"), Map.of(), "key", "key", List.of());

        assertThatThrownBy(() -> Permissions.of(definition, installation))
                .hasMessage("odd: ${OddFunctionArn} is not known");
    }

    @Test
    void onlyTemporaryInstancesCanBeChangedOrDeleted() {
        Definition definition = Definition.parse("odd", """
                {"States": {
                  "Modify": {"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:rds:modifyDBInstance"},
                  "Delete": {"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:rds:deleteDBInstance"}}}
                """);
        Installation installation =
                new Installation(new Place("111111111111", "us-east-1"), Map.of(), "key", "key", List.of());
        List<JsonNode> statements = Permissions.of(definition, installation).stream()
                .map(statement -> new ObjectMapper().<JsonNode>valueToTree(statement.json()))
                .toList();
        Policy policy = new Policy(statements, new Values(Synthesized.of("acme")));
        Map<String, String> tagged = Map.of("aws:ResourceTag/steward:temporary", "an execution");
        String instance = "arn:aws:rds:us-east-1:111111111111:db:";

        for (String action : List.of("rds:ModifyDBInstance", "rds:DeleteDBInstance")) {
            assertThat(policy.allows(new Request(action, instance + "steward-tmp-1", tagged)))
                    .isTrue();
            assertThat(policy.allows(new Request(action, instance + "steward-tmp-1", Map.of())))
                    .isFalse();
            assertThat(policy.allows(new Request(action, instance + "acme-production", tagged)))
                    .isFalse();
        }
    }

    private static JsonNode machine(String workflow) {
        return Synthesized.of("acme").resources("AWS::StepFunctions::StateMachine").values().stream()
                .filter(machine -> machine.path("StateMachineName").asText().equals("steward-" + workflow))
                .findFirst()
                .orElseThrow();
    }

    private static JsonNode definition(JsonNode machine) throws JsonProcessingException {
        return new ObjectMapper().readTree(machine.path("DefinitionString").asText());
    }

    /** What the Task states call, wherever they are. */
    private static List<JsonNode> tasks(String workflow) throws JsonProcessingException {
        return definition(machine(workflow)).findParents("Resource");
    }

    private static Map<String, List<String>> actionsOfCalls() throws IOException {
        Map<String, List<String>> actions = new TreeMap<>();
        try (var stream = Objects.requireNonNull(RoleTest.class.getResourceAsStream("/calls.txt"))) {
            new String(stream.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> List.of(line.split(" ", -1)))
                    .forEach(words -> actions.put(words.getFirst(), words.subList(1, words.size())));
        }
        return actions;
    }
}
