package steward.local.integration;

/**
 * From where Step Functions hears that a task is over. On AWS that is EventBridge, by a rule that Step Functions makes for
 * itself.
 *
 * @see <a href="https://docs.aws.amazon.com/step-functions/latest/dg/connect-ecs.html">Run Amazon ECS or Fargate
 *     tasks</a>
 */
@FunctionalInterface
public interface TaskEvents {

    /** Tells nothing: who waits has to ask ECS again and again. */
    TaskEvents NONE = (task, action) -> false;

    /**
     * Has this done once the task has stopped; at once, if it has already.
     *
     * @param task its ARN
     * @return whether it will be done
     */
    boolean whenStopped(String task, Runnable action);
}
