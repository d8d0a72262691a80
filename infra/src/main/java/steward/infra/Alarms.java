package steward.infra;

import java.util.List;
import java.util.Map;
import java.util.Set;
import software.amazon.awscdk.services.cloudwatch.CfnAlarm;
import software.constructs.Construct;
import steward.infra.client.Client;
import steward.infra.client.SnapshotCopies;
import steward.infra.permission.Place;

/** What a person must know, beside the single executions that {@link StatusRule} tells of. */
final class Alarms extends Construct {
    static final String NAMESPACE = "Steward";
    private static final int FIVE_MINUTES = 300;
    private static final int HOUR = 3600;
    private static final long GIB = 1L << 30;

    private final String topic;

    Alarms(Construct scope, Client client, Set<String> workflows, AlarmTopic topic) {
        this(scope, topic);
        for (String function : Functions.NAMES) {
            Map<String, String> dimensions = Map.of("FunctionName", Place.STEWARD + "-" + function);
            atLeastOne("function-%s-errors".formatted(function), "AWS/Lambda", "Errors", dimensions);
            atLeastOne("function-%s-throttles".formatted(function), "AWS/Lambda", "Throttles", dimensions);
        }
        if (workflows.contains(StatusRule.SWEEP)) {
            undelivered(StatusRule.SWEEP_RULE);
        }
        client.instances().forEach(instance -> storage(instance.identifier()));
        if (workflows.contains("copy-snapshots")) {
            client.snapshotCopies().forEach(copies -> snapshotAge(copies.instance()));
        }
    }

    /** In a region that only keeps copies. */
    Alarms(Construct scope, List<SnapshotCopies> copied, AlarmTopic topic) {
        this(scope, topic);
        copied.forEach(copies -> snapshotAge(copies.instance()));
    }

    private Alarms(Construct scope, AlarmTopic topic) {
        super(scope, "AlarmsOn");
        this.topic = topic.arn();
        atLeastOne(
                "missed-schedules",
                "AWS/SQS",
                "ApproximateNumberOfMessagesVisible",
                Map.of("QueueName", Schedules.QUEUE));
        undelivered(StatusRule.PEOPLE_RULE);
    }

    /** Nobody else would hear of it: what a rule cannot deliver is gone after a day of trying. */
    private void undelivered(String rule) {
        atLeastOne("undelivered-" + rule, "AWS/Events", "FailedInvocations", Map.of("RuleName", rule));
    }

    private void atLeastOne(String name, String namespace, String metric, Map<String, String> dimensions) {
        alarm(name, namespace, metric, dimensions)
                .statistic("Maximum".equals(statistic(metric)) ? "Maximum" : "Sum")
                .period(FIVE_MINUTES)
                .evaluationPeriods(1)
                .threshold(1)
                .comparisonOperator("GreaterThanOrEqualToThreshold")
                .treatMissingData("notBreaching")
                .build();
    }

    private static String statistic(String metric) {
        return metric.startsWith("Approximate") ? "Maximum" : "Sum";
    }

    private void storage(String instance) {
        alarm("storage-" + instance, "AWS/RDS", "FreeStorageSpace", Map.of("DBInstanceIdentifier", instance))
                .statistic("Minimum")
                .period(FIVE_MINUTES)
                .evaluationPeriods(3)
                .threshold(5 * GIB)
                .comparisonOperator("LessThanThreshold")
                .treatMissingData("notBreaching")
                .build();
    }

    /**
     * In hours, as copy-snapshots reports it once a day: a copy of two days ago is too old, and a day and a half without a
     * report too long. A day alone would be too short: a run that takes an hour longer than that of the day before is none
     * that is missing.
     */
    private void snapshotAge(String instance) {
        alarm("snapshot-copy-" + instance, NAMESPACE, "NewestSnapshotCopyAge", Map.of("Instance", instance))
                .statistic("Minimum")
                .period(HOUR)
                .evaluationPeriods(36)
                .datapointsToAlarm(36)
                .threshold(48)
                .comparisonOperator("GreaterThanThreshold")
                .treatMissingData("breaching")
                .build();
    }

    private CfnAlarm.Builder alarm(String name, String namespace, String metric, Map<String, String> dimensions) {
        return CfnAlarm.Builder.create(this, name)
                .alarmName(Place.STEWARD + "-" + name)
                .alarmDescription("Steward: see infra/OPERATING.md")
                .namespace(namespace)
                .metricName(metric)
                .dimensions(dimensions.entrySet().stream()
                        .map(entry -> CfnAlarm.DimensionProperty.builder()
                                .name(entry.getKey())
                                .value(entry.getValue())
                                .build())
                        .toList())
                .alarmActions(List.of(topic));
    }
}
