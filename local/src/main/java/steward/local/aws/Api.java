package steward.local.aws;

import com.sun.net.httpserver.Headers;

/** One service in the protocol that its clients speak. */
interface Api {

    /** Whether a request with these headers is for this service. */
    boolean takes(Headers headers);

    /**
     * Reads a request.
     *
     * @throws AwsError if it cannot be read, or names an action that the service does not have
     */
    Call read(Headers headers, byte[] body);

    Answer refuse(AwsError error, String requestId);

    /** One call of one action, ready to be made. */
    interface Call {

        /** Service and action as IAM policies name them: {@code secretsmanager:PutSecretValue}. */
        String action();

        /** Makes the call. An {@link AwsError} if the service refuses. */
        Answer make(String requestId);
    }
}
