package steward.local.aws;

import java.nio.charset.StandardCharsets;

/** What goes back to the client. */
final class Answer {

    private final int status;
    private final String contentType;
    private final byte[] content;

    Answer(int status, String contentType, byte[] content) {
        this.status = status;
        this.contentType = contentType;
        this.content = content;
    }

    Answer(int status, String contentType, String text) {
        this(status, contentType, text.getBytes(StandardCharsets.UTF_8));
    }

    int status() {
        return status;
    }

    String contentType() {
        return contentType;
    }

    byte[] content() {
        return content;
    }

    String text() {
        return new String(content, StandardCharsets.UTF_8);
    }
}
