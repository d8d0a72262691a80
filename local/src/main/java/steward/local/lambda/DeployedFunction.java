package steward.local.lambda;

import java.util.HashMap;
import java.util.Map;

/**
 * A function as the template configures it.
 *
 * @param name with which it is called
 * @param handler class of the entry point
 * @param environment its variables, {@code JAVA_TOOL_OPTIONS} among them
 * @param memory in MB
 * @param snapStart whether its environments go through the hooks around a snapshot before their first call
 */
public record DeployedFunction(
        String name, String handler, Map<String, String> environment, int memory, boolean snapStart) {
    public DeployedFunction {
        environment = Map.copyOf(environment);
    }

    /** With variables added. */
    public DeployedFunction with(Map<String, String> more) {
        Map<String, String> all = new HashMap<>(environment);
        all.putAll(more);
        return new DeployedFunction(name, handler, all, memory, snapStart);
    }
}
