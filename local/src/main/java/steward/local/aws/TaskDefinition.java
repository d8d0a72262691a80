package steward.local.aws;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * A task definition with one container, which is a program on this machine.
 *
 * @param family its name; there is revision 1 of it
 * @param container the container's name
 * @param command the program, as an absolute path, and its first arguments: what an image says as its entry point. The
 *     Command of an override comes behind them
 * @param environment all that the program finds in its environment, except for what RunTask adds
 * @param storage the variable that names the task's own folder, which goes when the task ends: a Fargate task's
 *     ephemeral storage. It is also the working directory
 * @param stopTimeout how long a task that is told to stop (SIGTERM) has before it is killed (SIGKILL); 30 s on ECS unless
 *     set
 */
public record TaskDefinition(
        String family,
        String container,
        List<String> command,
        Map<String, String> environment,
        String storage,
        Duration stopTimeout) {

    /** Copies what it is given. */
    public TaskDefinition {
        if (command.isEmpty() || !Path.of(command.getFirst()).isAbsolute()) {
            throw new IllegalArgumentException("a task's program is named by an absolute path, not " + command);
        }
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
    }

    public String arn() {
        return Arn.taskDefinition(family, 1);
    }

    /** By ARN, by family, or by family and revision. */
    boolean isNamed(String name) {
        return List.of(arn(), family, family + ":1").contains(name);
    }

    /** Environments may hold secrets. */
    @Override
    public String toString() {
        return "TaskDefinition[" + arn() + ", " + command + ", " + environment.keySet() + "]";
    }
}
