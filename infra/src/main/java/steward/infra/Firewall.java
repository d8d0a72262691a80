package steward.infra;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import software.amazon.awscdk.services.ec2.CfnSecurityGroup;
import software.amazon.awscdk.services.ec2.CfnSecurityGroupEgress;
import software.amazon.awscdk.services.ec2.CfnSecurityGroupIngress;
import software.amazon.awscdk.services.ec2.ISecurityGroup;
import software.amazon.awscdk.services.ec2.SecurityGroup;
import software.amazon.awscdk.services.ec2.SecurityGroupImportOptions;
import software.constructs.Construct;
import steward.infra.client.Network;

/**
 * The security groups of functions, tasks and temporary instances. Nobody is let in but from group to group, and nothing
 * goes out but to Postgres, to the VPC's endpoints and, from tasks, to S3.
 */
final class Firewall extends Construct {
    private static final int POSTGRES = 5432;
    private static final int HTTPS = 443;

    private final Set<String> adopted = new HashSet<>();
    private final Network network;
    private final CfnSecurityGroup functions;
    private final CfnSecurityGroup tasks;
    private final CfnSecurityGroup temporary;

    Firewall(Construct scope, Network network) {
        super(scope, "Firewall");
        this.network = network;
        functions = group("Functions", "Functions of Steward", Optional.of(toEndpoints()));
        tasks = group("Tasks", "Tasks of Steward", Optional.of(toEndpoints()));
        temporary = group("Temporary", "Temporary instances of Steward", Optional.empty());
        CfnSecurityGroupEgress.Builder.create(this, "TasksToS3")
                .groupId(tasks.getAttrGroupId())
                .destinationPrefixListId(network.s3PrefixList())
                .ipProtocol("tcp")
                .fromPort(HTTPS)
                .toPort(HTTPS)
                .description("S3: dumps, and the layers of the image")
                .build();
        letIn("Temporary", temporary.getAttrGroupId(), List.of());
    }

    /** Of an instance that the stack makes. */
    CfnSecurityGroup instance(String identifier) {
        return group("Instance-" + identifier, "Postgres instance " + identifier, Optional.empty());
    }

    /**
     * Opens port 5432 of a group that was there before to Steward's groups. Instances may share it, but EC2 takes no rule
     * twice; named by the group, the rules stay when one of its instances goes.
     */
    void letIntoAdopted(String group) {
        if (adopted.add(group)) {
            letIn("Group-" + group, group, List.of());
        }
    }

    /** Opens port 5432 of a group to Steward's groups and to others. */
    void letIn(String name, String group, List<String> others) {
        letIn(name + "FromFunctions", group, functions.getAttrGroupId(), "functions of Steward");
        letIn(name + "FromTasks", group, tasks.getAttrGroupId(), "tasks of Steward");
        for (String other : others) {
            letIn(name + "From-" + other, group, other, "application servers");
        }
        letOut(name + "ToFunctions", functions, group);
        letOut(name + "ToTasks", tasks, group);
    }

    private void letIn(String id, String group, String source, String description) {
        CfnSecurityGroupIngress.Builder.create(this, id)
                .groupId(group)
                .sourceSecurityGroupId(source)
                .ipProtocol("tcp")
                .fromPort(POSTGRES)
                .toPort(POSTGRES)
                .description("Postgres: " + description)
                .build();
    }

    private void letOut(String id, CfnSecurityGroup group, String destination) {
        CfnSecurityGroupEgress.Builder.create(this, id)
                .groupId(group.getAttrGroupId())
                .destinationSecurityGroupId(destination)
                .ipProtocol("tcp")
                .fromPort(POSTGRES)
                .toPort(POSTGRES)
                .description("Postgres")
                .build();
    }

    private CfnSecurityGroup group(String id, String description, Optional<CfnSecurityGroup.EgressProperty> egress) {
        return CfnSecurityGroup.Builder.create(this, id)
                .groupDescription(description)
                .vpcId(network.vpc())
                .securityGroupEgress(List.of(egress.orElseGet(Firewall::toNowhere)))
                .build();
    }

    private CfnSecurityGroup.EgressProperty toEndpoints() {
        return CfnSecurityGroup.EgressProperty.builder()
                .cidrIp(network.cidr())
                .ipProtocol("tcp")
                .fromPort(HTTPS)
                .toPort(HTTPS)
                .description("VPC endpoints")
                .build();
    }

    /** A group without any rule would be given one to everywhere. */
    private static CfnSecurityGroup.EgressProperty toNowhere() {
        return CfnSecurityGroup.EgressProperty.builder()
                .cidrIp("255.255.255.255/32")
                .ipProtocol("icmp")
                .fromPort(252)
                .toPort(86)
                .description("Nothing goes out")
                .build();
    }

    ISecurityGroup functions() {
        return SecurityGroup.fromSecurityGroupId(
                this,
                "FunctionsReference",
                functions.getAttrGroupId(),
                SecurityGroupImportOptions.builder().mutable(false).build());
    }

    String tasks() {
        return tasks.getAttrGroupId();
    }

    String temporary() {
        return temporary.getAttrGroupId();
    }
}
