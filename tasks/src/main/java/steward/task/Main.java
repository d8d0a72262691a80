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
import steward.StrictJson;
import steward.error.InvalidInput;
import steward.postgres.Postgres;
import steward.postgres.Timeouts;
import steward.secret.Secrets;

/**
 * The task: {@code Main JOB INPUT}, with a job's name and its input as JSON. It leaves the job's outcome in S3, where the
 * input says, and ends with 0 if the job succeeded.
 */
public final class Main {
    /** Rows of a large table take long to count. */
    private static final Timeouts TIMEOUTS = new Timeouts(Duration.ZERO, Duration.ofSeconds(30), Duration.ofHours(6));

    private Main() {}

    /** Runs the job. */
    public static void main(String[] arguments) throws IOException {
        System.exit(run(arguments, System.getenv()) ? 0 : 1);
    }

    private static boolean run(String[] arguments, Map<String, String> variables) throws IOException {
        if (arguments.length != 2) {
            System.err.println("two arguments are needed: dump, restore or copy, and its input as JSON");
            return false;
        }
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
            Job job = new Job(environment, variables.getOrDefault("PATH", ""), access, storage, progress);
            boolean done = run(arguments[0], arguments[1], job);
            progress.stop();
            return done;
        }
    }

    private static boolean run(String name, String input, Job job) throws IOException {
        var tree = StrictJson.tree("the input", new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)));
        ObjectUri place = ObjectUri.parse("outcome", tree.path("outcome").asText());
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
            outcome = Outcome.of(e);
        }
        job.storage().put(place, StrictJson.text(outcome).getBytes(StandardCharsets.UTF_8), "application/json");
        return outcome.error() == null;
    }
}
