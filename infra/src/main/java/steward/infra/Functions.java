package steward.infra;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.ec2.ISubnet;
import software.amazon.awscdk.services.ec2.Subnet;
import software.amazon.awscdk.services.ec2.SubnetAttributes;
import software.amazon.awscdk.services.ec2.Vpc;
import software.amazon.awscdk.services.ec2.VpcAttributes;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.amazon.awscdk.services.lambda.Alias;
import software.amazon.awscdk.services.lambda.Permission;
import software.constructs.Construct;
import steward.infra.client.Client;
import steward.infra.client.Network;
import steward.infra.permission.Place;
import steward.infra.permission.Statement;
import steward.lambda.Configuration;
import steward.lambda.Deployment;

/** The functions that workflows call, and the one that Secrets Manager calls to rotate a secret. */
final class Functions extends Construct {
    static final List<String> NAMES =
            Arrays.stream(Deployment.values()).map(Deployment::functionName).toList();

    private final Client client;
    private final SqlFunction.Surroundings surroundings;
    private final Alias master;
    private final Alias owner;

    Functions(
            Construct scope,
            Client client,
            Place place,
            Paths paths,
            Firewall firewall,
            EncryptionKey key,
            List<DatabaseInstance> instances,
            SecretPermissions secrets) {
        super(scope, "Functions");
        this.client = client;
        List<ISubnet> subnets = client.network().subnets().stream()
                .map(subnet -> Subnet.fromSubnetAttributes(
                        this,
                        subnet.id(),
                        SubnetAttributes.builder()
                                .subnetId(subnet.id())
                                .routeTableId(subnet.routeTable())
                                .build()))
                .toList();
        VpcAttributes vpc = VpcAttributes.builder()
                .vpcId(client.network().vpc())
                .availabilityZones(client.network().subnets().stream()
                        .map(Network.Subnet::zone)
                        .distinct()
                        .toList())
                .build();
        this.surroundings = new SqlFunction.Surroundings(
                place, paths, Vpc.fromVpcAttributes(this, "Vpc", vpc), subnets, firewall.functions(), key);
        master = make(Deployment.MASTER, Map.of(), secrets.master()).publish();
        owner = make(Deployment.OWNER, Map.of(), secrets.owner()).publish();
        rotation(place, instances, secrets.rotation());
    }

    /** Secrets Manager calls the function itself, and none of its versions. */
    private void rotation(Place place, List<DatabaseInstance> instances, List<Statement> permissions) {
        make(Deployment.ROTATION, Map.of(Configuration.INSTANCES, json(instances)), permissions)
                .function()
                .addPermission(
                        "SecretsManager",
                        Permission.builder()
                                .principal(new ServicePrincipal("secretsmanager.amazonaws.com"))
                                .action("lambda:InvokeFunction")
                                .sourceAccount(place.account())
                                .build());
    }

    private SqlFunction make(Deployment deployment, Map<String, String> ofAccount, List<Statement> permissions) {
        Map<String, String> environment = new TreeMap<>(deployment.environment());
        environment.putAll(ofAccount);
        return new SqlFunction(
                this,
                new SqlFunction.Properties(deployment, environment, permissions, client.reservedConcurrency()),
                surroundings);
    }

    /** As {@code steward.lambda.KnownInstances} reads it. */
    private String json(List<DatabaseInstance> instances) {
        Map<String, Object> known = new LinkedHashMap<>();
        for (DatabaseInstance instance : instances) {
            Map<String, Object> description = new LinkedHashMap<>();
            description.put("host", instance.host());
            description.put("port", instance.port());
            description.put("engineVersion", instance.engineVersion());
            description.put("masterSecretArn", instance.masterSecret());
            known.put(instance.identifier(), description);
        }
        return Stack.of(this).toJsonString(known);
    }

    Alias master() {
        return master;
    }

    Alias owner() {
        return owner;
    }
}
