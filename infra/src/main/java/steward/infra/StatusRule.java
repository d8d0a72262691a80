package steward.infra;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import software.amazon.awscdk.services.events.CfnRule;
import software.constructs.Construct;
import steward.infra.permission.Place;
import steward.infra.permission.Statement;

/**
 * Hears of executions that failed, were stopped or ran out of time: tells people, and starts the sweep of what they left,
 * since no Catch runs then.
 */
final class StatusRule extends Construct {
    static final String SWEEP = "sweep";
    static final String SWEEP_RULE = "steward-sweep";
    static final String PEOPLE_RULE = "steward-execution-ended";

    StatusRule(Construct scope, Place place, Set<String> workflows, AlarmTopic topic) {
        super(scope, "StatusRule");
        rule("Rule", PEOPLE_RULE, place, workflows, people(topic));
        if (workflows.contains(SWEEP)) {
            // A sweep that fails must not start the next one, which would fail as well: the schedule does.
            Set<String> others = new TreeSet<>(workflows);
            others.remove(SWEEP);
            rule("Sweep", SWEEP_RULE, place, others, sweep(place));
        }
    }

    private void rule(String id, String name, Place place, Set<String> workflows, CfnRule.TargetProperty target) {
        CfnRule.Builder.create(this, id)
                .name(name)
                .description("Executions of Steward that failed, timed out or were stopped")
                .eventPattern(Map.of(
                        "source", List.of("aws.states"),
                        "detail-type", List.of("Step Functions Execution Status Change"),
                        "detail",
                                Map.of(
                                        "status", List.of("FAILED", "TIMED_OUT", "ABORTED"),
                                        "stateMachineArn",
                                                workflows.stream()
                                                        .sorted()
                                                        .map(place::stateMachine)
                                                        .toList())))
                .targets(List.of(target))
                .build();
    }

    /** Only names: inputs stay in Step Functions. */
    private static CfnRule.TargetProperty people(AlarmTopic topic) {
        return CfnRule.TargetProperty.builder()
                .id("people")
                .arn(topic.arn())
                .inputTransformer(CfnRule.InputTransformerProperty.builder()
                        .inputPathsMap(Map.of("execution", "$.detail.executionArn", "status", "$.detail.status"))
                        .inputTemplate("\"Steward: <status>: <execution>\"")
                        .build())
                .build();
    }

    private CfnRule.TargetProperty sweep(Place place) {
        return CfnRule.TargetProperty.builder()
                .id(SWEEP)
                .arn(place.stateMachine(SWEEP))
                .roleArn(Roles.forService(
                                this,
                                place,
                                "status-rule",
                                "events.amazonaws.com",
                                List.of(Statement.allow("states:StartExecution", place.stateMachine(SWEEP))),
                                "")
                        .getRoleArn())
                .input("{}")
                .build();
    }
}
