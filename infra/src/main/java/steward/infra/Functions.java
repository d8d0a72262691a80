package steward.infra;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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
import steward.Operation;
import steward.infra.client.Client;
import steward.infra.client.Network;
import steward.infra.permission.Place;
import steward.infra.permission.Statement;

/** The functions that workflows call, and the one that Secrets Manager calls to rotate a secret. */
final class Functions extends Construct {
    static final List<String> NAMES = List.of("master", "owner", "rotation");

    private static final String FUNCTION = "STEWARD_FUNCTION";
    private static final String INSTANCES = "STEWARD_INSTANCES";

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
        master = function(Operation.Function.MASTER, secrets.master()).publish();
        owner = function(Operation.Function.OWNER, secrets.owner()).publish();
        rotation(place, instances, secrets.rotation());
    }

    private SqlFunction function(Operation.Function function, List<Statement> permissions) {
        String name = function.name().toLowerCase(Locale.ROOT);
        return make(name, "steward.lambda.Handler", Map.of(FUNCTION, name), permissions, true);
    }

    /** Secrets Manager calls the function itself, and none of its versions. */
    private void rotation(Place place, List<DatabaseInstance> instances, List<Statement> permissions) {
        Map<String, String> environment = Map.of(FUNCTION, "master", INSTANCES, json(instances));
        make("rotation", "steward.lambda.RotationHandler", environment, permissions, false)
                .function()
                .addPermission(
                        "SecretsManager",
                        Permission.builder()
                                .principal(new ServicePrincipal("secretsmanager.amazonaws.com"))
                                .action("lambda:InvokeFunction")
                                .sourceAccount(place.account())
                                .build());
    }

    private SqlFunction make(
            String name,
            String handler,
            Map<String, String> environment,
            List<Statement> permissions,
            boolean published) {
        return new SqlFunction(
                this,
                new SqlFunction.Properties(
                        name, handler, environment, permissions, published, client.reservedConcurrency()),
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
