package steward.infra.permission;

/**
 * Where a client's things are. Their ARNs are texts, not references: policies can be read, and nothing is circular.
 *
 * @param suffix of the names of roles
 */
public record Place(String account, String region, String suffix) {
    /** What all names begin with. */
    public static final String STEWARD = "steward";
    /** What names of temporary things begin with. */
    public static final String TEMPORARY = "steward-tmp-";
    /** The version of a function that workflows call. */
    public static final String ALIAS = "live";

    public Place(String account, String region) {
        this(account, region, "");
    }

    /** The same account's other region, whose roles have names of their own: roles have no region. */
    public Place other(String otherRegion) {
        return new Place(account, otherRegion, "-" + otherRegion);
    }

    public String partition() {
        if (region.startsWith("cn-")) {
            return "aws-cn";
        }
        return region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
    }

    /** An ARN of this account and region. */
    public String arn(String service, String resource) {
        return "arn:%s:%s:%s:%s:%s".formatted(partition(), service, region, account, resource);
    }

    /** A role or another thing of IAM, which has no region. */
    public String iam(String resource) {
        return "arn:%s:iam::%s:%s".formatted(partition(), account, resource);
    }

    /** An S3 bucket, or objects in it. */
    public String s3(String resource) {
        return "arn:%s:s3:::%s".formatted(partition(), resource);
    }

    public String function(String name) {
        return arn("lambda", "function:steward-%s:%s".formatted(name, ALIAS));
    }

    public String stateMachine(String workflow) {
        return arn("states", "stateMachine:" + stateMachineName(workflow));
    }

    public String executions(String workflow) {
        return arn("states", "execution:%s:*".formatted(stateMachineName(workflow)));
    }

    public static String stateMachineName(String workflow) {
        return STEWARD + "-" + workflow;
    }

    public String instance(String identifier) {
        return arn("rds", "db:" + identifier);
    }

    public String cluster() {
        return arn("ecs", "cluster/" + STEWARD);
    }

    /** Every revision of the task. */
    public String taskDefinitions() {
        return arn("ecs", "task-definition/steward-task:*");
    }

    public String tasks() {
        return arn("ecs", "task/%s/*".formatted(STEWARD));
    }

    public String taskRole() {
        return iam("role/steward-task");
    }

    public String taskExecutionRole() {
        return iam("role/steward-task-execution");
    }

    public String topic() {
        return arn("sns", "steward-alarms");
    }

    public String backupBucket() {
        return "steward-backups-%s-%s".formatted(account, region);
    }
}
