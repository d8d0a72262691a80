package steward.local.aws;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What RunTask changes of the container.
 *
 * @param command empty if it is not overridden
 */
record TaskOverrides(List<String> command, Map<String, String> environment) {

    private static final int MOST_CHARACTERS = 8_192;

    /**
     * Of a request.
     *
     * @throws AwsError InvalidParameterException
     */
    static TaskOverrides of(JsonRequest request, String container) {
        var overrides = request.object("overrides");
        // ECS counts them as JSON.
        if (overrides
                .filter(it -> Json.write(it.members()).length() > MOST_CHARACTERS)
                .isPresent()) {
            throw AwsError.of(
                    "InvalidParameterException", "Container Overrides length must be at most " + MOST_CHARACTERS);
        }
        var containers = overrides.map(it -> it.objects("containerOverrides")).orElse(List.of());
        for (var override : containers) {
            check(override.required("name"), container);
        }
        return containers.stream().findFirst().map(TaskOverrides::of).orElse(new TaskOverrides(List.of(), Map.of()));
    }

    private static void check(String name, String container) {
        if (!name.equals(container)) {
            throw AwsError.of(
                    "InvalidParameterException",
                    "Override for container named " + name + " is not a container in the TaskDefinition.");
        }
    }

    private static TaskOverrides of(JsonRequest override) {
        var environment = new LinkedHashMap<String, String>();
        for (var variable : override.objects("environment")) {
            environment.put(
                    variable.required("name"),
                    Optional.of(variable).flatMap(it -> it.text("value")).orElse(""));
        }
        return new TaskOverrides(override.texts("command"), environment);
    }

    /** They may hold what is nobody's business. */
    @Override
    public String toString() {
        return "TaskOverrides[" + command.size() + " arguments, " + environment.keySet() + "]";
    }
}
