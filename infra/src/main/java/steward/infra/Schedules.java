package steward.infra;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import software.amazon.awscdk.Annotations;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.iam.IRole;
import software.amazon.awscdk.services.scheduler.CfnSchedule;
import software.amazon.awscdk.services.scheduler.CfnScheduleGroup;
import software.amazon.awscdk.services.sqs.Queue;
import software.amazon.awscdk.services.sqs.QueueEncryption;
import software.constructs.Construct;
import steward.infra.client.Client;
import steward.infra.client.SnapshotCopies;
import steward.infra.permission.Place;
import steward.infra.permission.Statement;

/** What runs by itself. A start that fails for an hour is left in the queue, which has an alarm. */
final class Schedules extends Construct {
    static final String QUEUE = "steward-missed-schedules";
    private static final int MOST_CHARACTERS = 64;
    private static final String COPY_SNAPSHOTS = "copy-snapshots";

    private final Place place;
    private final Set<String> workflows;
    private final Queue missed;
    private final String group;
    private final List<Start> starts = new ArrayList<>();

    /** A workflow to be started, and with what. */
    private record Start(String name, String workflow, String schedule, String input) {}

    /** What a client's own region starts. */
    Schedules(Construct scope, Client client, Place place, Set<String> workflows, EncryptionKey key) {
        this(scope, place, workflows, key);
        client.snapshotCopies()
                .forEach(copies -> add(
                        COPY_SNAPSHOTS,
                        copies.instance(),
                        copies.schedule(),
                        Map.of("instance", copies.instance(), "retain", retain(copies.retain()))));
        client.rotations()
                .forEach(rotation -> add(
                        "rotate-password",
                        rotation.instance() + "-" + rotation.user(),
                        rotation.schedule(),
                        Map.of("instance", rotation.instance(), "user", rotation.user())));
        add(
                "sweep",
                "all",
                client.sweep().schedule(),
                Map.of("olderThanMinutes", client.sweep().olderThanMinutes()));
        build(key);
    }

    /** What another region starts, at the same times: there a run waits for the copy that it copies. */
    Schedules(Construct scope, String sourceRegion, List<SnapshotCopies> all, Place place, EncryptionKey key) {
        this(scope, place, Set.of(COPY_SNAPSHOTS), key);
        all.forEach(copies -> copies.otherRegion()
                .ifPresent(other -> add(
                        COPY_SNAPSHOTS,
                        copies.instance(),
                        copies.schedule(),
                        Map.of(
                                "instance",
                                copies.instance(),
                                "sourceRegion",
                                sourceRegion,
                                "retain",
                                retain(other.retain())))));
        build(key);
    }

    private Schedules(Construct scope, Place place, Set<String> workflows, EncryptionKey key) {
        super(scope, "Schedules");
        this.place = place;
        this.workflows = workflows;
        missed = Queue.Builder.create(this, "Missed")
                .queueName(QUEUE)
                .encryption(QueueEncryption.KMS)
                .encryptionMasterKey(key.key())
                .enforceSsl(true)
                .retentionPeriod(Duration.days(14))
                .build();
        Suppressions.add(missed, "AwsSolutions-SQS3", "It is a dead-letter queue itself");
        group = CfnScheduleGroup.Builder.create(this, "Group")
                .name(Place.STEWARD)
                .build()
                .getRef();
    }

    private static Map<String, Object> retain(SnapshotCopies.Retention retain) {
        return Map.of(
                "daily", retain.daily(),
                "weekly", retain.weekly(),
                "monthly", retain.monthly(),
                "yearly", retain.yearly());
    }

    private void build(EncryptionKey key) {
        if (!starts.isEmpty()) {
            String role = role(key).getRoleArn();
            starts.forEach(start -> build(start, role));
        }
    }

    private void add(String workflow, String what, String schedule, Map<String, Object> input) {
        if (!workflows.contains(workflow)) {
            Annotations.of(this)
                    .addWarningV2(
                            "steward:" + workflow, "there is no workflow %s: it is not scheduled".formatted(workflow));
            return;
        }
        String name = "%s-%s".formatted(workflow, what.replaceAll("[^A-Za-z0-9_.-]", "-"));
        starts.add(new Start(shortened(name), workflow, schedule, Stack.of(this).toJsonString(input)));
    }

    /** Names are 64 characters long at most; two that begin alike stay two. */
    private static String shortened(String name) {
        return name.length() <= MOST_CHARACTERS
                ? name
                : "%s-%08x".formatted(name.substring(0, MOST_CHARACTERS - 9), name.hashCode());
    }

    private void build(Start start, String role) {
        CfnSchedule.Builder.create(this, start.name())
                .groupName(group)
                .name(start.name())
                .scheduleExpression(start.schedule())
                .scheduleExpressionTimezone("UTC")
                .flexibleTimeWindow(CfnSchedule.FlexibleTimeWindowProperty.builder()
                        .mode("OFF")
                        .build())
                .state("ENABLED")
                .target(CfnSchedule.TargetProperty.builder()
                        .arn(place.stateMachine(start.workflow()))
                        .roleArn(role)
                        .input(start.input())
                        .retryPolicy(CfnSchedule.RetryPolicyProperty.builder()
                                .maximumEventAgeInSeconds(3600)
                                .maximumRetryAttempts(10)
                                .build())
                        .deadLetterConfig(CfnSchedule.DeadLetterConfigProperty.builder()
                                .arn(missed.getQueueArn())
                                .build())
                        .build())
                .build();
    }

    private IRole role(EncryptionKey key) {
        List<String> started = starts.stream()
                .map(start -> place.stateMachine(start.workflow()))
                .distinct()
                .sorted()
                .toList();
        return Roles.forService(
                this,
                place,
                "schedules",
                "scheduler.amazonaws.com",
                List.of(
                        Statement.allow(List.of("states:StartExecution"), started),
                        Statement.allow("sqs:SendMessage", missed.getQueueArn()),
                        Statement.allow(List.of("kms:GenerateDataKey", "kms:Decrypt"), List.of(key.arn()))
                                .when(
                                        "StringEquals",
                                        "kms:ViaService",
                                        "sqs.%s.amazonaws.com".formatted(place.region()))),
                "");
    }
}
