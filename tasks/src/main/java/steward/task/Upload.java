package steward.task;

import java.io.ByteArrayInputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.NoSuchUploadException;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;

/**
 * An object as a stream: written at once if it is small, or else by a multipart upload. Nothing is seen of the object
 * before {@link #complete()}; closed without it, the upload is aborted and leaves nothing.
 */
final class Upload extends OutputStream {
    /** The limits are 10,000 parts of 5 MiB to 5 GiB (https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html). */
    private static final int LEAST_PART = 16 << 20;

    private static final String TYPE = "application/octet-stream";

    private static final int MOST_PARTS = 9_000;
    private static final int AT_ONCE = 2;

    private final S3Client client;
    private final ObjectUri uri;
    private final @Nullable String kmsKeyId;
    private final int partSize;
    private final ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE);
    /** Used again and again, one for each part on its way besides the one that is filled: the JVM would copy new ones. */
    private final BlockingQueue<byte[]> buffers = new ArrayBlockingQueue<>(AT_ONCE + 1);

    private int made = 1;
    private final List<Future<CompletedPart>> parts = new ArrayList<>();
    private byte[] buffer;
    private int filled;
    private boolean complete;
    private @Nullable String id;

    Upload(S3Client client, ObjectUri uri, @Nullable String kmsKeyId, long expectedBytes) {
        this.client = client;
        this.uri = uri;
        this.kmsKeyId = kmsKeyId;
        this.partSize = Math.toIntExact(Math.max(LEAST_PART, expectedBytes / MOST_PARTS));
        this.buffer = new byte[partSize];
    }

    private String begin() {
        CreateMultipartUploadRequest.Builder request =
                CreateMultipartUploadRequest.builder().bucket(uri.bucket()).key(uri.key());
        if (kmsKeyId != null) {
            request.serverSideEncryption(ServerSideEncryption.AWS_KMS).ssekmsKeyId(kmsKeyId);
        }
        return client.createMultipartUpload(request.build()).uploadId();
    }

    @Override
    public void write(int value) {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
        int written = 0;
        while (written < length) {
            int count = Math.min(length - written, partSize - filled);
            System.arraycopy(bytes, offset + written, buffer, filled, count);
            filled += count;
            written += count;
            if (filled == partSize) {
                send();
            }
        }
    }

    private void send() {
        String upload = id == null ? begin() : id;
        id = upload;
        byte[] content = buffer;
        int length = filled;
        int number = parts.size() + 1;
        parts.add(threads.submit(() -> {
            try {
                return part(upload, number, content, length);
            } finally {
                buffers.add(content);
            }
        }));
        buffer = free();
        filled = 0;
    }

    private byte[] free() {
        if (made <= AT_ONCE && buffers.isEmpty()) {
            made++;
            return new byte[partSize];
        }
        try {
            return buffers.take();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while writing " + uri, e);
        }
    }

    private CompletedPart part(String upload, int number, byte[] content, int length) {
        String tag = client.uploadPart(
                        request -> request.bucket(uri.bucket())
                                .key(uri.key())
                                .uploadId(upload)
                                .partNumber(number)
                                .contentLength((long) length),
                        // Not fromBytes and the like: those copy.
                        RequestBody.fromContentProvider(
                                () -> new ByteArrayInputStream(content, 0, length), length, TYPE))
                .eTag();
        return CompletedPart.builder().partNumber(number).eTag(tag).build();
    }

    /**
     * Makes the object, if there is none of its name. One that is there by now is left as it is: it may be another task's,
     * or this one's own, if an answer was lost. So whoever calls this has to read back what is there.
     */
    void complete() {
        if (id == null) {
            new Storage(client, kmsKeyId)
                    .putNew(uri, ByteBuffer.wrap(buffer, 0, filled).slice(), TYPE);
            complete = true;
            return;
        }
        if (filled > 0) {
            send();
        }
        List<CompletedPart> done = new ArrayList<>();
        for (Future<CompletedPart> part : parts) {
            done.add(Futures.get(part));
        }
        try {
            client.completeMultipartUpload(request -> request.bucket(uri.bucket())
                    .key(uri.key())
                    .uploadId(id)
                    .multipartUpload(upload -> upload.parts(done))
                    .ifNoneMatch("*"));
            complete = true;
        } catch (NoSuchUploadException e) {
            // Completed by an earlier try, whose answer was lost.
            complete = true;
        } catch (S3Exception e) {
            if (e.statusCode() != Storage.PRECONDITION_FAILED) {
                throw e;
            }
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
        threads.close();
        if (!complete && id != null) {
            client.abortMultipartUpload(
                    request -> request.bucket(uri.bucket()).key(uri.key()).uploadId(id));
        }
    }
}
