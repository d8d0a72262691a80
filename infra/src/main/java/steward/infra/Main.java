package steward.infra;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import software.amazon.awscdk.App;
import software.amazon.awscdk.AppProps;
import software.amazon.awscdk.Stack;
import steward.infra.client.Client;
import steward.infra.client.ClientFile;
import steward.infra.client.InvalidClient;
import steward.infra.permission.Definition;

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

    static void synthesize(App app, Paths paths, String name) {
        var definitions = Definitions.read(paths.stateMachines());
        var client = ClientFile.read(paths.clients(), name, definitions.keySet());
        stacks(app, client, definitions, paths);
        app.synth();
    }

    /** The client's own, and one for each other region with copies of snapshots. */
    static List<Stack> stacks(App app, Client client, SortedMap<String, Definition> definitions, Paths paths) {
        List<Stack> stacks = new ArrayList<>();
        stacks.add(new ClientStack(app, new ClientStack.Properties(client, definitions, paths)));
        Optional.ofNullable(definitions.get(CopiesStack.WORKFLOW))
                .ifPresent(copySnapshots -> client.otherRegions()
                        .forEach(region -> stacks.add(new CopiesStack(app, client, region, copySnapshots))));
        return stacks;
    }
}
