package steward.local.aws;

/**
 * What S3 answers when it refuses.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html">Error responses</a>
 */
final class S3Errors {

    private S3Errors() {}

    static AwsError noSuchBucket() {
        return new AwsError(404, "NoSuchBucket", "The specified bucket does not exist");
    }

    static AwsError noSuchKey() {
        return new AwsError(404, "NoSuchKey", "The specified key does not exist.");
    }

    static AwsError noSuchUpload() {
        return new AwsError(
                404,
                "NoSuchUpload",
                "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted"
                        + " or completed.");
    }

    static AwsError invalidArgument(String message) {
        return AwsError.of("InvalidArgument", message);
    }

    static AwsError preconditionFailed() {
        return new AwsError(412, "PreconditionFailed", "At least one of the pre-conditions you specified did not hold");
    }

    static AwsError badDigest(String what) {
        return AwsError.of("BadDigest", "The " + what + " you specified did not match what we received.");
    }

    static AwsError incompleteBody() {
        return AwsError.of(
                "IncompleteBody",
                "You did not provide the number of bytes specified by the Content-Length HTTP header");
    }

    static AwsError malformedXml() {
        return AwsError.of(
                "MalformedXML",
                "The XML you provided was not well-formed or did not validate against our published schema");
    }

    static AwsError notImplemented(String what) {
        return new AwsError(501, "NotImplemented", "this endpoint does not know " + what);
    }
}
