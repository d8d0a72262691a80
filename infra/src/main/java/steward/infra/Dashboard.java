package steward.infra;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import software.amazon.awscdk.services.cloudwatch.CfnDashboard;
import software.constructs.Construct;
import steward.infra.client.Client;
import steward.infra.client.Instance;
import steward.infra.permission.Place;

/** One page on what Steward does. */
final class Dashboard extends Construct {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final List<String> RESULTS = List.of("Succeeded", "Failed", "TimedOut", "Aborted");
    private static final List<String> LONG = List.of("dump-database", "restore-dump", "restore-database");
    private static final int HOUR = 3600;

    private final Place place;
    private final List<Map<String, Object>> widgets = new ArrayList<>();

    Dashboard(Construct scope, Client client, Place place, Set<String> workflows) {
        super(scope, "Dashboard");
        this.place = place;
        for (String result : RESULTS) {
            widget(
                    "Executions: " + result,
                    "Sum",
                    workflows.stream()
                            .map(workflow -> states("Executions" + result, workflow))
                            .toList());
        }
        widget(
                "Duration of dumps and restores (ms)",
                "Maximum",
                LONG.stream()
                        .filter(workflows::contains)
                        .map(workflow -> states("ExecutionTime", workflow))
                        .toList());
        widget(
                "Age of the newest snapshot copy (hours)",
                "Minimum",
                Stream.concat(client.instances().stream().map(Dashboard::copyAge), copyAgesElsewhere(client))
                        .toList());
        widget("Temporary things alive", "Maximum", List.of(List.of(Alarms.NAMESPACE, "TemporaryThings")));
        widget(
                "Free storage (bytes)",
                "Minimum",
                client.instances().stream()
                        .map(instance -> List.<Object>of(
                                "AWS/RDS", "FreeStorageSpace", "DBInstanceIdentifier", instance.identifier()))
                        .toList());
        CfnDashboard.Builder.create(this, "Dashboard")
                .dashboardName(Place.STEWARD)
                .dashboardBody(body())
                .build();
    }

    private static List<Object> copyAge(Instance instance) {
        return List.of(Alarms.NAMESPACE, "NewestSnapshotCopyAge", "Instance", instance.identifier());
    }

    private static Stream<List<Object>> copyAgesElsewhere(Client client) {
        return client.snapshotCopies().stream()
                .flatMap(copies -> copies.otherRegion().stream()
                        .map(other -> List.of(
                                Alarms.NAMESPACE,
                                "NewestSnapshotCopyAge",
                                "Instance",
                                copies.instance(),
                                Map.of(
                                        "region",
                                        other.region(),
                                        "label",
                                        "%s in %s".formatted(copies.instance(), other.region())))));
    }

    private List<Object> states(String metric, String workflow) {
        return List.of(
                "AWS/States", metric, "StateMachineArn", place.stateMachine(workflow), Map.of("label", workflow));
    }

    private void widget(String title, String statistic, List<? extends List<?>> metrics) {
        Map<String, Object> properties = new LinkedHashMap<>();
        properties.put("title", title);
        properties.put("region", place.region());
        properties.put("stat", statistic);
        properties.put("period", HOUR);
        properties.put("metrics", metrics);
        Map<String, Object> widget = new LinkedHashMap<>();
        widget.put("type", "metric");
        widget.put("width", 12);
        widget.put("height", 6);
        widget.put("properties", properties);
        widgets.add(widget);
    }

    private String body() {
        try {
            return JSON.writeValueAsString(Map.of("widgets", widgets));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("writing the dashboard", e);
        }
    }
}
