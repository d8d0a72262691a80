package steward.task;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;
import steward.error.NotPermitted;
import steward.error.ObjectMissing;

/**
 * Objects in S3, encrypted with the bucket's key.
 *
 * @param kmsKeyId the key to name in each request, or null to leave it to the bucket's default. To ask for KMS without
 *     naming a key would take AWS's own key instead of the bucket's.
 */
record Storage(S3Client client, @Nullable String kmsKeyId) {
    /** The status of a conditional write to a key that is taken. */
    static final int PRECONDITION_FAILED = 412;

    /** Size and hash of an object, as read from S3. */
    record Read(long bytes, String sha256) {}

    void put(ObjectUri uri, byte[] content, String contentType) {
        put(uri, ByteBuffer.wrap(content), contentType, false);
    }

    /**
     * Writes an object, if there is none. Two tasks of one execution are possible: ECS may have started one and lost its
     * answer. What is there may also be what this very call has written, if its answer was lost.
     *
     * @return whether it is known that this call has written what is there now
     */
    boolean putNew(ObjectUri uri, ByteBuffer content, String contentType) {
        try {
            put(uri, content, contentType, true);
            return true;
        } catch (S3Exception e) {
            if (e.statusCode() == PRECONDITION_FAILED) {
                return false;
            }
            throw e;
        }
    }

    private void put(ObjectUri uri, ByteBuffer content, String contentType, boolean onlyNew) {
        PutObjectRequest.Builder request =
                PutObjectRequest.builder().bucket(uri.bucket()).key(uri.key()).contentType(contentType);
        if (onlyNew) {
            request.ifNoneMatch("*");
        }
        if (kmsKeyId != null) {
            request.serverSideEncryption(ServerSideEncryption.AWS_KMS).ssekmsKeyId(kmsKeyId);
        }
        client.putObject(request.build(), RequestBody.fromByteBuffer(content));
    }

    /** Writes a new object part by part; nothing is seen of it until all of it is there. */
    Upload upload(ObjectUri uri) {
        return new Upload(client, uri, kmsKeyId, Upload::partSize);
    }

    /**
     * Opens an object; see {@link ObjectInput}.
     *
     * @throws ObjectMissing if there is none
     * @throws NotPermitted if the task may not read it
     */
    InputStream open(ObjectUri uri) {
        try {
            return new ObjectInput(client, uri);
        } catch (NoSuchKeyException e) {
            throw new ObjectMissing("object %s: does not exist".formatted(uri), e);
        } catch (S3Exception e) {
            throw e.statusCode() == 403 ? new NotPermitted("object %s: the task may not read it".formatted(uri), e) : e;
        }
    }

    Optional<byte[]> find(ObjectUri uri) {
        try (InputStream object = open(uri)) {
            return Optional.of(object.readAllBytes());
        } catch (ObjectMissing e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("reading " + uri, e);
        }
    }

    /** Reads all of an object back. */
    Read read(ObjectUri uri) {
        MessageDigest digest = Sha256.start();
        byte[] buffer = new byte[1 << 18];
        long bytes = 0;
        try (InputStream object = open(uri)) {
            for (int count = object.read(buffer); count >= 0; count = object.read(buffer)) {
                digest.update(buffer, 0, count);
                bytes += count;
            }
        } catch (IOException e) {
            throw new UncheckedIOException("reading " + uri + " back", e);
        }
        return new Read(bytes, Sha256.text(digest));
    }

    void delete(ObjectUri uri) {
        client.deleteObject(request -> request.bucket(uri.bucket()).key(uri.key()));
    }
}
