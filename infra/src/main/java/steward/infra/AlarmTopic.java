package steward.infra;

import java.util.List;
import java.util.Map;
import software.amazon.awscdk.services.iam.AnyPrincipal;
import software.amazon.awscdk.services.iam.Effect;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.amazon.awscdk.services.sns.Topic;
import software.amazon.awscdk.services.sns.subscriptions.EmailSubscription;
import software.constructs.Construct;
import steward.infra.permission.Place;

/** Where everything goes that a person must know. */
final class AlarmTopic extends Construct {
    private final Topic topic;

    AlarmTopic(Construct scope, Place place, EncryptionKey key, String address) {
        super(scope, "Alarms");
        topic = Topic.Builder.create(this, "Topic")
                .topicName("steward-alarms")
                .displayName("Steward")
                .masterKey(key.key())
                .build();
        topic.addSubscription(new EmailSubscription(address));
        topic.addToResourcePolicy(PolicyStatement.Builder.create()
                .principals(List.of(new ServicePrincipal("cloudwatch.amazonaws.com")))
                .actions(List.of("sns:Publish"))
                .resources(List.of(place.topic()))
                .conditions(Map.of("StringEquals", Map.of("aws:SourceAccount", place.account())))
                .build());
        // Conditions on what EventBridge publishes are not supported, as with the key.
        topic.addToResourcePolicy(PolicyStatement.Builder.create()
                .principals(List.of(new ServicePrincipal("events.amazonaws.com")))
                .actions(List.of("sns:Publish"))
                .resources(List.of(place.topic()))
                .build());
        topic.addToResourcePolicy(PolicyStatement.Builder.create()
                .effect(Effect.DENY)
                .principals(List.of(new AnyPrincipal()))
                .actions(List.of("sns:Publish"))
                .resources(List.of(place.topic()))
                .conditions(Map.of("Bool", Map.of("aws:SecureTransport", "false")))
                .build());
    }

    String arn() {
        return topic.getTopicArn();
    }
}
