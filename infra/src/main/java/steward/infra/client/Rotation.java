package steward.infra.client;

/**
 * When a project user gets a new password.
 *
 * @param schedule as EventBridge Scheduler takes it, in UTC
 */
public record Rotation(String instance, String user, String schedule) {}
