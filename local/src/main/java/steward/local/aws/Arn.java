package steward.local.aws;

/** Names of resources in the one account and region that the endpoint serves. */
public final class Arn {

    public static final String REGION = "us-east-1";
    public static final String ACCOUNT = "000000000000";

    private Arn() {}

    public static String stateMachine(String name) {
        return of("states", "stateMachine:" + name);
    }

    public static String execution(String stateMachine, String name) {
        return of("states", "execution:" + stateMachine + ":" + name);
    }

    /**
     * Of a secret.
     *
     * @param suffix the six characters that Secrets Manager appends, so that a name used again is another ARN
     */
    public static String secret(String name, String suffix) {
        return of("secretsmanager", "secret:" + name + "-" + suffix);
    }

    public static String databaseInstance(String identifier) {
        return of("rds", "db:" + identifier);
    }

    /** Of a snapshot, which may be in another region. */
    public static String databaseSnapshot(String region, String identifier) {
        return "arn:aws:rds:" + region + ":" + ACCOUNT + ":snapshot:" + identifier;
    }

    public static String databaseSubnetGroup(String name) {
        return of("rds", "subgrp:" + name);
    }

    public static String key(String id) {
        return of("kms", "key/" + id);
    }

    public static String cluster(String name) {
        return of("ecs", "cluster/" + name);
    }

    public static String taskDefinition(String family, int revision) {
        return of("ecs", "task-definition/" + family + ":" + revision);
    }

    static String task(String cluster, String id) {
        return of("ecs", "task/" + cluster + "/" + id);
    }

    static String container(String cluster, String task, String id) {
        return of("ecs", "container/" + cluster + "/" + task + "/" + id);
    }

    /** IAM is global: no region. */
    public static String role(String name) {
        return "arn:aws:iam::" + ACCOUNT + ":role/" + name;
    }

    private static String of(String service, String resource) {
        return "arn:aws:" + service + ":" + REGION + ":" + ACCOUNT + ":" + resource;
    }
}
