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
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.NoSuchUploadException;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;
import software.amazon.awssdk.services.s3.model.UploadPartResponse;

/**
 * An object as a stream: written at once if it is small, or else by a multipart upload. Nothing is seen of the object
 * before {@link #complete()}; closed without it, the upload is aborted and leaves nothing.
 */
final class Upload extends OutputStream {
    /** The limits are 10,000 parts of 5 MiB to 5 GiB (https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html). */
    private static final int LEAST_PART = 16 << 20;
    /** Three of them have to find room in a task's heap of 1 GiB. */
    static final int LARGEST_PART = 128 << 20;
    /** Of each size; then it doubles, since nobody knows how much will come: 200 GiB are 3,700 parts, and 10,000 are 980. */
    private static final int PARTS_OF_A_SIZE = 1_000;

    /**
     * Said at the beginning, with each part and at the end: the SDK sends one with each part in any case, and S3 then does
     * not find the part at the end if it was not said in the other places
     * (https://github.com/aws/aws-sdk-java-v2/issues/6518).
     */
    private static final ChecksumAlgorithm CHECKSUM = ChecksumAlgorithm.CRC32;

    private static final String TYPE = "application/octet-stream";

    private static final int AT_ONCE = 2;

    private final S3Client client;
    private final ObjectUri uri;
    private final @Nullable String kmsKeyId;
    private final IntUnaryOperator partSizes;
    private final ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE);
    /** Used again and again, one for each part on its way besides the one that is filled: the JVM would clear new ones. */
    private final BlockingQueue<byte[]> buffers = new ArrayBlockingQueue<>(AT_ONCE + 1);

    private int made = 1;
    private final List<Future<CompletedPart>> parts = new ArrayList<>();
    /** Parts of which it is known that they have arrived. */
    private int arrived;

    private byte[] buffer;
    private int filled;
    private boolean complete;
    private @Nullable String id;

    /**
     * Begins nothing yet.
     *
     * @param partSizes the size of a part, by the number of those before it
     */
    Upload(S3Client client, ObjectUri uri, @Nullable String kmsKeyId, IntUnaryOperator partSizes) {
        this.client = client;
        this.uri = uri;
        this.kmsKeyId = kmsKeyId;
        this.partSizes = partSizes;
        this.buffer = new byte[partSizes.applyAsInt(0)];
    }

    private String begin() {
        CreateMultipartUploadRequest.Builder request = CreateMultipartUploadRequest.builder()
                .bucket(uri.bucket())
                .key(uri.key())
                .checksumAlgorithm(CHECKSUM);
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
            int count = Math.min(length - written, buffer.length - filled);
            System.arraycopy(bytes, offset + written, buffer, filled, count);
            filled += count;
            written += count;
            if (filled == buffer.length) {
                send();
            }
        }
    }

    /** Fails with a part that could not be sent. */
    private void send() {
        while (arrived < parts.size() && parts.get(arrived).isDone()) {
            Futures.get(parts.get(arrived));
            arrived++;
        }
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

    /** The size of a part, by the number of those before it. */
    static int partSize(int before) {
        return Math.min(LARGEST_PART, LEAST_PART << Math.min(6, before / PARTS_OF_A_SIZE));
    }

    private byte[] free() {
        int size = partSizes.applyAsInt(parts.size());
        if (made <= AT_ONCE && buffers.isEmpty()) {
            made++;
            return new byte[size];
        }
        try {
            byte[] free = buffers.take();
            return free.length == size ? free : new byte[size];
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while writing " + uri, e);
        }
    }

    private CompletedPart part(String upload, int number, byte[] content, int length) {
        UploadPartResponse sent = client.uploadPart(
                request -> request.bucket(uri.bucket())
                        .key(uri.key())
                        .uploadId(upload)
                        .partNumber(number)
                        .checksumAlgorithm(CHECKSUM)
                        .contentLength((long) length),
                // Not fromBytes and the like: those copy.
                RequestBody.fromContentProvider(() -> new ByteArrayInputStream(content, 0, length), length, TYPE));
        return CompletedPart.builder()
                .partNumber(number)
                .eTag(sent.eTag())
                .checksumCRC32(sent.checksumCRC32())
                .build();
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
