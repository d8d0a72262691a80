package steward.local.integration;

/**
 * What a FunctionName says: a name, a partial ARN ({@code account:function:name}) or an ARN, each with an optional
 * version or alias.
 *
 * @param qualifier empty if there is none
 * @see <a href="https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html">Invoke</a>
 */
record LambdaName(String name, String qualifier) {

    private static final String MARK = "function:";

    static LambdaName parse(String functionName) {
        int mark = functionName.lastIndexOf(MARK);
        String qualified = mark < 0 ? functionName : functionName.substring(mark + MARK.length());
        int colon = qualified.indexOf(':');
        if (colon < 0) {
            return new LambdaName(qualified, "");
        }
        return new LambdaName(qualified.substring(0, colon), qualified.substring(colon + 1));
    }

    /** An alias points at the only version that there is here. */
    String version() {
        if (qualifier.isEmpty() || qualifier.equals("$LATEST")) {
            return "$LATEST";
        }
        return qualifier.chars().allMatch(Character::isDigit) ? qualifier : "1";
    }
}
