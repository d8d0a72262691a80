package steward.infra;

import java.util.List;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.services.kms.IKey;
import software.amazon.awscdk.services.s3.BlockPublicAccess;
import software.amazon.awscdk.services.s3.Bucket;
import software.amazon.awscdk.services.s3.BucketEncryption;
import software.amazon.awscdk.services.s3.LifecycleRule;
import software.amazon.awscdk.services.s3.ObjectOwnership;
import software.amazon.awscdk.services.s3.StorageClass;
import software.amazon.awscdk.services.s3.Transition;
import software.constructs.Construct;
import steward.infra.permission.Place;

/** Where dumps are kept. They stay until somebody deletes them; what is deleted or replaced stays a month more. */
final class BackupBucket extends Construct {
    BackupBucket(Construct scope, Place place, IKey key) {
        super(scope, "Backups");
        bucket("Bucket", place.backupBucket())
                .encryption(BucketEncryption.KMS)
                .encryptionKey(key)
                .bucketKeyEnabled(true)
                .serverAccessLogsBucket(accessLogs(place))
                .lifecycleRules(List.of(
                        LifecycleRule.builder()
                                .id("unfinished")
                                .abortIncompleteMultipartUploadAfter(Duration.days(2))
                                .noncurrentVersionExpiration(Duration.days(30))
                                .expiredObjectDeleteMarker(true)
                                .build(),
                        LifecycleRule.builder()
                                .id("temporary")
                                .prefix(Place.TEMPORARY)
                                .expiration(Duration.days(7))
                                .build(),
                        LifecycleRule.builder()
                                .id("dumps")
                                .prefix("dumps/")
                                .transitions(List.of(Transition.builder()
                                        .storageClass(StorageClass.INFREQUENT_ACCESS)
                                        .transitionAfter(Duration.days(30))
                                        .build()))
                                .build()))
                .build();
    }

    private Bucket accessLogs(Place place) {
        Bucket logs = bucket("AccessLogs", "steward-access-logs-%s-%s".formatted(place.account(), place.region()))
                .encryption(BucketEncryption.S3_MANAGED)
                .lifecycleRules(List.of(LifecycleRule.builder()
                        .id("expire")
                        .expiration(Duration.days(365))
                        .noncurrentVersionExpiration(Duration.days(30))
                        .abortIncompleteMultipartUploadAfter(Duration.days(2))
                        .build()))
                .build();
        Suppressions.add(
                logs, "AwsSolutions-S1", "It holds the access log of the other bucket: its own would never end");
        return logs;
    }

    private Bucket.Builder bucket(String id, String name) {
        return Bucket.Builder.create(this, id)
                .bucketName(name)
                .versioned(true)
                .enforceSsl(true)
                .minimumTlsVersion(1.2)
                .blockPublicAccess(BlockPublicAccess.BLOCK_ALL)
                .objectOwnership(ObjectOwnership.BUCKET_OWNER_ENFORCED)
                .removalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
    }
}
