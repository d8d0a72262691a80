package steward.infra;

import java.util.ArrayList;
import java.util.List;
import software.amazon.awscdk.services.iam.IRole;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.amazon.awscdk.services.logs.LogGroup;
import software.amazon.awscdk.services.rds.CfnDBSubnetGroup;
import software.constructs.Construct;
import steward.infra.client.Client;
import steward.infra.client.Instance;
import steward.infra.client.Network;
import steward.infra.permission.Place;
import steward.infra.permission.Statement;

/** All instances of the client. */
final class Instances extends Construct {
    private final List<DatabaseInstance> descriptions = new ArrayList<>();

    Instances(Construct scope, Client client, Place place, Firewall firewall, EncryptionKey key) {
        super(scope, "Instances");
        List<String> adopted = client.instances().stream()
                .filter(instance -> instance.adopted().isPresent())
                .map(instance -> place.instance(instance.identifier()))
                .toList();
        if (adopted.size() < client.instances().size()) {
            create(client, firewall, key);
        }
        if (!adopted.isEmpty()) {
            LogGroup logs = Logs.group(new Construct(this, "AdoptingLogs"), "/steward/adopting", key);
            var adopter = new AdoptedInstance.Adopter(adoptingRole(logs, place, adopted), logs);
            client.instances()
                    .forEach(instance -> instance.adopted()
                            .ifPresent(properties -> descriptions.add(
                                    new AdoptedInstance(this, instance, properties, place, firewall, adopter)
                                            .description())));
        }
    }

    private void create(Client client, Firewall firewall, EncryptionKey key) {
        CfnDBSubnetGroup subnets = CfnDBSubnetGroup.Builder.create(this, "Subnets")
                .dbSubnetGroupDescription("Private subnets of " + client.name())
                .subnetIds(client.network().subnets().stream()
                        .map(Network.Subnet::id)
                        .toList())
                .build();
        List<String> applications = client.network().applicationSecurityGroups();
        for (Instance instance : client.instances()) {
            instance.created()
                    .ifPresent(properties -> descriptions.add(new CreatedInstance(
                                    this, instance, properties, subnets.getRef(), firewall, applications, key)
                            .description()));
        }
    }

    /**
     * May tag the adopted instances with Steward's tags, and nothing else. It may take these tags off any instance: of one
     * that is not in the file any more, they are removed when the role already names the others only.
     */
    private IRole adoptingRole(LogGroup logs, Place place, List<String> arns) {
        return Roles.role(
                new Construct(this, "Adopting"),
                "adopting",
                new ServicePrincipal("lambda.amazonaws.com"),
                List.of(
                        Statement.allow(List.of("rds:DescribeDBInstances"), arns),
                        Statement.allow(List.of("rds:AddTagsToResource"), arns)
                                .when("ForAllValues:StringLike", "aws:TagKeys", "steward:*"),
                        Statement.allow("rds:RemoveTagsFromResource", place.instance("*"))
                                .when("ForAllValues:StringLike", "aws:TagKeys", "steward:*"),
                        Statement.allow(
                                List.of("logs:CreateLogStream", "logs:PutLogEvents"), List.of(logs.getLogGroupArn()))),
                "The log streams of one group have names of Lambda's; instances that lose their tags are not in the file any more");
    }

    List<DatabaseInstance> descriptions() {
        return List.copyOf(descriptions);
    }
}
