package steward.infra;

import static steward.infra.permission.Statement.allow;

import java.util.List;
import java.util.Map;
import software.amazon.awscdk.CfnResource;
import software.amazon.awscdk.IgnoreMode;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.services.ecr.assets.DockerImageAsset;
import software.amazon.awscdk.services.ecr.assets.Platform;
import software.amazon.awscdk.services.ecs.AwsLogDriverProps;
import software.amazon.awscdk.services.ecs.CfnCluster;
import software.amazon.awscdk.services.ecs.ContainerDefinition;
import software.amazon.awscdk.services.ecs.ContainerDefinitionOptions;
import software.amazon.awscdk.services.ecs.ContainerImage;
import software.amazon.awscdk.services.ecs.FargateTaskDefinition;
import software.amazon.awscdk.services.ecs.LogDriver;
import software.amazon.awscdk.services.ecs.MountPoint;
import software.amazon.awscdk.services.ecs.Volume;
import software.amazon.awscdk.services.iam.IRole;
import software.amazon.awscdk.services.logs.LogGroup;
import software.constructs.Construct;
import steward.infra.permission.Place;
import steward.infra.permission.Statement;

/** The Fargate task that dumps and restores. */
final class Task extends Construct {
    private static final String SCRATCH = "scratch";
    /** The most that Fargate gives. It is paid by the second, while a task runs. */
    private static final int SCRATCH_GIB = 200;
    /** Two jobs in parallel, as many as there are CPUs. */
    private static final int CPU = 2048;

    private static final int MEGABYTES = 4096;
    /** The image's own user; it is no root. */
    private static final String USER = "postgres";

    private final FargateTaskDefinition definition;

    Task(Construct scope, Place place, Paths paths, EncryptionKey logKey, String backupKey, List<Statement> secrets) {
        super(scope, "Task");
        CfnCluster.Builder.create(this, "Cluster")
                .clusterName(Place.STEWARD)
                .clusterSettings(List.of(CfnCluster.ClusterSettingsProperty.builder()
                        .name("containerInsights")
                        .value("enabled")
                        .build()))
                .build();
        LogGroup logs = Logs.group(this, "/steward/task", logKey);
        DockerImageAsset image = image(paths);
        definition = FargateTaskDefinition.Builder.create(this, "Definition")
                .family("steward-task")
                .cpu(CPU)
                .memoryLimitMiB(MEGABYTES)
                .ephemeralStorageGiB(SCRATCH_GIB)
                .taskRole(role(place, "task", permissions(place, backupKey, secrets)))
                .executionRole(role(place, "task-execution", pull(image, logs)))
                .volumes(List.of(Volume.builder().name(SCRATCH).build()))
                .build();
        // An execution that started before a deployment still runs the revision that it names.
        ((CfnResource) definition.getNode().getDefaultChild()).applyRemovalPolicy(RemovalPolicy.RETAIN);
        container(place, image, logs);
        Suppressions.add(
                definition, "AwsSolutions-ECS2", "What is in the task's environment is the region, which is no secret");
    }

    private void container(Place place, DockerImageAsset image, LogGroup logs) {
        ContainerDefinition container = definition.addContainer(
                "task",
                ContainerDefinitionOptions.builder()
                        .containerName("task")
                        .image(ContainerImage.fromDockerImageAsset(image))
                        .environment(Map.of("AWS_REGION", place.region()))
                        .user(USER)
                        .readonlyRootFilesystem(true)
                        .logging(LogDriver.awsLogs(AwsLogDriverProps.builder()
                                .logGroup(logs)
                                .streamPrefix("task")
                                .build()))
                        .build());
        container.addMountPoints(MountPoint.builder()
                .sourceVolume(SCRATCH)
                .containerPath("/scratch")
                .readOnly(false)
                .build());
    }

    private DockerImageAsset image(Paths paths) {
        return DockerImageAsset.Builder.create(this, "Image")
                .directory(paths.root().toString())
                .file("tasks/Dockerfile")
                .platform(Platform.LINUX_AMD64)
                .ignoreMode(IgnoreMode.DOCKER)
                // All that the Dockerfile copies.
                .exclude(List.of(
                        "*",
                        "!tasks/Dockerfile",
                        "!tasks/supervise",
                        "!tasks/java.options",
                        "!tasks/target/lib",
                        "!tasks/target/steward-tasks-*.jar"))
                .build();
    }

    private IRole role(Place place, String name, List<Statement> statements) {
        return Roles.forService(
                new Construct(this, name),
                place,
                name,
                "ecs-tasks.amazonaws.com",
                statements,
                "Objects and secrets have names that are made at run time, and a registry's token knows no resources; "
                        + "AccessTest asks what that opens");
    }

    private static List<Statement> permissions(Place place, String backupKey, List<Statement> secrets) {
        String bucket = place.s3(place.backupBucket());
        // Dumps that somebody else put into the bucket can be restored too.
        secrets.add(allow("s3:GetObject", bucket + "/*"));
        secrets.add(allow(
                List.of("s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"),
                List.of(bucket + "/dumps/*", bucket + "/" + Place.TEMPORARY + "*")));
        // Without it S3 answers 403 for an object that is missing.
        secrets.add(allow("s3:ListBucket", bucket));
        secrets.add(allow(List.of("kms:Decrypt", "kms:GenerateDataKey"), List.of(backupKey))
                .when("StringEquals", "kms:ViaService", "s3.%s.amazonaws.com".formatted(place.region())));
        return secrets;
    }

    private static List<Statement> pull(DockerImageAsset image, LogGroup logs) {
        return List.of(
                allow("ecr:GetAuthorizationToken", "*"),
                allow(
                        List.of("ecr:BatchCheckLayerAvailability", "ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage"),
                        List.of(image.getRepository().getRepositoryArn())),
                allow(List.of("logs:CreateLogStream", "logs:PutLogEvents"), List.of(logs.getLogGroupArn())));
    }

    String definitionArn() {
        return definition.getTaskDefinitionArn();
    }
}
