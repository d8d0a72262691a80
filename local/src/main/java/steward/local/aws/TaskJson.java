package steward.local.aws;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/** A task as ECS describes it. */
final class TaskJson {

    private TaskJson() {}

    static ObjectNode of(Task task, TaskState state) {
        var json = Json.object()
                .put("availabilityZone", Arn.REGION + "a")
                .put("clusterArn", Arn.cluster(task.asked.cluster()))
                .put("cpu", "1024")
                .put("desiredStatus", state.desiredStatus())
                .put("enableExecuteCommand", false)
                .put("group", task.asked.group())
                .put("lastStatus", state.lastStatus())
                .put("launchType", "FARGATE")
                .put("memory", "2048")
                .put("platformFamily", "Linux")
                .put("platformVersion", "1.4.0")
                .put("taskArn", task.arn())
                .put("taskDefinitionArn", task.definition.arn())
                .put("version", state.isOver() ? 5 : 1);
        json.set("createdAt", Json.timestamp(task.created));
        task.asked.startedBy().ifPresent(by -> json.put("startedBy", by));
        state.started().ifPresent(at -> json.set("startedAt", Json.timestamp(at)));
        state.stopping().ifPresent(at -> json.set("stoppingAt", Json.timestamp(at)));
        state.stopped().ifPresent(at -> json.set("stoppedAt", Json.timestamp(at)));
        state.stopCode().ifPresent(code -> json.put("stopCode", code));
        state.stoppedReason().ifPresent(reason -> json.put("stoppedReason", reason));
        json.putObject("ephemeralStorage").put("sizeInGiB", 20);
        attachments(json, task);
        json.putArray("containers").add(container(task, state));
        overrides(json.putObject("overrides"), task);
        var tags = json.putArray("tags");
        task.asked
                .tags()
                .forEach((key, value) -> tags.addObject().put("key", key).put("value", value));
        return json;
    }

    private static void attachments(ObjectNode json, Task task) {
        var attachment = json.putArray("attachments")
                .addObject()
                .put("id", task.containerId)
                .put("status", "ATTACHED")
                .put("type", "ElasticNetworkInterface");
        attachment
                .putArray("details")
                .addObject()
                .put("name", "subnetId")
                .put("value", task.asked.network().subnets().getFirst());
    }

    private static ObjectNode container(Task task, TaskState state) {
        var container = Json.object()
                .put("containerArn", Arn.container(task.asked.cluster(), task.id, task.containerId))
                .put("cpu", "0")
                .put("lastStatus", state.lastStatus().equals("PROVISIONING") ? "PENDING" : state.lastStatus())
                .put("name", task.definition.container())
                .put("taskArn", task.arn());
        state.exitCode().ifPresent(code -> container.put("exitCode", code));
        state.containerReason().ifPresent(reason -> container.put("reason", reason));
        container.putArray("networkBindings");
        container.putArray("networkInterfaces");
        return container;
    }

    private static void overrides(ObjectNode json, Task task) {
        var override = json.putArray("containerOverrides").addObject().put("name", task.definition.container());
        var overrides = task.asked.overrides();
        if (!overrides.command().isEmpty()) {
            overrides.command().forEach(override.putArray("command")::add);
        }
        if (!overrides.environment().isEmpty()) {
            var environment = override.putArray("environment");
            for (Map.Entry<String, String> variable : overrides.environment().entrySet()) {
                environment.addObject().put("name", variable.getKey()).put("value", variable.getValue());
            }
        }
        json.putArray("inferenceAcceleratorOverrides");
    }
}
