package steward.infra;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awscdk.services.iam.IRole;
import software.amazon.awscdk.services.logs.LogGroup;
import software.amazon.awscdk.services.stepfunctions.CfnStateMachine;
import software.constructs.Construct;
import steward.infra.permission.Definition;
import steward.infra.permission.Installation;
import steward.infra.permission.Permissions;
import steward.infra.permission.Place;
import steward.infra.permission.Statement;

/** A workflow, with a role of its own. */
final class StateMachine extends Construct {
    private final CfnStateMachine resource;

    StateMachine(Construct scope, Definition definition, Installation installation, EncryptionKey key) {
        super(scope, definition.workflow());
        String name = Place.stateMachineName(definition.workflow());
        // Groups of that prefix need no entry in the account's resource policy, which is short.
        LogGroup logs = Logs.group(this, "/aws/vendedlogs/states/" + name, key);
        List<Statement> statements = new ArrayList<>(Permissions.of(definition, installation));
        statements.addAll(observability());
        IRole role = Roles.forService(
                this,
                installation.place(),
                definition.workflow(),
                "states.amazonaws.com",
                statements,
                "Executions, tasks, objects, secrets and snapshots have names that are made at run time, and "
                        + "logs, traces and metrics know no resources; RoleTest compares each role with what its "
                        + "states call");
        resource = CfnStateMachine.Builder.create(this, "StateMachine")
                .stateMachineName(name)
                .stateMachineType("STANDARD")
                .roleArn(role.getRoleArn())
                .definitionString(definition.text())
                .definitionSubstitutions(substitutions(definition, installation))
                .loggingConfiguration(logging(logs))
                .tracingConfiguration(CfnStateMachine.TracingConfigurationProperty.builder()
                        .enabled(true)
                        .build())
                .build();
    }

    /** Never what goes in and out: a database's name is nobody's business who reads logs. */
    private static CfnStateMachine.LoggingConfigurationProperty logging(LogGroup logs) {
        return CfnStateMachine.LoggingConfigurationProperty.builder()
                .level("ALL")
                .includeExecutionData(false)
                .destinations(List.of(CfnStateMachine.LogDestinationProperty.builder()
                        .cloudWatchLogsLogGroup(CfnStateMachine.CloudWatchLogsLogGroupProperty.builder()
                                .logGroupArn(logs.getLogGroupArn())
                                .build())
                        .build()))
                .build();
    }

    private static Map<String, String> substitutions(Definition definition, Installation installation) {
        Map<String, String> values = new TreeMap<>();
        definition.names().forEach(name -> values.put(name, installation.value(definition.workflow(), name)));
        return values;
    }

    /** What writing logs and traces needs; these actions know no resources (https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html). */
    private static List<Statement> observability() {
        return List.of(
                Statement.allow(
                        List.of(
                                "logs:CreateLogDelivery",
                                "logs:GetLogDelivery",
                                "logs:UpdateLogDelivery",
                                "logs:DeleteLogDelivery",
                                "logs:ListLogDeliveries",
                                "logs:PutResourcePolicy",
                                "logs:DescribeResourcePolicies",
                                "logs:DescribeLogGroups"),
                        List.of("*")),
                Statement.allow(
                        List.of(
                                "xray:PutTraceSegments",
                                "xray:PutTelemetryRecords",
                                "xray:GetSamplingRules",
                                "xray:GetSamplingTargets"),
                        List.of("*")));
    }

    CfnStateMachine resource() {
        return resource;
    }
}
