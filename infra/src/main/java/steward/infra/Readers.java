package steward.infra;

import java.util.List;
import java.util.Map;
import software.amazon.awscdk.services.iam.CfnManagedPolicy;
import software.constructs.Construct;
import steward.infra.client.Project;
import steward.infra.permission.Place;
import steward.infra.permission.Statement;

/** What the roles of projects' servers are given: their own secrets. */
final class Readers extends Construct {
    Readers(Construct scope, Place place, List<Project> projects) {
        super(scope, "Readers");
        for (Project project : projects) {
            policy(place, project);
        }
    }

    private void policy(Place place, Project project) {
        String secrets = place.arn("secretsmanager", "secret:steward/%s/*".formatted(project.name()));
        CfnManagedPolicy.Builder policy = CfnManagedPolicy.Builder.create(this, project.name())
                .managedPolicyName("steward-read-" + project.name())
                .description("Reads the database secrets of project %s".formatted(project.name()))
                .policyDocument(Map.of(
                        "Version",
                        "2012-10-17",
                        "Statement",
                        List.of(Statement.allow(
                                        List.of("secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret"),
                                        List.of(secrets))
                                .json())));
        if (!project.readers().isEmpty()) {
            policy.roles(project.readers().stream()
                    .map(arn -> arn.substring(arn.lastIndexOf('/') + 1))
                    .toList());
        }
        Suppressions.add(
                policy.build(),
                "AwsSolutions-IAM5",
                "The secrets of a project are made later: its folder is its boundary");
    }
}
