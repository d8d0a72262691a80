package steward.local.aws;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** What S3 answers: headers, then a document or a part of an object. To be closed in any case. */
final class S3Answer implements AutoCloseable {

    private static final String NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/";

    final int status;
    final Map<String, String> headers = new LinkedHashMap<>();
    final long length;
    private final Writer content;
    private final Runnable close;

    private S3Answer(int status, long length, Writer content, Runnable close) {
        this.status = status;
        this.length = length;
        this.content = content;
        this.close = close;
    }

    static S3Answer empty(int status) {
        return new S3Answer(status, 0, out -> {}, () -> {});
    }

    static S3Answer document(String root, Xml.Body body) {
        return document(200, Xml.document(root, NAMESPACE, body));
    }

    static S3Answer refusal(AwsError error, String requestId) {
        return document(
                error.status(),
                Xml.document(
                        "Error",
                        "",
                        details -> details.element("Code", error.code())
                                .element("Message", error.message())
                                .element("RequestId", requestId)));
    }

    private static S3Answer document(int status, String xml) {
        var bytes = ("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + xml).getBytes(StandardCharsets.UTF_8);
        return new S3Answer(status, bytes.length, out -> out.write(bytes), () -> {})
                .with("Content-Type", "application/xml");
    }

    /** Lets go of the body when it is closed. */
    static S3Answer body(int status, Body body, long from, long length) {
        return new S3Answer(status, length, out -> body.write(out, from, length), body::letGo);
    }

    S3Answer with(String name, String value) {
        headers.put(name, value);
        return this;
    }

    S3Answer with(String name, Optional<String> value) {
        value.ifPresent(present -> headers.put(name, present));
        return this;
    }

    S3Answer with(Map<String, String> more) {
        headers.putAll(more);
        return this;
    }

    /** The same, of which only the first bytes are sent. */
    S3Answer cutAfter(long bytes) {
        return new S3Answer(status, length, out -> content.write(new Ending(out, bytes)), close).with(headers);
    }

    private static final class Ending extends FilterOutputStream {
        private long left;

        Ending(OutputStream out, long left) {
            super(out);
            this.left = left;
        }

        @Override
        public void write(int one) throws IOException {
            write(new byte[] {(byte) one}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, (int) Math.min(left, length));
            left -= length;
            if (left < 0) {
                out.flush();
                throw new Faults.Dropped();
            }
        }
    }

    void write(OutputStream out) throws IOException {
        content.write(out);
    }

    @Override
    public void close() {
        close.run();
    }

    private interface Writer {
        void write(OutputStream out) throws IOException;
    }
}
