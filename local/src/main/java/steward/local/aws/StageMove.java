package steward.local.aws;

import java.util.Optional;

/** UpdateSecretVersionStage: one label, from one version, to another. */
record StageMove(String stage, Optional<String> from, Optional<String> to) {

    static StageMove of(JsonRequest request) {
        return new StageMove(
                request.required("VersionStage"), request.text("RemoveFromVersionId"), request.text("MoveToVersionId"));
    }

    /** @throws AwsError if the label is not where the request says, or may not be taken away */
    void make(Secret secret) {
        if (from.isEmpty() && to.isEmpty()) {
            throw SecretRules.parameter("You must provide MoveToVersionId or RemoveFromVersionId.");
        }
        var source = from.map(id -> version(secret, id));
        var target = to.map(id -> version(secret, id));
        var holder = secret.versions.holder(stage);
        if (target.isPresent() && holder.equals(target)) {
            return;
        }
        if (source.isEmpty() && holder.isPresent()) {
            throw SecretRules.parameter("The parameter RemoveFromVersionId can't be empty. Staging label " + stage
                    + " is currently attached to version " + holder.get().id
                    + ", so you must explicitly reference that version in RemoveFromVersionId.");
        }
        if (source.isPresent() && !holder.equals(source)) {
            throw SecretRules.parameter("Staging label " + stage + " is not attached to version " + source.get().id
                    + ", which RemoveFromVersionId names.");
        }
        if (target.isPresent()) {
            secret.versions.attach(stage, target.get());
            return;
        }
        if (stage.equals(SecretVersion.CURRENT)) {
            throw SecretRules.parameter("You can only move staging label AWSCURRENT to a different secret version."
                    + " It can't be completely removed.");
        }
        source.orElseThrow().stages.remove(stage);
    }

    private static SecretVersion version(Secret secret, String id) {
        return secret.versions
                .find(id)
                .orElseThrow(() -> AwsError.of(
                        "ResourceNotFoundException",
                        "Secrets Manager can't find the specified secret version: " + id + "."));
    }
}
