package steward.local.aws;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/** A RunTask that was answered, kept for those who send it again because they missed the answer. */
record RunTask(JsonRequest request, ObjectNode answer) {

    private static final int MOST_TASKS = 10;
    private static final int MOST_TAGS = 50;

    /**
     * The same answer.
     *
     * @throws AwsError ConflictException if it is another request with the same token
     */
    ObjectNode again(JsonRequest sent) {
        if (!sent.members().equals(request.members())) {
            throw AwsError.of("ConflictException", "The clientToken was used with other parameters.");
        }
        return answer;
    }

    /**
     * What is asked for.
     *
     * @throws AwsError InvalidParameterException
     */
    static Task.Asked read(JsonRequest request, String cluster, TaskDefinition definition) {
        var launchType = request.text("launchType").orElse("FARGATE");
        if (!launchType.equals("FARGATE")) {
            throw AwsError.of(
                    "InvalidParameterException", "Task definition does not support launch_type " + launchType + ".");
        }
        count(request);
        return new Task.Asked(
                cluster,
                TaskOverrides.of(request, definition.container()),
                network(request),
                request.text("group").orElse("family:" + definition.family()),
                request.text("startedBy"),
                tags(request));
    }

    static long count(JsonRequest request) {
        var count = request.number("count").orElse(1);
        if (count < 1 || count > MOST_TASKS) {
            throw AwsError.of("InvalidParameterException", "Count must be between 1 and 10.");
        }
        return count;
    }

    private static Task.Network network(JsonRequest request) {
        var network = request.object("networkConfiguration")
                .flatMap(configuration -> configuration.object("awsvpcConfiguration"))
                .orElseThrow(() -> AwsError.of(
                        "InvalidParameterException",
                        "Network Configuration must be provided when networkMode 'awsvpc' is specified."));
        var subnets = network.texts("subnets");
        if (subnets.isEmpty() || subnets.size() > 16) {
            throw AwsError.of("InvalidParameterException", "subnets must have between 1 and 16 entries.");
        }
        var groups = network.texts("securityGroups");
        if (groups.size() > 5) {
            throw AwsError.of("InvalidParameterException", "securityGroups can have at most 5 entries.");
        }
        var address = network.text("assignPublicIp").orElse("DISABLED");
        if (!address.equals("DISABLED") && !address.equals("ENABLED")) {
            throw AwsError.of("InvalidParameterException", "assignPublicIp must be ENABLED or DISABLED.");
        }
        return new Task.Network(subnets, groups);
    }

    private static Map<String, String> tags(JsonRequest request) {
        var tags = request.tags("tags", "key", "value");
        if (tags.size() > MOST_TAGS
                || tags.entrySet().stream()
                        .anyMatch(tag -> tag.getKey().length() > 128
                                || tag.getKey().startsWith("aws:")
                                || tag.getValue().length() > 256)) {
            throw AwsError.of("InvalidParameterException", "Invalid tags");
        }
        return tags;
    }
}
