package steward.local.aws;

import java.util.regex.Pattern;

/** The ARNs that Step Functions is asked for. */
final class StateArn {

    private static final Pattern ARN = Pattern.compile("arn:[a-z-]+:states:[a-z0-9-]+:\\d{12}:([A-Za-z]+):.+");

    private StateArn() {}

    /**
     * @param type stateMachine or execution
     * @throws AwsError InvalidArn
     */
    static String check(String arn, String type) {
        if (!arn.startsWith("arn:")) {
            throw invalid("Invalid ARN prefix: " + arn);
        }
        var matcher = ARN.matcher(arn);
        if (!matcher.matches()) {
            throw invalid("Invalid ARN: " + arn);
        }
        if (!matcher.group(1).equals(type)) {
            throw invalid("Resource type not valid in this context: " + matcher.group(1));
        }
        return arn;
    }

    private static AwsError invalid(String reason) {
        return AwsError.of("InvalidArn", "Invalid Arn: '" + reason + "'");
    }
}
