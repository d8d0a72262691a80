package steward;

import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkServiceException;
import steward.error.ServerUnavailable;

/** Failures of AWS's services as errors that workflows know. */
public final class AwsErrors {
    private static final int SERVERS_FAULT = 500;

    private AwsErrors() {}

    /**
     * A service that could not be reached, failed or asked for patience, after the SDK's own attempts, is one to try again;
     * whatever else it is stays what it is.
     */
    public static RuntimeException translate(RuntimeException failure) {
        boolean passes = failure instanceof SdkClientException
                || (failure instanceof SdkServiceException service
                        && (service.isThrottlingException() || service.statusCode() >= SERVERS_FAULT));
        return passes
                ? new ServerUnavailable("an AWS service does not answer: " + failure.getMessage(), failure)
                : failure;
    }
}
