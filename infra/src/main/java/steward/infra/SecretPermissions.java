package steward.infra;

import static steward.infra.permission.Statement.allow;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import steward.infra.client.Client;
import steward.infra.client.Instance;
import steward.infra.permission.Place;
import steward.infra.permission.Statement;

/** Who may do what with which secrets. */
final class SecretPermissions {
    private final Place place;
    private final Client client;
    private final List<DatabaseInstance> instances;
    private final boolean restores;

    /** @param restores whether there are temporary instances, with masters and users of their own */
    SecretPermissions(Place place, Client client, List<DatabaseInstance> instances, boolean restores) {
        this.place = place;
        this.client = client;
        this.instances = instances;
        this.restores = restores;
    }

    /** Makes, reads, changes and deletes users' secrets; reads masters'. */
    List<Statement> master() {
        List<Statement> statements = readMasters();
        statements.add(allow(
                List.of(
                        "secretsmanager:CreateSecret",
                        "secretsmanager:TagResource",
                        "secretsmanager:DescribeSecret",
                        "secretsmanager:GetSecretValue",
                        "secretsmanager:PutSecretValue",
                        "secretsmanager:UpdateSecretVersionStage",
                        "secretsmanager:DeleteSecret",
                        "secretsmanager:RestoreSecret"),
                users()));
        // It knows no resources; no value is in its answer.
        statements.add(allow("secretsmanager:ListSecrets", "*"));
        return statements;
    }

    /** Works logged in as users. A secret that cannot be read is looked at: it may be scheduled for deletion. */
    List<Statement> owner() {
        return new ArrayList<>(
                List.of(allow(List.of("secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret"), users())));
    }

    /** Changes users' secrets, and sets what is in them as the master. */
    List<Statement> rotation() {
        List<Statement> statements = readMasters();
        statements.add(allow(
                List.of(
                        "secretsmanager:DescribeSecret",
                        "secretsmanager:GetSecretValue",
                        "secretsmanager:PutSecretValue",
                        "secretsmanager:UpdateSecretVersionStage"),
                List.of(place.arn("secretsmanager", "secret:steward/*"))));
        return statements;
    }

    private List<String> users() {
        List<String> users = new ArrayList<>(List.of(place.arn("secretsmanager", "secret:steward/*")));
        if (restores) {
            users.add(place.arn("secretsmanager", "secret:" + Place.TEMPORARY + "*"));
        }
        return users;
    }

    private List<Statement> readMasters() {
        List<Statement> statements = new ArrayList<>();
        List<String> managed = new ArrayList<>();
        List<String> own = new ArrayList<>();
        for (Instance instance : client.instances()) {
            Optional<String> secret = instance.adopted().flatMap(Instance.Adopted::masterSecret);
            secret.ifPresentOrElse(own::add, () -> managed.add(place.instance(instance.identifier())));
        }
        if (restores) {
            managed.add(place.instance(Place.TEMPORARY + "*"));
        }
        if (!managed.isEmpty()) {
            // RDS names its secrets by chance, but tags them with what they are for.
            statements.add(allow("secretsmanager:GetSecretValue", place.arn("secretsmanager", "secret:rds!db-*"))
                    .when(
                            "ArnLike",
                            "secretsmanager:ResourceTag/aws:rds:primaryDBInstanceArn",
                            managed.toArray(String[]::new)));
        }
        if (!own.isEmpty()) {
            statements.add(allow(List.of("secretsmanager:GetSecretValue"), own));
        }
        List<String> keys = instances.stream()
                .flatMap(instance -> instance.secretKey().stream())
                .distinct()
                .toList();
        if (!keys.isEmpty()) {
            statements.add(allow(List.of("kms:Decrypt"), keys)
                    .when(
                            "StringEquals",
                            "kms:ViaService",
                            "secretsmanager.%s.amazonaws.com".formatted(place.region())));
        }
        return statements;
    }
}
