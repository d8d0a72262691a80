package steward.local.aws;

import java.util.Optional;

/** Which version GetSecretValue asks for: by id, by staging label, or both; AWSCURRENT if neither. */
record SecretSelection(Optional<String> id, Optional<String> stage) {

    static SecretSelection of(JsonRequest request) {
        return new SecretSelection(request.text("VersionId"), request.text("VersionStage"));
    }

    /** @throws AwsError if there is no such version, or the two name different ones */
    SecretVersion in(Secret secret) {
        if (id.isEmpty()) {
            var label = stage.orElse(SecretVersion.CURRENT);
            return secret.versions.holder(label).orElseThrow(() -> notFound("staging label: " + label));
        }
        var version = secret.versions.find(id.get()).orElseThrow(() -> notFound("VersionId: " + id.get()));
        if (stage.isPresent() && !version.stages.contains(stage.get())) {
            throw AwsError.of(
                    "InvalidRequestException",
                    "You provided a VersionStage that is not associated to the provided VersionId.");
        }
        return version;
    }

    static AwsError notFound(String what) {
        return AwsError.of(
                "ResourceNotFoundException", "Secrets Manager can't find the specified secret value for " + what);
    }
}
