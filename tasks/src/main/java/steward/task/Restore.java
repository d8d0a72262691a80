package steward.task;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import steward.Instance;
import steward.error.InvalidInput;
import steward.error.NotOurs;
import steward.error.NotPermitted;
import steward.error.ObjectMissing;
import steward.error.VerificationFailed;
import steward.postgres.Session;
import steward.postgres.StartupOptions;
import steward.postgres.UnexpectedSqlError;
import steward.secret.SecretName;

/** Restores a dump into a new, empty database, as the project's user. */
final class Restore {
    static final String GRANTS =
            "grants to other users and revocations are no part of a restore: everybody may run all functions again, and grant-read-only makes its grants again";

    private Restore() {}

    /**
     * What to restore where to.
     *
     * @param dump a dump of ours, or a file that {@code pg_dump -Fc} made
     * @param leaveOut entries of its table of contents that the server refuses ({@link Toc#leftOut})
     * @param outcome where to leave the job's outcome
     * @param progress where to show how far it is
     */
    record Input(
            Instance instance,
            String project,
            String database,
            String user,
            String dump,
            List<String> leaveOut,
            String outcome,
            String progress) {}

    /**
     * What came back.
     *
     * @param notes what is different from the dumped database, and what could not be checked
     */
    record Output(long tables, long rows, long sequences, long largeObjects, List<String> notes) {}

    /**
     * A dump on our own disk.
     *
     * @param isMoneyPlain whether amounts of money are written as {@link Target#MONETARY} has them, whatever the database's
     *     own way
     */
    record Local(Path path, long bytes, Contents contents, Source.Facts facts, boolean isMoneyPlain) {
        /** How amounts of money are written in it: an option for pg_restore's sessions, or nothing if that is not known. */
        String monetary(Session session, List<String> notes) {
            if (isMoneyPlain) {
                return " " + Target.MONETARY;
            }
            String setting = "lc_monetary=";
            Optional<String> named = Stream.concat(facts.ownerSettings().stream(), facts.settings().stream())
                    .filter(each -> each.startsWith(setting))
                    .findFirst()
                    .map(each -> each.substring(setting.length()));
            if (named.isEmpty()) {
                return "";
            }
            try {
                session.rollingBack(
                        () -> session.isTrue("SELECT set_config('lc_monetary', ?, true) <> ''", named.get()));
            } catch (UnexpectedSqlError e) {
                if (!e.hasState(Target.INVALID_VALUE)) {
                    throw e;
                }
                notes.add("amounts of money are read as this server writes them, since it does not know lc_monetary %s"
                        .formatted(named.get()));
                return "";
            }
            return " " + StartupOptions.option("lc_monetary", named.get());
        }
    }

    static Output run(Input input, Job job) {
        ObjectUri uri = ObjectUri.parse("dump", input.dump());
        String secret = new SecretName(input.project(), input.instance().identifier(), input.user()).text();
        try (Scratch scratch = Scratch.in(job.environment().scratch())) {
            Tools tools = job.tools(input.instance());
            List<String> notes = new ArrayList<>(List.of(GRANTS));
            Local local;
            try (ExecutorService threads = Executors.newSingleThreadExecutor()) {
                // Beside it: in a JVM that has just started, the first session takes as long as a small dump.
                Future<?> checked = threads.submit(() -> requireEmpty(input, job, secret));
                local = uri.isNamed(Manifest.ARCHIVE)
                        ? fetch(input, job, uri, scratch, notes)
                        : fetchFile(job, uri, scratch, tools, input.user(), notes);
                Futures.get(checked);
            }
            Toc toc = Toc.of(tools, local.path());
            Map<String, String> leftOut = toc.leftOut(input.leaveOut());
            return job.withPassword(secret, credentials -> {
                Server server = job.server(input.instance(), credentials, scratch);
                Target target = new Target(input.database(), server, tools);
                return into(target, input.instance(), job, scratch, secret, local, toc, leftOut, notes);
            });
        }
    }

    private static String doing(String database) {
        return "restoring into database \"%s\"".formatted(database);
    }

    private static String requireEmpty(Input input, Job job, String secret) {
        return job.access().asUser(input.instance(), secret, input.database(), doing(input.database()), session -> {
            Target.requireEmpty(session, input.database());
            return input.database();
        });
    }

    private static Local fetch(Input input, Job job, ObjectUri uri, Scratch scratch, List<String> notes) {
        byte[] text = job.storage()
                .find(uri.beside(Manifest.NAME))
                .orElseThrow(
                        () -> new ObjectMissing("dump %s: has no manifest, so it was never finished".formatted(uri)));
        Manifest manifest = Manifest.read(text);
        if (!manifest.project().equals(input.project())) {
            throw new NotOurs(
                    "dump %s: is of project \"%s\", not \"%s\"".formatted(uri, manifest.project(), input.project()));
        }
        if (manifest.major() > input.instance().major()) {
            throw new NotPermitted("dump %s: is of Postgres %s, which Postgres %s cannot read"
                    .formatted(
                            uri,
                            manifest.source().serverVersion(),
                            input.instance().engineVersion()));
        }
        notes.addAll(manifest.notes());
        Contents contents = contents(job, uri, manifest);
        Path folder = scratch.file("dump");
        job.progress().begin("fetch", manifest.archive().bytes(), 0);
        try (InputStream object = job.storage().open(uri)) {
            Archive.unpack(
                    object,
                    new Archive.Written(
                            manifest.archive().bytes(), manifest.archive().sha256()),
                    folder,
                    job.progress());
        } catch (IOException e) {
            throw new UncheckedIOException("reading " + uri, e);
        }
        return new Local(
                folder,
                manifest.folderBytes(),
                contents,
                manifest.source(),
                manifest.format().equals(Manifest.FORMAT));
    }

    private static Contents contents(Job job, ObjectUri uri, Manifest manifest) {
        ObjectUri place = uri.beside(manifest.contents().name());
        byte[] text = job.storage()
                .find(place)
                .orElseThrow(() -> new ObjectMissing("object %s: is missing".formatted(place)));
        if (text.length != manifest.contents().bytes()
                || !Sha256.of(text).equals(manifest.contents().sha256())) {
            throw new VerificationFailed(
                    "object %s is damaged: it does not have the hash that the manifest names".formatted(place));
        }
        return Manifest.parse(Contents.class, manifest.contents().name(), text);
    }

    /** What somebody put there has no manifest: pg_restore has to read all of it before the first change. */
    private static Local fetchFile(
            Job job, ObjectUri uri, Scratch scratch, Tools tools, String user, List<String> notes) {
        notes.add("the dump has no manifest: only what the file itself says was checked");
        Path file = scratch.file("dump.custom");
        try (InputStream object = job.storage().open(uri)) {
            Files.copy(object, file);
            try (InputStream begin = Files.newInputStream(file)) {
                if (!new String(begin.readNBytes(5), StandardCharsets.ISO_8859_1).equals("PGDMP")) {
                    throw new InvalidInput(
                            "dump: %s is neither a dump of ours nor a file that pg_dump -Fc made".formatted(uri));
                }
            }
            long bytes = Files.size(file);
            Contents contents;
            try {
                contents = Source.read(tools, file, ScriptReader.ofRows());
            } catch (ProgramFailed e) {
                if (String.valueOf(e.getMessage()).contains("unsupported version")) {
                    throw new NotPermitted(
                            "dump %s: was made by a newer pg_dump than the server's major has tools for: %s"
                                    .formatted(uri, e.getMessage()),
                            e);
                }
                throw new VerificationFailed("dump %s is damaged: %s".formatted(uri, e.getMessage()), e);
            }
            FileSettings settings = FileSettings.read(tools, file, scratch, user);
            notes.addAll(settings.notes());
            Source.Facts facts = new Source.Facts("", "", null, settings.database(), settings.user(), List.of());
            return new Local(file, bytes, contents, facts, false);
        } catch (IOException e) {
            throw new UncheckedIOException("reading " + uri, e);
        }
    }

    static Output into(
            Target target,
            Instance instance,
            Job job,
            Scratch scratch,
            String secret,
            Local local,
            Toc toc,
            Map<String, String> leftOut,
            List<String> notes) {
        String doing = doing(target.database());
        return job.access().asUser(instance, secret, target.database(), doing, session -> {
            Target.requireEmpty(session, target.database());
            notes.addAll(target.compareExtensions(
                    session, toc.extensions(), local.facts().extensions()));
            List<ForeignRelation> foreign = ForeignRelation.in(session, toc);
            foreign.forEach(relation -> notes.add(relation.note()));
            Map<String, Long> before = target.rowsOfExtensions(session, local.contents(), foreign);
            String monetary = local.monetary(session, notes);
            notes.addAll(target.restore(session, local, monetary, toc, leftOut, foreign, scratch, job.progress()));
            notes.addAll(target.set(session, "ALTER DATABASE %I", local.facts().settings()));
            notes.addAll(target.set(
                    session,
                    "ALTER ROLE CURRENT_USER IN DATABASE %I",
                    local.facts().ownerSettings()));
            target.verify(session, local.contents(), foreign, before, job.progress());
            Manifest.Totals totals = Manifest.Totals.of(local.contents());
            return new Output(
                    totals.tables(), totals.rows(), totals.sequences(), totals.largeObjects(), SourceNotes.most(notes));
        });
    }
}
