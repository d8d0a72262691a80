package steward.local;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Rules on time limits, retries and secrets. Each returns what breaks it, one sentence a place. */
final class TaskRules {

    /** They match nearly every error, also the bugs. */
    private static final Set<String> WILDCARDS = Set.of("States.ALL", "States.TaskFailed");

    private static final Pattern READS = Pattern.compile("arn:aws:states:::aws-sdk:\\w+:(describe|list|get)\\w+");
    private static final Pattern BRINGS_A_SECRET =
            Pattern.compile("arn:aws:states:::aws-sdk:secretsmanager:(get|batchGet)(SecretValue|RandomPassword)");
    private static final Set<String> SECRET_ARGUMENTS =
            Set.of("MasterUserPassword", "SecretString", "SecretBinary", "password");

    private TaskRules() {}

    static List<String> machineHasTimeout(Workflow workflow) {
        return workflow.definition().path("TimeoutSeconds").asInt() > 0
                ? List.of()
                : List.of(workflow.name() + " has no TimeoutSeconds");
    }

    static List<String> tasksHaveTimeout(Workflow workflow) {
        List<String> broken = new ArrayList<>();
        workflow.states().forEach((name, state) -> {
            if (isTask(state) && !state.has("TimeoutSeconds")) {
                broken.add(name + " has no TimeoutSeconds");
            }
        });
        return broken;
    }

    /** Or looks first whether the lost call took effect, where to repeat it blindly could hit something else. */
    static List<String> tasksHaveTargetedRetry(Workflow workflow) {
        List<String> broken = new ArrayList<>();
        workflow.states().forEach((name, state) -> {
            boolean looks = named(state, "Catch").stream().anyMatch(error -> error.endsWith(".SdkClientException"));
            if (isTask(state) && WILDCARDS.containsAll(retried(state)) && !looks) {
                broken.add(name + " has no targeted Retry");
            }
        });
        return broken;
    }

    /** What may have taken effect already is repeated only for errors that are known to be worth it. */
    static List<String> changesAreNotRetriedForEveryError(Workflow workflow) {
        List<String> broken = new ArrayList<>();
        workflow.states().forEach((name, state) -> {
            boolean changes = !READS.matcher(state.path("Resource").asText("")).matches();
            if (changes && retried(state).stream().anyMatch(WILDCARDS::contains)) {
                broken.add(name + " changes something and is retried for every error");
            }
        });
        return broken;
    }

    /** Arguments and results are in the history, for everybody to read who may look at executions. */
    static List<String> secretsTravelByArn(Workflow workflow) {
        List<String> broken = new ArrayList<>();
        workflow.states().forEach((name, state) -> {
            if (BRINGS_A_SECRET.matcher(state.path("Resource").asText("")).matches()) {
                broken.add(name + " brings a secret into the history");
            }
            for (String argument : SECRET_ARGUMENTS) {
                if (!state.path("Arguments").findValues(argument).isEmpty()) {
                    broken.add(name + " passes a secret as " + argument);
                }
            }
        });
        return broken;
    }

    static boolean isTask(JsonNode state) {
        return state.path("Type").asText().equals("Task");
    }

    private static List<String> retried(JsonNode state) {
        return named(state, "Retry");
    }

    /** The errors that a state's retriers or catchers name. */
    private static List<String> named(JsonNode state, String field) {
        List<String> names = new ArrayList<>();
        state.path(field).forEach(each -> each.path("ErrorEquals").forEach(name -> names.add(name.asText())));
        return names;
    }
}
