package steward.local.lambda;

/** How an invocation ended. */
sealed interface Answer {
    /** With the text that the handler wrote. */
    record Response(String text) implements Answer {}

    /**
     * With an error.
     *
     * @param type the error's name in Step Functions
     * @param report the JSON that becomes the cause
     */
    record Failure(String type, String report) implements Answer {}
}
