package steward.local;

import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import steward.local.aws.Arn;

/** Fills in the {@code ${Name}}s of a definition, as CloudFormation does with DefinitionSubstitutions. */
public final class Substitutions {
    private static final Pattern NAME = Pattern.compile("\\$\\{([A-Za-z]+)}");
    private static final String LAMBDA = "arn:aws:lambda:us-east-1:000000000000:function:";
    private static final String STATE_MACHINE = "arn:aws:states:us-east-1:000000000000:stateMachine:";

    /** All of the installation that no workflow names. */
    private static final Map<String, String> VALUES = Map.of(
            "MasterFunctionArn",
            LAMBDA + "steward-master",
            "OwnerFunctionArn",
            LAMBDA + "steward-owner",
            "ClusterArn",
            Arn.cluster(Installation.CLUSTER),
            "TaskDefinitionArn",
            Arn.taskDefinition(Installation.TASK_FAMILY, 1),
            "TaskSubnetIds",
            "subnet-0000000000000000a,subnet-0000000000000000b",
            "TaskSecurityGroupIds",
            "sg-0000000000000000a",
            "TemporarySecurityGroupIds",
            "sg-0000000000000000b",
            "BackupBucketName",
            Installation.BACKUP_BUCKET,
            "SnapshotCopyKeys",
            "none");

    private Substitutions() {}

    /**
     * The definition with ARNs of this machine in it.
     *
     * @throws IllegalArgumentException naming what is not known
     */
    public static String apply(String workflow, String definition) {
        return NAME.matcher(definition).replaceAll(found -> Matcher.quoteReplacement(value(workflow, found.group(1))));
    }

    /** The names that are known besides those of the state machines. */
    static Set<String> names() {
        return VALUES.keySet();
    }

    private static String value(String workflow, String name) {
        String known = VALUES.get(name);
        if (known != null) {
            return known;
        }
        if (name.endsWith("StateMachineArn")) {
            return STATE_MACHINE + kebab(name.substring(0, name.length() - "StateMachineArn".length()));
        }
        throw new IllegalArgumentException("%s: ${%s} is not known".formatted(workflow, name));
    }

    /** {@code CreateUser} becomes {@code create-user}. */
    private static String kebab(String name) {
        return name.replaceAll("(?<=[a-z])(?=[A-Z])", "-").toLowerCase(java.util.Locale.ROOT);
    }
}
