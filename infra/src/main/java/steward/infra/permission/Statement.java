package steward.infra.permission;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A statement of a policy.
 *
 * @param conditions by operator, by key
 */
public record Statement(
        Effect effect,
        List<String> actions,
        List<String> resources,
        Map<String, Map<String, List<String>>> conditions) {

    /** Whether it allows or denies. */
    public enum Effect {
        ALLOW("Allow"),
        DENY("Deny");

        private final String text;

        Effect(String text) {
            this.text = text;
        }
    }

    public static Statement allow(List<String> actions, List<String> resources) {
        return new Statement(Effect.ALLOW, actions, resources, Map.of());
    }

    public static Statement allow(String action, String... resources) {
        return allow(List.of(action), List.of(resources));
    }

    public static Statement deny(List<String> actions, List<String> resources) {
        return new Statement(Effect.DENY, actions, resources, Map.of());
    }

    /** The same, if the condition holds too. */
    public Statement when(String operator, String key, String... values) {
        Map<String, Map<String, List<String>>> all = new LinkedHashMap<>(conditions);
        Map<String, List<String>> keys = new LinkedHashMap<>(all.getOrDefault(operator, Map.of()));
        keys.put(key, List.of(values));
        all.put(operator, keys);
        return new Statement(effect, actions, resources, all);
    }

    /** As IAM writes it. */
    public Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("Effect", effect.text);
        json.put("Action", actions);
        json.put("Resource", resources);
        if (!conditions.isEmpty()) {
            json.put("Condition", conditions);
        }
        return json;
    }

    /** A policy of these statements, each once. */
    public static Map<String, Object> policy(List<Statement> statements) {
        return Map.of(
                "Version",
                "2012-10-17",
                "Statement",
                statements.stream().distinct().map(Statement::json).toList());
    }
}
