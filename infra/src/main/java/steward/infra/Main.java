package steward.infra;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import software.amazon.awscdk.App;
import software.amazon.awscdk.AppProps;
import steward.infra.client.ClientFile;
import steward.infra.client.InvalidClient;

/** The CDK app: {@code cdk synth -c client=acme} reads that client's file and makes its stack. */
public final class Main {
    private Main() {}

    /** Is started by the CDK CLI, as {@code cdk.json} says, or by {@code scripts/synth}. */
    public static void main(String[] arguments) {
        Paths paths = Paths.of(Path.of(System.getProperty("steward.home", "."))
                .toAbsolutePath()
                .normalize());
        if (!Files.isRegularFile(paths.function())) {
            System.err.println(paths.function() + " is missing: build first, with scripts/synth");
            System.exit(1);
        }
        try {
            App app = app();
            synthesize(app, paths, String.valueOf(app.getNode().tryGetContext("client")));
        } catch (InvalidClient e) {
            System.err.println(e.getMessage());
            System.exit(1);
        }
    }

    static App app() {
        return new App(AppProps.builder()
                .analyticsReporting(false)
                // Access logs are let into their bucket by its policy: new buckets know no access lists.
                .postCliContext(Map.of("@aws-cdk/aws-s3:serverAccessLogsUseBucketPolicy", true))
                .build());
    }

    static ClientStack synthesize(App app, Paths paths, String name) {
        var definitions = Definitions.read(paths.stateMachines());
        var client = ClientFile.read(paths.clients(), name, definitions.keySet());
        ClientStack stack = new ClientStack(app, new ClientStack.Properties(client, definitions, paths));
        app.synth();
        return stack;
    }
}
