package steward.local.aws;

import java.io.IOException;

/**
 * What a request asks for.
 *
 * @param action its name in the API, as faults are planned for it: {@code UploadPart}
 */
record S3Route(String action, Method method) {

    /** Does it. */
    interface Method {

        /** An {@link AwsError} if S3 refuses. */
        S3Answer answer(S3Request request) throws IOException;
    }
}
