package steward.local;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Rules on names: of states, placeholders and errors. Each returns what breaks it, one sentence a place. */
final class NameRules {

    private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{([^}]*)}");
    private static final Pattern STEWARD_ERROR = Pattern.compile("steward\\.error\\.\\w+");

    /** <a href="https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html">Error names</a>. */
    private static final Set<String> STATES_ERRORS = Set.of(
            "States.ALL",
            "States.BranchFailed",
            "States.DataLimitExceeded",
            "States.ExceedToleratedFailureThreshold",
            "States.HeartbeatTimeout",
            "States.NoChoiceMatched",
            "States.Permissions",
            "States.QueryEvaluationError",
            "States.TaskFailed",
            "States.Timeout");

    /**
     * Of <a href="https://docs.aws.amazon.com/step-functions/latest/dg/sfn-best-practices.html">Lambda</a>, those of SnapStart
     * (<a href="https://docs.aws.amazon.com/lambda/latest/dg/snapstart-troubleshooting.html">versions that have become
     * inactive</a>) and of functions in a VPC
     * (<a href="https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html">Invoke</a>) among them.
     */
    private static final Set<String> LAMBDA_ERRORS = Set.of(
            "Lambda.AWSLambdaException",
            "Lambda.ClientExecutionTimeoutException",
            "Lambda.CodeArtifactUserPendingException",
            "Lambda.EC2ThrottledException",
            "Lambda.EC2UnexpectedException",
            "Lambda.ENILimitReachedException",
            "Lambda.ResourceConflictException",
            "Lambda.ResourceNotFoundException",
            "Lambda.ResourceNotReadyException",
            "Lambda.SdkClientException",
            "Lambda.ServiceException",
            "Lambda.SnapStartException",
            "Lambda.SnapStartNotReadyException",
            "Lambda.SnapStartRegenerationFailureException",
            "Lambda.SnapStartTimeoutException",
            "Lambda.SubnetIPAddressLimitReachedException",
            "Lambda.TooManyRequestsException",
            "Lambda.Unknown",
            "Runtime.ExitError",
            "Sandbox.Timedout");

    /** Of the optimised integrations, which are named as in the first SDK for Java. */
    private static final Set<String> OPTIMISED_ERRORS = Set.of(
            "AmazonECS.Unknown",
            "ECS.AmazonECSException",
            "ECS.ServerException",
            "StepFunctions.AWSStepFunctionsException",
            "StepFunctions.SdkClientException");

    private NameRules() {}

    static List<String> languageIsJsonata(Workflow workflow) {
        return workflow.definition().findValues("QueryLanguage").stream()
                                .allMatch(language -> language.asText().equals("JSONata"))
                        && workflow.definition().has("QueryLanguage")
                ? List.of()
                : List.of(workflow.name() + " must have QueryLanguage JSONata");
    }

    static List<String> statesAreNamedInOneWord(Workflow workflow) {
        return workflow.states().keySet().stream()
                .filter(name -> !name.matches("[A-Z][A-Za-z0-9]*"))
                .map(name -> "'" + name + "' is not one word in capitals")
                .toList();
    }

    static List<String> placeholdersAreKnown(Workflow workflow, Collection<Workflow> all) {
        Set<String> known = new TreeSet<>(Substitutions.names());
        all.forEach(other -> known.add(capitals(other.name()) + "StateMachineArn"));
        Matcher placeholder = PLACEHOLDER.matcher(workflow.definition().toString());
        return placeholder
                .results()
                .map(found -> found.group(1))
                .filter(name -> !known.contains(name))
                .map(name -> "${" + name + "} is not one of " + known)
                .toList();
    }

    /** A variable hides JSONata's function of that name: {@code $exists(...)} is no call any more. */
    static List<String> variablesHideNoFunctions(Workflow workflow) {
        String text = workflow.definition().toString();
        List<String> broken = new ArrayList<>();
        for (JsonNode assigned : workflow.definition().findValues("Assign")) {
            assigned.fieldNames().forEachRemaining(name -> {
                if (text.contains("$" + name + "(")) {
                    broken.add("variable " + name + " hides the function $" + name);
                }
            });
        }
        return broken;
    }

    static List<String> errorsExist(Workflow workflow) {
        List<String> broken = new ArrayList<>();
        for (Map.Entry<String, JsonNode> state : workflow.states().entrySet()) {
            for (JsonNode names : state.getValue().findValues("ErrorEquals")) {
                names.forEach(name -> {
                    if (!isError(name.asText())) {
                        broken.add(state.getKey() + ": there is no error " + name.asText());
                    }
                });
            }
        }
        STEWARD_ERROR
                .matcher(workflow.definition().toString())
                .results()
                .filter(found -> !isClass(found.group()))
                .forEach(found -> broken.add("there is no class " + found.group()));
        return broken;
    }

    private static boolean isError(String name) {
        return STATES_ERRORS.contains(name)
                || LAMBDA_ERRORS.contains(name)
                || OPTIMISED_ERRORS.contains(name)
                || (name.startsWith("steward.error.") && isClass(name))
                || isSdkError(name);
    }

    /** {@code Rds.DbInstanceNotFoundException} is a class of the SDK's package for RDS. */
    private static boolean isSdkError(String name) {
        String[] parts = name.split("\\.", -1);
        if (parts.length != 2) {
            return false;
        }
        String service = "software.amazon.awssdk.services." + parts[0].toLowerCase(Locale.ROOT);
        return isClass(service + "." + parts[0] + "Client")
                && (parts[1].equals("SdkClientException") || isClass(service + ".model." + parts[1]));
    }

    private static boolean isClass(String name) {
        try {
            Class.forName(name, false, NameRules.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException e) {
            return false;
        }
    }

    private static String capitals(String workflow) {
        return Arrays.stream(workflow.split("-", -1))
                .map(word -> word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1))
                .collect(Collectors.joining());
    }
}
