package steward.infra;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import software.amazon.awscdk.Token;
import software.amazon.awscdk.customresources.AwsCustomResource;
import software.amazon.awscdk.customresources.AwsSdkCall;
import software.amazon.awscdk.customresources.PhysicalResourceId;
import software.amazon.awscdk.services.iam.IRole;
import software.amazon.awscdk.services.logs.LogGroup;
import software.constructs.Construct;
import steward.infra.client.Instance;
import steward.infra.permission.Place;

/** An instance that was there before: tagged, and opened to Steward. Its address is asked for at deployment. */
final class AdoptedInstance extends Construct {
    /** The function that does it, one for all instances: CDK makes it. */
    record Adopter(IRole role, LogGroup logs) {}

    /** An instance that was deleted has no tags to lose. The SDK adds the ending to RDS's own code. */
    private static final String GONE = "^DBInstanceNotFound(Fault)?$";

    private final DatabaseInstance description;

    AdoptedInstance(
            Construct scope,
            Instance instance,
            Instance.Adopted adopted,
            Place place,
            Firewall firewall,
            Adopter adopter) {
        super(scope, instance.identifier());
        firewall.letIntoAdopted(adopted.securityGroup());
        tag(instance, adopted, place, adopter);
        AwsCustomResource found = describe(instance, adopted, adopter);
        description = new DatabaseInstance(
                instance.identifier(),
                found.getResponseField("DBInstances.0.Endpoint.Address"),
                Token.asNumber(found.getResponseField("DBInstances.0.Endpoint.Port")),
                String.valueOf(instance.postgres()),
                adopted.masterSecret()
                        .orElseGet(() -> found.getResponseField("DBInstances.0.MasterUserSecret.SecretArn")),
                adopted.secretKey(),
                adopted.storageKey());
    }

    private void tag(Instance instance, Instance.Adopted adopted, Place place, Adopter adopter) {
        List<Map<String, String>> tags = new ArrayList<>();
        tags.add(tag("steward:managed", "true"));
        tags.add(tag("steward:stage", instance.stage().toString()));
        adopted.masterSecret().ifPresent(secret -> tags.add(tag("steward:master-secret", secret)));
        String arn = place.instance(instance.identifier());
        AwsSdkCall add = call("AddTagsToResource", arn, Map.of("ResourceName", arn, "Tags", tags))
                .build();
        List<String> keys = tags.stream().map(tag -> tag.get("Key")).toList();
        resource("Tags", adopter)
                .onCreate(add)
                .onUpdate(add)
                .onDelete(call("RemoveTagsFromResource", arn, Map.of("ResourceName", arn, "TagKeys", keys))
                        .ignoreErrorCodesMatching(GONE)
                        .build())
                .build();
    }

    private static Map<String, String> tag(String key, String value) {
        return Map.of("Key", key, "Value", value);
    }

    /**
     * CloudFormation asks again only when the call itself changes: it does when RDS begins to manage the master's
     * password, and the file names no secret any more.
     */
    private AwsCustomResource describe(Instance instance, Instance.Adopted adopted, Adopter adopter) {
        List<String> answers =
                new ArrayList<>(List.of("DBInstances.0.Endpoint.Address", "DBInstances.0.Endpoint.Port"));
        if (adopted.masterSecret().isEmpty()) {
            answers.add("DBInstances.0.MasterUserSecret.SecretArn");
        }
        AwsSdkCall call = call(
                        "DescribeDBInstances",
                        instance.identifier(),
                        Map.of("DBInstanceIdentifier", instance.identifier()))
                // The whole description is longer than what CloudFormation takes.
                .outputPaths(answers)
                .build();
        return resource("Description", adopter).onCreate(call).onUpdate(call).build();
    }

    private AwsCustomResource.Builder resource(String id, Adopter adopter) {
        return AwsCustomResource.Builder.create(this, id)
                .role(adopter.role())
                .logGroup(adopter.logs())
                .installLatestAwsSdk(false)
                .resourceType("Custom::Steward" + id);
    }

    private static AwsSdkCall.Builder call(String action, String id, Map<String, Object> parameters) {
        return AwsSdkCall.builder()
                .service("RDS")
                .action(action)
                .parameters(parameters)
                .physicalResourceId(PhysicalResourceId.of(id));
    }

    DatabaseInstance description() {
        return description;
    }
}
