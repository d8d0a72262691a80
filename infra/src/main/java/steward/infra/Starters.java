package steward.infra;

import static steward.infra.permission.Statement.allow;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awscdk.services.iam.ArnPrincipal;
import software.amazon.awscdk.services.iam.CfnOIDCProvider;
import software.amazon.awscdk.services.iam.IPrincipal;
import software.amazon.awscdk.services.iam.WebIdentityPrincipal;
import software.constructs.Construct;
import steward.infra.client.Client;
import steward.infra.client.Starter;
import steward.infra.permission.Place;
import steward.infra.permission.Statement;

/** The roles through which people and CI start workflows. */
final class Starters extends Construct {
    private static final String GITHUB = "token.actions.githubusercontent.com";

    Starters(Construct scope, Client client, Place place) {
        super(scope, "Starters");
        Optional<String> provider =
                client.starters().stream().anyMatch(starter -> starter.github().isPresent())
                        ? Optional.of(client.gitHubProvider().orElseGet(this::provider))
                        : Optional.empty();
        for (Starter starter : client.starters()) {
            IPrincipal principal = starter.github()
                    .map(repository -> jobs(provider.orElseThrow(), repository))
                    .orElseGet(() -> new ArnPrincipal(starter.role().orElseThrow()));
            Roles.role(
                    new Construct(this, starter.name()),
                    "start-" + starter.name(),
                    principal,
                    permissions(place, starter.workflows()),
                    "Executions have names that are made when they start; ListStateMachines knows no resources");
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

    /** What scripts/run and the console do. Nobody reads a secret by that. */
    private static List<Statement> permissions(Place place, List<String> workflows) {
        List<String> machines = workflows.stream().map(place::stateMachine).toList();
        List<String> executions = workflows.stream().map(place::executions).toList();
        return List.of(
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
                        executions));
    }
}
