package steward.task;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import steward.Instance;
import steward.StrictJson;
import steward.error.VerificationFailed;
import steward.secret.Credentials;
import steward.secret.SecretName;

/** Dumps a database to S3, as the project's user. */
final class Dump {
    private Dump() {}

    /**
     * What to dump where to.
     *
     * @param user the database's owner
     * @param execution the ARN of the execution that asks for it
     * @param manifest where to publish the manifest; the dump is beside it
     * @param outcome where to leave the job's outcome
     * @param progress where to show how far it is
     */
    record Input(
            Instance instance,
            String project,
            String database,
            String user,
            String execution,
            String manifest,
            String outcome,
            String progress) {}

    /**
     * What was published.
     *
     * @param bytes size of the dump in S3
     * @param sha256 its hash
     * @param notes what does not come back with it, or not as it was
     */
    record Output(
            String dump, String manifest, long bytes, String sha256, long tables, long rows, List<String> notes) {}

    static Output run(Input input, Job job) {
        ObjectUri uri = ObjectUri.parse("manifest", input.manifest());
        Optional<byte[]> earlier = job.storage().find(uri);
        if (earlier.isPresent()) {
            // An earlier attempt of the same execution has published it, and could not say so.
            return output(uri, Manifest.read(earlier.get()));
        }
        String secret = new SecretName(input.project(), input.instance().identifier(), input.user()).text();
        try (Scratch scratch = Scratch.in(job.environment().scratch())) {
            String startedAt = now();
            Stored stored = job.withPassword(
                    secret,
                    credentials -> Source.inOneMoment(() -> store(input, job, uri, secret, credentials, scratch)));
            return publish(input, job, uri, startedAt, stored);
        }
    }

    /**
     * A dump whose archive is in S3.
     *
     * @param folderBytes size of the folder that was packed
     */
    private record Stored(
            Source source,
            String clientVersion,
            Folder folder,
            long folderBytes,
            Contents contents,
            Archive.Written archive) {}

    /** Packs and sends what pg_dump has finished while it writes the rest. Begins anew with each password. */
    private static Stored store(
            Input input, Job job, ObjectUri uri, String secret, Credentials credentials, Scratch scratch) {
        Folder folder = new Folder(scratch.newFolder("dump"));
        try (ExecutorService threads = Executors.newSingleThreadExecutor();
                Upload upload = job.storage().upload(uri.beside(Manifest.ARCHIVE));
                Packing packing = new Packing(folder, upload)) {
            Source source = Source.dump(
                    job, input.instance(), secret, credentials, input.database(), scratch, folder.path(), packing::add);
            long bytes = Scratch.size(folder.path());
            job.progress().begin("store", bytes, 0, packing::bytes);
            Tools tools = job.tools(input.instance());
            Future<Contents> outline = threads.submit(() -> folder.outline(tools, scratch));
            Packing.Packed packed = packing.finish();
            Contents contents = folder.contents(Futures.get(outline), packed.rows());
            upload.complete();
            return new Stored(source, tools.version(), folder, bytes, contents, packed.written());
        }
    }

    private static Output publish(Input input, Job job, ObjectUri uri, String startedAt, Stored stored) {
        Contents contents = stored.contents();
        Archive.Written archive = stored.archive();
        byte[] listed = StrictJson.text(contents).getBytes(StandardCharsets.UTF_8);
        Manifest manifest = new Manifest(
                Manifest.FORMAT,
                input.project(),
                input.instance().identifier(),
                input.database(),
                input.user(),
                input.execution(),
                startedAt,
                now(),
                stored.clientVersion(),
                stored.source().facts(),
                new Manifest.Part(Manifest.ARCHIVE, archive.bytes(), archive.sha256()),
                stored.folderBytes(),
                new Manifest.Part(Manifest.CONTENTS, listed.length, Sha256.of(listed)),
                Manifest.Totals.of(contents),
                stored.source().notes(),
                "mkdir dump && aws s3 cp %s - | zstd -d | tar -x -C dump".formatted(uri.beside(Manifest.ARCHIVE)),
                "");
        job.storage().putNew(uri.beside(Manifest.CONTENTS), ByteBuffer.wrap(listed), "application/json");
        readBack(job, uri, archive, stored.folder());
        readBack(job, uri, manifest.contents());
        if (!job.storage().putNew(uri, ByteBuffer.wrap(manifest.sealed()), "application/json")) {
            return job.storage()
                    .find(uri)
                    .map(there -> output(uri, Manifest.read(there)))
                    .orElseThrow(() -> new VerificationFailed("%s was there, and is gone".formatted(uri)));
        }
        return output(uri, manifest);
    }

    /** Unpacked once more: a fault of what packed it has to be found while the database is still there. */
    private static void readBack(Job job, ObjectUri uri, Archive.Written archive, Folder folder) {
        job.progress().begin("read back", archive.bytes(), 0);
        try (InputStream object = job.storage().open(uri.beside(Manifest.ARCHIVE))) {
            Archive.compare(object, archive, folder, job.progress());
        } catch (IOException e) {
            throw new UncheckedIOException("reading the dump back", e);
        }
    }

    private static void readBack(Job job, ObjectUri uri, Manifest.Part part) {
        Storage.Read read = job.storage().read(uri.beside(part.name()));
        if (read.bytes() != part.bytes() || !read.sha256().equals(part.sha256())) {
            throw new VerificationFailed("%s in S3 is not what was written: %d bytes with SHA-256 %s, not %d with %s"
                    .formatted(uri.beside(part.name()), read.bytes(), read.sha256(), part.bytes(), part.sha256()));
        }
    }

    private static Output output(ObjectUri uri, Manifest manifest) {
        return new Output(
                uri.beside(Manifest.ARCHIVE).toString(),
                uri.toString(),
                manifest.archive().bytes(),
                manifest.archive().sha256(),
                manifest.totals().tables(),
                manifest.totals().rows(),
                manifest.notes());
    }

    private static String now() {
        return Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
