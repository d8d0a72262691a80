package steward.local.virtual;

import java.util.ArrayList;
import java.util.List;
import steward.error.StewardException;
import steward.local.asl.TaskFailed;

/** Every error that a state's call can end with, by what it calls. */
final class Errors {
    private static final List<String> OURS = List.of(
            "InvalidInput",
            "ServerUnavailable",
            "ObjectBusy",
            "ObjectMissing",
            "ObjectExists",
            "NotOurs",
            "DependentObjects",
            "NotPermitted",
            "VerificationFailed");

    private static final List<String> LAMBDA = List.of(
            "Lambda.ServiceException",
            "Lambda.AWSLambdaException",
            "Lambda.SdkClientException",
            "Lambda.TooManyRequestsException",
            "Lambda.ClientExecutionTimeoutException",
            "Lambda.SnapStartNotReadyException",
            "Lambda.SnapStartTimeoutException",
            "Lambda.EC2ThrottledException",
            "Sandbox.Timedout",
            "Runtime.ExitError",
            "java.lang.IllegalStateException");

    private Errors() {}

    /** The first is one that is retried. */
    static List<String> of(String resource) {
        List<String> errors = new ArrayList<>();
        if (resource.endsWith(":lambda:invoke")) {
            errors.addAll(LAMBDA);
            OURS.forEach(name -> errors.add("steward.error." + name));
        } else if (resource.contains(":aws-sdk:")) {
            errors.addAll(ofService(resource.split(":", -1)[6], resource.split(":", -1)[7]));
        } else if (resource.endsWith(":ecs:runTask.sync")) {
            errors.addAll(List.of(
                    "ECS.AmazonECSException",
                    "ECS.ServerException",
                    "AmazonECS.Unknown",
                    "ECS.AccessDeniedException",
                    "States.TaskFailed"));
        } else {
            errors.addAll(List.of(
                    "StepFunctions.AWSStepFunctionsException",
                    "StepFunctions.SdkClientException",
                    "StepFunctions.ExecutionLimitExceededException",
                    "States.TaskFailed"));
        }
        errors.add("States.Timeout");
        return errors;
    }

    private static List<String> ofService(String service, String action) {
        return switch (service) {
            case "rds" -> ofRds(action);
            case "s3" -> List.of("S3.S3Exception", "S3.SdkClientException", "S3.NoSuchBucketException");
            case "secretsmanager" ->
                List.of(
                        "SecretsManager.SecretsManagerException",
                        "SecretsManager.SdkClientException",
                        "SecretsManager.InvalidRequestException");
            case "sfn" -> List.of("Sfn.SfnException", "Sfn.SdkClientException", "Sfn.InvalidArnException");
            case "ecs" -> List.of("Ecs.EcsException", "Ecs.SdkClientException", "Ecs.ClusterNotFoundException");
            case "cloudwatch" ->
                List.of(
                        "CloudWatch.CloudWatchException",
                        "CloudWatch.SdkClientException",
                        "CloudWatch.InternalServiceException");
            default -> throw new IllegalStateException("no errors of " + service);
        };
    }

    private static List<String> ofRds(String action) {
        List<String> errors = new ArrayList<>(List.of("Rds.RdsException", "Rds.SdkClientException"));
        errors.addAll(
                switch (action) {
                    case "restoreDBInstanceFromDBSnapshot" ->
                        List.of(
                                "Rds.InstanceQuotaExceededException",
                                "Rds.StorageQuotaExceededException",
                                "Rds.InsufficientDbInstanceCapacityException",
                                "Rds.KmsKeyNotAccessibleException",
                                "Rds.DbSubnetGroupDoesNotCoverEnoughAZsException",
                                "Rds.DbParameterGroupNotFoundException",
                                "Rds.InvalidDbSnapshotStateException",
                                "Rds.DbSnapshotNotFoundException",
                                "Rds.InvalidVpcNetworkStateException");
                    case "modifyDBInstance", "deleteDBInstance" ->
                        List.of("Rds.InvalidDbInstanceStateException", "Rds.DbInstanceNotFoundException");
                    case "describeDBInstances" -> List.of("Rds.DbInstanceNotFoundException");
                    case "describeDBSnapshots" -> List.of("Rds.DbSnapshotNotFoundException");
                    case "copyDBSnapshot" ->
                        List.of(
                                "Rds.DbSnapshotAlreadyExistsException",
                                "Rds.SnapshotQuotaExceededException",
                                "Rds.InvalidDbSnapshotStateException",
                                "Rds.KmsKeyNotAccessibleException");
                    case "deleteDBSnapshot" ->
                        List.of("Rds.DbSnapshotNotFoundException", "Rds.InvalidDbSnapshotStateException");
                    default -> List.<String>of();
                });
        return errors;
    }

    /** A refusal has none; of what timed out or was cut off nobody knows. */
    static boolean mayTakeEffect(String error) {
        return error.equals("States.Timeout")
                || error.endsWith("SdkClientException")
                || error.equals("Sandbox.Timedout")
                || error.equals("Runtime.ExitError")
                || error.equals("Lambda.ClientExecutionTimeoutException")
                || error.equals("Lambda.ServiceException");
    }

    /** That the live database is gone is no fault but an answer: the restored one then gets a user of its own. */
    static boolean isAnswer(String state, String error) {
        return state.equals("restore-database/FindLiveDatabase")
                && List.of("steward.error.ObjectMissing", "steward.error.NotOurs", "steward.error.ObjectBusy")
                        .contains(error);
    }

    /** A sweep that is told that an instance is gone has to believe it. If it is not true, the next sweep removes it. */
    static boolean isFalseAnswer(String state, String error) {
        return state.startsWith("sweep/") && error.equals("Rds.DbInstanceNotFoundException");
    }

    static TaskFailed ofFunction(String error) {
        try {
            return ModelFunctions.failed(Class.forName(error).asSubclass(StewardException.class), "planned");
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(error, e);
        }
    }

    /** What ECS and Step Functions tell of a job that failed is JSON. */
    static String cause(String error) {
        return error.equals("States.TaskFailed")
                ? "{\"Containers\": [{\"ExitCode\": 137}], \"StoppedReason\": \"planned\", \"Status\": \"FAILED\"}"
                : "planned";
    }
}
