package steward.local.aws;

import java.util.Optional;

/** What has to hold of the object that is there, or not, for a write to happen. */
record Precondition(Optional<String> match, Optional<String> noneMatch) {

    static final Precondition NONE = new Precondition(Optional.empty(), Optional.empty());

    static Precondition of(S3Request request) {
        var noneMatch = request.header("If-None-Match");
        if (noneMatch.filter(value -> !value.equals("*")).isPresent()) {
            throw S3Errors.notImplemented("a write with If-None-Match other than *");
        }
        return new Precondition(request.header("If-Match"), noneMatch);
    }

    /**
     * Lets it pass.
     *
     * @throws AwsError PreconditionFailed, NoSuchKey
     */
    void check(Optional<StoredObject> present) {
        if (noneMatch.isPresent() && present.isPresent()) {
            throw S3Errors.preconditionFailed();
        }
        if (match.isEmpty()) {
            return;
        }
        if (!present.orElseThrow(S3Errors::noSuchKey).isNamedBy(match.get())) {
            throw S3Errors.preconditionFailed();
        }
    }
}
