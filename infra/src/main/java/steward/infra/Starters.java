package steward.infra;

import static steward.infra.permission.Statement.allow;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import software.amazon.awscdk.services.iam.ArnPrincipal;
import software.amazon.awscdk.services.iam.CfnOIDCProvider;
import software.amazon.awscdk.services.iam.IPrincipal;
import software.amazon.awscdk.services.iam.WebIdentityPrincipal;
import software.constructs.Construct;
import steward.infra.client.Client;
import steward.infra.client.Starter;
import steward.infra.permission.Definition;
import steward.infra.permission.Place;
import steward.infra.permission.Statement;

/** The roles through which people and CI start workflows. */
final class Starters extends Construct {
    private static final String PROGRESS = "progress.txt";
    private static final String GITHUB = "token.actions.githubusercontent.com";

    private final Map<String, Definition> definitions;
    private final Place place;
    private final String backupKey;

    /**
     * Makes their roles.
     *
     * @param definitions by workflow
     * @param backupKey with which dumps, and what tasks tell, are encrypted
     */
    Starters(Construct scope, Client client, Place place, Map<String, Definition> definitions, String backupKey) {
        super(scope, "Starters");
        this.definitions = definitions;
        this.place = place;
        this.backupKey = backupKey;
        Optional<String> provider =
                client.starters().stream().anyMatch(starter -> starter.github().isPresent())
                        ? Optional.of(client.gitHubProvider().orElseGet(this::provider))
                        : Optional.empty();
        for (Starter starter : client.starters()) {
            IPrincipal principal = starter.github()
                    .map(repository -> jobs(provider.orElseThrow(), repository))
                    .orElseGet(() -> new ArnPrincipal(starter.role().orElseThrow()));
            Roles.forLongSessions(
                    new Construct(this, starter.name()),
                    "start-" + starter.name(),
                    principal,
                    permissions(starter.workflows()),
                    "Executions, and the objects in which tasks tell how far they are, have names that are made when they start;"
                            + " ListStateMachines knows no resources");
        }
    }

    /** An account has one at most; GitHub's certificate is known to AWS. */
    private String provider() {
        return CfnOIDCProvider.Builder.create(this, "GitHub")
                .url("https://" + GITHUB)
                .clientIdList(List.of("sts.amazonaws.com"))
                .build()
                .getAttrArn();
    }

    /** Jobs of one environment of one repository, which decides there who may run them. */
    private static IPrincipal jobs(String provider, Starter.GitHub repository) {
        return new WebIdentityPrincipal(
                provider,
                Map.of(
                        "StringEquals",
                        Map.of(
                                GITHUB + ":aud",
                                "sts.amazonaws.com",
                                GITHUB + ":sub",
                                "repo:%s:environment:%s"
                                        .formatted(repository.repository(), repository.environment()))));
    }

    /** What scripts/run and the console do. Nobody reads a secret by that, nor a dump. */
    private List<Statement> permissions(List<String> workflows) {
        List<String> machines = workflows.stream().map(place::stateMachine).toList();
        List<String> executions = workflows.stream().map(place::executions).toList();
        // Only those of which scripts/run shows something: a sweep's output tells of all projects.
        List<String> nested = workflows.stream()
                .flatMap(this::startedBy)
                .distinct()
                .filter(workflow -> !workflows.contains(workflow))
                .filter(this::showsProgress)
                .toList();
        List<Statement> statements = new ArrayList<>(List.of(
                allow("states:ListStateMachines", "*"),
                allow(
                        List.of("states:StartExecution", "states:ListExecutions", "states:DescribeStateMachine"),
                        machines),
                allow(
                        List.of(
                                "states:DescribeExecution",
                                "states:DescribeStateMachineForExecution",
                                "states:GetExecutionHistory",
                                "states:StopExecution"),
                        executions)));
        if (!nested.isEmpty()) {
            statements.add(allow(
                    List.of("states:DescribeExecution", "states:GetExecutionHistory"),
                    nested.stream().map(place::executions).toList()));
        }
        if (Stream.concat(workflows.stream(), nested.stream()).anyMatch(this::showsProgress)) {
            statements.add(allow(
                    "s3:GetObject", place.s3("%s/%s*/%s".formatted(place.backupBucket(), Place.TEMPORARY, PROGRESS))));
            statements.add(allow("kms:Decrypt", backupKey)
                    .when("StringEquals", "kms:ViaService", "s3.%s.amazonaws.com".formatted(place.region())));
        }
        return statements;
    }

    private Stream<String> startedBy(String workflow) {
        Set<String> started = definition(workflow).map(Definition::started).orElse(Set.of());
        return definitions.keySet().stream().filter(other -> started.contains(Workflows.substitution(other)));
    }

    /** Whether a task of its own tells how far it is. */
    private boolean showsProgress(String workflow) {
        return definition(workflow)
                .filter(found -> found.text().contains(PROGRESS))
                .isPresent();
    }

    private Optional<Definition> definition(String workflow) {
        return Optional.ofNullable(definitions.get(workflow));
    }
}
