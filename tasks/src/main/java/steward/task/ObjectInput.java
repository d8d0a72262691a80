package steward.task;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Objects;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import steward.error.ServerUnavailable;

/**
 * An object's content. A large one is read for hours, in which connections break, and the SDK tries again only what has not
 * begun: so the rest is asked for anew, of the same version. A connection that was closed in the middle may look like the
 * end of what there is.
 */
final class ObjectInput extends InputStream {
    /** One after the other, without a byte in between. */
    private static final int MOST_BREAKS = 5;

    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final S3Client client;
    private final ObjectUri uri;
    private final String version;
    private final long length;
    private ResponseInputStream<GetObjectResponse> rest;
    private long position;
    private int breaks;

    ObjectInput(S3Client client, ObjectUri uri) {
        this.client = client;
        this.uri = uri;
        this.rest = client.getObject(request -> request.bucket(uri.bucket()).key(uri.key()));
        this.version = rest.response().eTag();
        this.length = rest.response().contentLength();
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int count) throws IOException {
        Objects.checkFromIndexSize(offset, count, bytes.length);
        while (true) {
            try {
                int read = rest.read(bytes, offset, count);
                if (read >= 0 || position >= length) {
                    position += Math.max(0, read);
                    breaks = 0;
                    return read;
                }
                askForTheRest(new EOFException("it ended after %d of %d bytes".formatted(position, length)));
            } catch (SdkClientException e) {
                // At the end it says that the content is not what was stored.
                if (position >= length) {
                    throw e;
                }
                askForTheRest(e);
            } catch (IOException e) {
                askForTheRest(e);
            }
        }
    }

    private void askForTheRest(Exception why) {
        rest.abort();
        breaks++;
        if (breaks > MOST_BREAKS) {
            throw new ServerUnavailable(
                    "object %s: cannot be read on from byte %d: %s".formatted(uri, position, why.getMessage()), why);
        }
        pause(PAUSE.multipliedBy(breaks));
        rest = client.getObject(request ->
                request.bucket(uri.bucket()).key(uri.key()).ifMatch(version).range("bytes=" + position + "-"));
    }

    private static void pause(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while reading from S3", e);
        }
    }

    /** What is not read is not wanted: to drain it would take as long as to read it. */
    @Override
    public void close() throws IOException {
        if (position < length) {
            rest.abort();
        } else {
            rest.close();
        }
    }
}
