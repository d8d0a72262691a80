package steward.local.aws;

import java.util.regex.Pattern;

/**
 * The name of an execution.
 *
 * @see <a href="https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html">StartExecution</a>
 */
final class ExecutionName {

    private static final int MAXIMUM = 80;
    private static final Pattern REFUSED =
            Pattern.compile("[\\s<>{}\\[\\]?*\"#%\\\\^|~`$&,;:/\\p{Cntrl}\u0080-\u009f\ud800-\udfff\ufffe\uffff]");

    private ExecutionName() {}

    /** @throws AwsError ValidationException if it is too long, InvalidName if it has a character that is refused */
    static String check(String name) {
        if (name.isEmpty() || name.length() > MAXIMUM) {
            throw AwsError.of(
                    "ValidationException",
                    "1 validation error detected: Value '" + name
                            + "' at 'name' failed to satisfy constraint: Member must have length "
                            + (name.isEmpty() ? "greater than or equal to 1" : "less than or equal to " + MAXIMUM));
        }
        if (REFUSED.matcher(name).find()) {
            throw AwsError.of("InvalidName", "Invalid Name: '" + name + "'");
        }
        return name;
    }
}
