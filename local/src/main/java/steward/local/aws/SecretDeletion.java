package steward.local.aws;

/**
 * How DeleteSecret is to delete.
 *
 * @param days of the recovery window; without meaning if it is forced
 */
record SecretDeletion(boolean force, long days) {

    /** @throws AwsError if the window is not 7 to 30 days, or given although it is forced */
    static SecretDeletion of(JsonRequest request) {
        var force = request.flag("ForceDeleteWithoutRecovery");
        var days = request.number("RecoveryWindowInDays");
        if (force && days.isPresent()) {
            throw SecretRules.parameter(
                    "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.");
        }
        if (days.isPresent() && (days.getAsLong() < 7 || days.getAsLong() > 30)) {
            throw SecretRules.parameter("The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).");
        }
        return new SecretDeletion(force, days.orElse(30));
    }
}
