package steward.local.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.ecs.model.AwsVpcConfiguration;
import software.amazon.awssdk.services.ecs.model.ClientException;
import software.amazon.awssdk.services.ecs.model.ClusterNotFoundException;
import software.amazon.awssdk.services.ecs.model.ContainerOverride;
import software.amazon.awssdk.services.ecs.model.DesiredStatus;
import software.amazon.awssdk.services.ecs.model.Failure;
import software.amazon.awssdk.services.ecs.model.InvalidParameterException;
import software.amazon.awssdk.services.ecs.model.KeyValuePair;
import software.amazon.awssdk.services.ecs.model.LaunchType;
import software.amazon.awssdk.services.ecs.model.RunTaskRequest;
import software.amazon.awssdk.services.ecs.model.Task;
import software.amazon.awssdk.services.ecs.model.TaskOverride;
import software.amazon.awssdk.services.ecs.model.TaskStopCode;
import steward.local.aws.Faults.Moment;

final class EcsIT {

    private final TestEndpoint endpoint = new TestEndpoint();

    @BeforeEach
    void make() {
        TestTask.install(endpoint.endpoint.ecs(), Duration.ofMillis(300));
    }

    @AfterEach
    void close() {
        endpoint.close();
    }

    @Test
    void aTaskRunsItsProgramToTheEnd() throws Exception {
        var started = run("echo out; echo error >&2; pwd; exit 0");
        assertThat(started.lastStatus()).isEqualTo("PROVISIONING");
        var over = await(started, TestTask::isOver);

        assertThat(over.stopCode()).isEqualTo(TaskStopCode.ESSENTIAL_CONTAINER_EXITED);
        assertThat(over.stoppedReason()).isEqualTo("Essential container in task exited");
        assertThat(over.containers().getFirst().exitCode()).isZero();
        assertThat(over.containers().getFirst().name()).isEqualTo("task");
        assertThat(over.startedAt()).isBeforeOrEqualTo(over.stoppedAt());
        assertThat(over.tags()).anyMatch(tag -> tag.key().equals("steward:execution"));
        var log = Files.readAllLines(endpoint.endpoint.ecs().log(over.taskArn()));
        assertThat(log.subList(0, 2)).containsExactly("out", "error");
        assertThat(Path.of(log.get(2))).as("its storage goes with it").doesNotExist();
    }

    @Test
    void itsEnvironmentHoldsNothingElse() throws Exception {
        var fromOverride =
                KeyValuePair.builder().name("FROM_OVERRIDE").value("a b").build();
        var task =
                run(overriding(TestTask.override("exec cat /proc/self/environ").environment(fromOverride)));
        var over = await(task, TestTask::isOver);

        var environment = Files.readString(endpoint.endpoint.ecs().log(over.taskArn()), StandardCharsets.UTF_8);
        assertThat(environment.split("\0", -1))
                .filteredOn(variable -> !variable.isEmpty() && !variable.startsWith("PWD="))
                .satisfiesExactlyInAnyOrder(
                        variable -> assertThat(variable).isEqualTo("FROM_DEFINITION=1"),
                        variable -> assertThat(variable).isEqualTo("FROM_OVERRIDE=a b"),
                        variable -> assertThat(variable).startsWith("STEWARD_SCRATCH=/"));
    }

    @Test
    void exitCodesArriveAsTheyAre() throws Exception {
        assertThat(exitCode("exit 1")).isOne();
        assertThat(exitCode("kill -KILL $$")).isEqualTo(137);
        assertThat(exitCode("kill -TERM $$")).isEqualTo(143);
    }

    @Test
    void aTaskThatIsStoppedIsAskedAtFirst() throws Exception {
        var task = run("trap 'echo asked; exit 3' TERM; echo ready; while :; do sleep 0.05; done");
        awaitLine(task, "ready");
        stop(task);
        var over = await(task, TestTask::isOver);

        assertThat(over.containers().getFirst().exitCode()).isEqualTo(3);
        assertThat(over.stopCode()).isEqualTo(TaskStopCode.USER_INITIATED);
        assertThat(over.stoppedReason()).isEqualTo("enough");
        assertThat(Files.readAllLines(log(task))).contains("asked");
    }

    @Test
    void aTaskThatDoesNotListenIsKilledWithAllItsProcesses() throws Exception {
        var task = run("trap '' TERM; (trap '' TERM; while :; do sleep 0.1; done) &"
                + " setsid sh -c 'while :; do sleep 0.1; done' & echo ready; while :; do sleep 0.1; done");
        awaitLine(task, "ready");
        var processes = GuardedFolder.processesIn(log(task).resolveSibling(""));
        assertThat(processes).hasSizeGreaterThanOrEqualTo(3);
        stop(task);
        var over = await(task, TestTask::isOver);

        assertThat(over.containers().getFirst().exitCode()).isEqualTo(137);
        assertThat(GuardedFolder.processesIn(log(task).resolveSibling(""))).isEmpty();
        // Those whose parent is gone end as zombies, until the system's first process takes note of them.
        processes.forEach(
                process -> process.onExit().orTimeout(20, TimeUnit.SECONDS).join());
    }

    @Test
    void whatATaskLeavesRunningIsKilledWhenItEnds() throws Exception {
        var over = await(run("setsid sleep 60 & sleep 60 & exit 0"), TestTask::isOver);

        assertThat(GuardedFolder.processesIn(log(over).resolveSibling(""))).isEmpty();
    }

    @Test
    void aTaskThatCannotStartSaysWhy() throws Exception {
        endpoint.endpoint.ecs().faults().failToStart("CannotPullContainerError: planned");
        var over = await(run("exit 0"), TestTask::isOver);

        assertThat(over.stopCode()).isEqualTo(TaskStopCode.TASK_FAILED_TO_START);
        assertThat(over.stoppedReason()).isEqualTo("CannotPullContainerError: planned");
        assertThat(over.containers().getFirst().exitCode()).isNull();

        endpoint.endpoint.ecs().register(TestTask.definition(List.of("/nowhere/program"), Duration.ofSeconds(1)));
        var missing = await(run("exit 0"), TestTask::isOver);
        assertThat(missing.stopCode()).isEqualTo(TaskStopCode.TASK_FAILED_TO_START);
        assertThat(missing.containers().getFirst().reason()).startsWith("CannotStartContainerError");
    }

    @Test
    void aTaskThatFindsNoPlaceIsNamedInFailures() {
        endpoint.endpoint.ecs().faults().refuse("RESOURCE:MEMORY");
        var answer = endpoint.ecs.runTask(TestTask.request("exit 0"));

        assertThat(answer.tasks()).isEmpty();
        assertThat(answer.failures()).extracting(Failure::reason).containsExactly("RESOURCE:MEMORY");
    }

    @Test
    void aRequestThatEcsWouldRefuseIsRefused() {
        assertThatExceptionOfType(ClusterNotFoundException.class).isThrownBy(() -> run(it -> it.cluster("other")));
        assertThatExceptionOfType(ClientException.class).isThrownBy(() -> run(it -> it.taskDefinition("other")));
        assertInvalid(it -> it.launchType(LaunchType.EC2));
        assertInvalid(it -> it.networkConfiguration(network -> {}));
        var nowhere = AwsVpcConfiguration.builder().build();
        assertInvalid(it -> it.networkConfiguration(network -> network.awsvpcConfiguration(nowhere)));
        assertInvalid(overriding(TestTask.override("exit 0").name("sidecar")));
        assertInvalid(overriding(TestTask.override("x".repeat(8_192))));
        assertThat(endpoint.endpoint.ecs().tasks()).isEmpty();
    }

    @Test
    void aCallWhoseAnswerWasLostStartsNoSecondTask() throws Exception {
        endpoint.endpoint.faults().drop("ecs:RunTask", 1, Moment.AFTER);
        var task = run("exit 0");

        assertThat(endpoint.endpoint.ecs().tasks()).containsExactly(task.taskArn());
        await(task, TestTask::isOver);
    }

    @Test
    void tasksAreListedAndDescribed() throws Exception {
        var runs = run("while :; do sleep 0.05; done");
        var over = await(run("exit 0"), TestTask::isOver);

        assertThat(endpoint.ecs.listTasks(it -> it.cluster("steward")).taskArns())
                .containsExactly(runs.taskArn());
        assertThat(endpoint.ecs
                        .listTasks(it -> it.cluster("steward").desiredStatus(DesiredStatus.STOPPED))
                        .taskArns())
                .containsExactly(over.taskArn());
        var described = endpoint.ecs.describeTasks(it -> it.cluster("steward").tasks(runs.taskArn(), "none"));
        assertThat(described.tasks()).hasSize(1);
        assertThat(described.failures()).extracting(Failure::reason).containsExactly("MISSING");
    }

    @Test
    void noTaskOutlivesTheEndpoint() throws Exception {
        // One process left the folder, the other the group.
        var task = run(
                "trap '' TERM; setsid sleep 61 & cd /; echo $$; echo $!; echo ready;" + " while :; do sleep 0.1; done");
        awaitLine(task, "ready");
        var log = log(task);
        var processes = Files.readAllLines(log).stream()
                .limit(2)
                .map(pid -> ProcessHandle.of(Long.parseLong(pid)).orElseThrow())
                .toList();
        endpoint.endpoint.close();

        assertThat(log.resolveSibling("")).doesNotExist();
        processes.forEach(
                process -> process.onExit().orTimeout(20, TimeUnit.SECONDS).join());
    }

    private int exitCode(String script) throws Exception {
        return await(run(script), TestTask::isOver).containers().getFirst().exitCode();
    }

    private Task run(String script) {
        return endpoint.ecs.runTask(TestTask.request(script)).tasks().getFirst();
    }

    private Task run(Consumer<RunTaskRequest.Builder> change) {
        var request = TestTask.request("exit 0").toBuilder();
        change.accept(request);
        return endpoint.ecs.runTask(request.build()).tasks().getFirst();
    }

    private void assertInvalid(Consumer<RunTaskRequest.Builder> change) {
        assertThatExceptionOfType(InvalidParameterException.class).isThrownBy(() -> run(change));
    }

    private static Consumer<RunTaskRequest.Builder> overriding(ContainerOverride.Builder override) {
        var overrides =
                TaskOverride.builder().containerOverrides(override.build()).build();
        return it -> it.overrides(overrides);
    }

    private void stop(Task task) {
        endpoint.ecs.stopTask(it -> it.cluster("steward").task(task.taskArn()).reason("enough"));
    }

    private Path log(Task task) {
        return endpoint.endpoint.ecs().log(task.taskArn());
    }

    private void awaitLine(Task task, String line) throws IOException, InterruptedException {
        TestTask.awaitLine(log(task), line);
    }

    private Task await(Task task, Predicate<Task> condition) throws InterruptedException {
        var deadline = Instant.now().plusSeconds(20);
        while (Instant.now().isBefore(deadline)) {
            var now = endpoint.ecs
                    .describeTasks(it -> it.cluster("steward").tasks(task.taskArn()))
                    .tasks()
                    .getFirst();
            if (condition.test(now)) {
                return now;
            }
            Thread.sleep(20);
        }
        throw new AssertionError("waited in vain for " + task);
    }
}
