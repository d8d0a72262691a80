package steward.local.aws;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.ecs.model.ContainerOverride;
import software.amazon.awssdk.services.ecs.model.LaunchType;
import software.amazon.awssdk.services.ecs.model.RunTaskRequest;
import software.amazon.awssdk.services.ecs.model.Tag;
import software.amazon.awssdk.services.ecs.model.Task;
import software.amazon.awssdk.services.ecs.model.TaskOverride;

/** A task whose program is a shell, and whose command is a script. */
public final class TestTask {

    private TestTask() {}

    /** In the cluster {@code steward}. */
    public static void install(Ecs ecs, Duration stopTimeout) {
        ecs.createCluster("steward");
        ecs.register(definition(List.of("/bin/sh", "-c"), stopTimeout));
    }

    static TaskDefinition definition(List<String> command, Duration stopTimeout) {
        return new TaskDefinition(
                "steward-task", "task", command, Map.of("FROM_DEFINITION", "1"), "STEWARD_SCRATCH", stopTimeout);
    }

    static RunTaskRequest request(String script) {
        return RunTaskRequest.builder()
                .cluster(Arn.cluster("steward"))
                .taskDefinition(Arn.taskDefinition("steward-task", 1))
                .launchType(LaunchType.FARGATE)
                .networkConfiguration(network -> network.awsvpcConfiguration(
                        vpc -> vpc.subnets("subnet-1").securityGroups("sg-1")))
                .overrides(TaskOverride.builder()
                        .containerOverrides(override(script).build())
                        .build())
                .tags(Tag.builder().key("steward:execution").value("x").build())
                .build();
    }

    static ContainerOverride.Builder override(String script) {
        return ContainerOverride.builder().name("task").command(script);
    }

    static boolean isOver(Task task) {
        return task.lastStatus().equals("STOPPED");
    }

    /** Waits until the program has printed it. */
    public static void awaitLine(Path log, String line) throws IOException, InterruptedException {
        var deadline = Instant.now().plusSeconds(20);
        while (!Files.exists(log) || !Files.readAllLines(log).contains(line)) {
            if (Instant.now().isAfter(deadline)) {
                throw new AssertionError("waited in vain for " + line);
            }
            Thread.sleep(20);
        }
    }
}
