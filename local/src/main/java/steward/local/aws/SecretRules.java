package steward.local.aws;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** What Secrets Manager accepts, and how it words its refusals. */
final class SecretRules {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9/_+=.@!-]{1,512}");
    private static final int MAXIMUM_TAGS = 50;

    private SecretRules() {}

    static String checkName(String name) {
        if (NAME.matcher(name).matches()) {
            return name;
        }
        throw AwsError.of(
                "ValidationException",
                "Invalid name. Must be a valid name containing alphanumeric characters, or any of the following:"
                        + " -/_+=.@!");
    }

    /** The SDKs and the CLI make a token themselves. */
    static String checkToken(Optional<String> token) {
        var id = token.orElseThrow(() -> AwsError.of(
                "InvalidRequestException",
                "You must provide a ClientRequestToken value. We recommend a UUID-type value."));
        if (id.length() < 32 || id.length() > 64) {
            throw parameter("ClientRequestToken must be 32-64 characters long.");
        }
        return id;
    }

    static Secret checkNotDeleted(Secret secret) {
        if (secret.deletion.isEmpty()) {
            return secret;
        }
        throw AwsError.of(
                "InvalidRequestException",
                "You can't perform this operation on the secret because it was marked for deletion.");
    }

    /** A secret that a service made can only be changed through that service. */
    static Secret checkNotManaged(Secret secret) {
        if (secret.owningService.isEmpty()) {
            return secret;
        }
        throw AwsError.of(
                "InvalidRequestException",
                "The secret is managed by another service (" + secret.owningService.get()
                        + "), and you must use that service to update it.");
    }

    static void checkTags(Map<String, String> tags) {
        if (tags.size() > MAXIMUM_TAGS) {
            throw tooManyTags();
        }
        tags.forEach((key, value) -> {
            if (key.isEmpty() || key.length() > 128 || value.length() > 256) {
                throw parameter("Tag keys must have 1 to 128 characters, tag values up to 256.");
            }
            if (key.startsWith("aws:")) {
                throw parameter("Tag keys can't start with aws:, which is reserved for AWS.");
            }
        });
    }

    static void checkTagCount(Secret secret, Collection<String> added) {
        var keys = new TreeSet<>(secret.tags.keySet());
        keys.addAll(added);
        if (keys.size() > MAXIMUM_TAGS) {
            throw tooManyTags();
        }
    }

    private static AwsError tooManyTags() {
        return parameter("A secret can have up to " + MAXIMUM_TAGS + " tags.");
    }

    static long checkPageSize(JsonRequest request) {
        var size = request.number("MaxResults").orElse(100);
        if (size < 1 || size > 100) {
            throw parameter("MaxResults must be between 1 and 100.");
        }
        return size;
    }

    static AwsError tokenInUse(String token, Secret secret) {
        return AwsError.of(
                "ResourceExistsException",
                "You can't use ClientRequestToken " + token
                        + " because that value is already in use for a version of secret " + secret.arn + ".");
    }

    static AwsError parameter(String message) {
        return AwsError.of("InvalidParameterException", message);
    }
}
