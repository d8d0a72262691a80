package steward.infra;

import java.util.List;
import java.util.Map;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.amazon.awscdk.services.kms.Key;
import software.constructs.Construct;
import steward.infra.permission.Place;

/** The key of Steward's messages and logs, and of the dumps unless the client has one for them. */
final class EncryptionKey extends Construct {
    private final Key key;

    EncryptionKey(Construct scope, Place place) {
        super(scope, "Key");
        key = Key.Builder.create(this, "Key")
                .alias("alias/steward")
                .description("Steward: dumps, messages, logs")
                .enableKeyRotation(true)
                .removalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE)
                .build();
        key.addToResourcePolicy(PolicyStatement.Builder.create()
                .principals(List.of(new ServicePrincipal("cloudwatch.amazonaws.com")))
                .actions(List.of("kms:GenerateDataKey*", "kms:Decrypt"))
                .resources(List.of("*"))
                .conditions(Map.of("StringEquals", Map.of("aws:SourceAccount", place.account())))
                .build());
        // EventBridge names no source account to the key of a topic: with that condition no message would ever arrive
        // (https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html).
        key.addToResourcePolicy(PolicyStatement.Builder.create()
                .principals(List.of(new ServicePrincipal("events.amazonaws.com")))
                .actions(List.of("kms:GenerateDataKey*", "kms:Decrypt"))
                .resources(List.of("*"))
                .build());
        key.addToResourcePolicy(PolicyStatement.Builder.create()
                .principals(List.of(new ServicePrincipal("logs.%s.amazonaws.com".formatted(place.region()))))
                .actions(List.of(
                        "kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"))
                .resources(List.of("*"))
                .conditions(Map.of(
                        "ArnLike", Map.of("kms:EncryptionContext:aws:logs:arn", place.arn("logs", "log-group:*"))))
                .build());
    }

    Key key() {
        return key;
    }

    String arn() {
        return key.getKeyArn();
    }
}
