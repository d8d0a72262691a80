package steward.local;

import java.util.Map;

/**
 * A workflow with an input for a certain project.
 *
 * @param readsTables whether it works on the tenant's tables, logged in as the tenant, and so waits for their locks (REVOKE does
 *     from 18 on)
 */
record WorkflowRun(String name, Map<String, Object> input, boolean readsTables) {}
