package steward.task;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import steward.Instance;
import steward.error.NotPermitted;
import steward.secret.Credentials;
import steward.secret.SecretName;

/** Copies a database from one instance into a new, empty one on another, without S3. */
final class Copy {
    private Copy() {}

    /**
     * What to copy where to.
     *
     * @param project whose user the target's is
     * @param sourceSecret that of the database's owner there, name or ARN
     * @param leaveOut what of it the target refuses ({@link Toc#leftOut})
     * @param outcome where to leave the job's outcome
     * @param progress where to show how far it is
     */
    record Input(
            String project,
            Instance source,
            String sourceDatabase,
            String sourceSecret,
            Instance target,
            String targetDatabase,
            String targetUser,
            List<String> leaveOut,
            String outcome,
            String progress) {}

    static Restore.Output run(Input input, Job job) {
        if (input.source().major() > input.target().major()) {
            throw new NotPermitted("Postgres %s cannot take a database of Postgres %s"
                    .formatted(input.target().engineVersion(), input.source().engineVersion()));
        }
        String to = new SecretName(input.project(), input.target().identifier(), input.targetUser()).text();
        try (Scratch scratch = Scratch.in(job.environment().scratch())) {
            Dumped dumped = job.withPassword(
                    input.sourceSecret(),
                    credentials -> Source.inOneMoment(() -> dump(input, job, credentials, scratch)));
            Folder folder = dumped.folder();
            Tools tools = job.tools(input.target());
            long bytes = Scratch.size(folder.path());
            job.progress().begin("count", bytes, 0);
            Contents contents = folder.contents(folder.outline(tools, scratch), folder.countRows(job.progress()));
            Toc toc = Toc.of(tools, folder.path());
            Map<String, String> leftOut = toc.leftOut(input.leaveOut());
            List<String> notes = new ArrayList<>(List.of(Restore.GRANTS));
            notes.addAll(dumped.source().notes());
            return job.withPassword(to, credentials -> {
                Target target =
                        new Target(input.targetDatabase(), job.server(input.target(), credentials, scratch), tools);
                return Restore.into(
                        target,
                        input.target(),
                        job,
                        scratch,
                        to,
                        new Restore.Local(
                                folder.path(), bytes, contents, dumped.source().facts(), true),
                        toc,
                        leftOut,
                        notes);
            });
        }
    }

    private record Dumped(Source source, Folder folder) {}

    private static Dumped dump(Input input, Job job, Credentials credentials, Scratch scratch) {
        Folder folder = new Folder(scratch.newFolder("dump"));
        Source source = Source.dump(
                job,
                input.source(),
                input.sourceSecret(),
                credentials,
                input.sourceDatabase(),
                scratch,
                folder.path(),
                file -> {});
        return new Dumped(source, folder);
    }
}
