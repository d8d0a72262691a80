package steward.task;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import steward.Access;
import steward.AwsErrors;
import steward.StrictJson;
import steward.error.InvalidInput;
import steward.postgres.Postgres;
import steward.postgres.Timeouts;
import steward.secret.Secrets;

/**
 * The task: {@code Main JOB INPUT}, with a job's name and its input as JSON. It leaves the job's outcome in S3, where the
 * input says, and ends with 0 if the job succeeded. {@code Main prime} is for the image's build: see {@link Priming}.
 */
public final class Main {
    /** Rows of a large table take long to count. */
    private static final Timeouts TIMEOUTS = new Timeouts(Duration.ZERO, Duration.ofSeconds(20), Duration.ofHours(6));

    private Main() {}

    /** Runs the job. */
    public static void main(String[] arguments) throws IOException {
        System.exit(run(arguments, System.getenv()) ? 0 : 1);
    }

    private static boolean run(String[] arguments, Map<String, String> variables) throws IOException {
        if (arguments.length == 1 && arguments[0].equals("prime")) {
            Priming.run(variables);
            return true;
        }
        if (arguments.length != 2) {
            System.err.println("two arguments are needed: dump, restore or copy, and its input as JSON");
            return false;
        }
        return withJob(variables, job -> run(arguments[0], arguments[1], job));
    }

    /** What is done with a job. */
    @FunctionalInterface
    interface Work {
        boolean run(Job job) throws IOException;
    }

    /** Does something with all that a job needs. */
    static boolean withJob(Map<String, String> variables, Work work) throws IOException {
        Environment environment = Environment.from(variables);
        Region region = Region.of(environment.region());
        try (S3Client s3 = S3Client.builder()
                        .region(region)
                        .httpClient(UrlConnectionHttpClient.create())
                        .build();
                SecretsManagerClient secrets = SecretsManagerClient.builder()
                        .region(region)
                        .httpClient(UrlConnectionHttpClient.create())
                        .build()) {
            Progress progress = new Progress(System.out, environment.life());
            Access access = new Access(new Postgres(environment.rootCertificates(), TIMEOUTS), new Secrets(secrets));
            Storage storage = new Storage(s3, environment.kmsKeyId());
            boolean done =
                    work.run(new Job(environment, variables.getOrDefault("PATH", ""), access, storage, progress));
            progress.stop();
            return done;
        }
    }

    private static boolean run(String name, String input, Job job) throws IOException {
        var tree = StrictJson.tree("the input", new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)));
        ObjectUri place = ObjectUri.parse("outcome", tree.path("outcome").text());
        ObjectUri shown = ObjectUri.parse("progress", tree.path("progress").text());
        job.progress().show(line -> job.storage().put(shown, line.getBytes(StandardCharsets.UTF_8), "text/plain"));
        Outcome outcome;
        try {
            Record output = switch (name) {
                case "dump" -> Dump.run(StrictJson.read("input", tree, Dump.Input.class), job);
                case "restore" -> Restore.run(StrictJson.read("input", tree, Restore.Input.class), job);
                case "copy" -> Copy.run(StrictJson.read("input", tree, Copy.Input.class), job);
                default -> throw new InvalidInput("job: there is none called \"%s\"".formatted(name));
            };
            outcome = new Outcome(output, null, null);
        } catch (RuntimeException e) {
            // Whatever it is, the workflow shows it: nothing is swallowed.
            e.printStackTrace();
            outcome = Outcome.of(AwsErrors.translate(e));
        }
        job.storage().put(place, StrictJson.text(outcome).getBytes(StandardCharsets.UTF_8), "application/json");
        return outcome.error() == null;
    }
}
