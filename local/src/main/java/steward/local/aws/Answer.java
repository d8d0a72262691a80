package steward.local.aws;

/** What goes back to the client. */
record Answer(int status, String contentType, String body) {}
