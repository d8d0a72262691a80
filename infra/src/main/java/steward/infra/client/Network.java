package steward.infra.client;

import java.util.List;

/**
 * Where the client's servers and databases are. Nothing is looked up, so all of it is named.
 *
 * @param cidr the VPC's range
 * @param s3PrefixList id of the region's managed prefix list for S3: all that the tasks may reach outside of the VPC
 * @param applicationSecurityGroups those of the servers that use the databases
 * @param endpoints the VPC endpoints that Steward makes; what is off has to be there already
 */
public record Network(
        String vpc,
        String cidr,
        String s3PrefixList,
        List<Subnet> subnets,
        List<String> applicationSecurityGroups,
        Endpoints endpoints) {

    /** A private subnet, and the route table that an S3 endpoint is entered into. */
    public record Subnet(String id, String zone, String routeTable) {}

    /** Which VPC endpoints to make. */
    public record Endpoints(boolean secretsManager, boolean s3, boolean ecrApi, boolean ecrDocker, boolean logs) {}
}
