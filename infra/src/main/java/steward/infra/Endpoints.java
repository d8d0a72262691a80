package steward.infra;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awscdk.services.ec2.CfnSecurityGroup;
import software.amazon.awscdk.services.ec2.CfnVPCEndpoint;
import software.constructs.Construct;
import steward.infra.client.Network;

/**
 * The VPC endpoints that stand in for NAT, as far as the client wants them made. All of the VPC uses them once they are
 * there: they carry no policy that would suit Steward alone, and admit the whole VPC.
 */
final class Endpoints extends Construct {
    private final Network network;
    private final String region;

    Endpoints(Construct scope, Network network, String region) {
        super(scope, "Endpoints");
        this.network = network;
        this.region = region;
        Network.Endpoints wanted = network.endpoints();
        if (wanted.s3()) {
            gateway();
        }
        if (wanted.secretsManager() || wanted.ecrApi() || wanted.ecrDocker() || wanted.logs()) {
            CfnSecurityGroup group = group();
            make(wanted.secretsManager(), "SecretsManager", "secretsmanager", group);
            make(wanted.ecrApi(), "EcrApi", "ecr.api", group);
            make(wanted.ecrDocker(), "EcrDocker", "ecr.dkr", group);
            make(wanted.logs(), "Logs", "logs", group);
        }
    }

    private void gateway() {
        CfnVPCEndpoint.Builder.create(this, "S3")
                .vpcId(network.vpc())
                .serviceName(service("s3"))
                .vpcEndpointType("Gateway")
                .routeTableIds(network.subnets().stream()
                        .map(Network.Subnet::routeTable)
                        .distinct()
                        .toList())
                .build();
    }

    private void make(boolean wanted, String id, String service, CfnSecurityGroup group) {
        if (!wanted) {
            return;
        }
        CfnVPCEndpoint.Builder.create(this, id)
                .vpcId(network.vpc())
                .serviceName(service(service))
                .vpcEndpointType("Interface")
                .privateDnsEnabled(true)
                .subnetIds(List.copyOf(oneSubnetOfEachZone()))
                .securityGroupIds(List.of(group.getAttrGroupId()))
                .build();
    }

    private Collection<String> oneSubnetOfEachZone() {
        Map<String, String> subnets = new LinkedHashMap<>();
        network.subnets().forEach(subnet -> subnets.putIfAbsent(subnet.zone(), subnet.id()));
        return subnets.values();
    }

    private CfnSecurityGroup group() {
        return CfnSecurityGroup.Builder.create(this, "Group")
                .groupDescription("VPC endpoints")
                .vpcId(network.vpc())
                .securityGroupIngress(List.of(CfnSecurityGroup.IngressProperty.builder()
                        .cidrIp(network.cidr())
                        .ipProtocol("tcp")
                        .fromPort(443)
                        .toPort(443)
                        .description("All of the VPC: with private DNS there is no other way to the service")
                        .build()))
                .securityGroupEgress(List.of(CfnSecurityGroup.EgressProperty.builder()
                        .cidrIp("255.255.255.255/32")
                        .ipProtocol("icmp")
                        .fromPort(252)
                        .toPort(86)
                        .description("Nothing goes out")
                        .build()))
                .build();
    }

    private String service(String name) {
        return "com.amazonaws.%s.%s".formatted(region, name);
    }
}
