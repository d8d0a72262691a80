package steward.infra.client;

/** When leftovers of interrupted executions are looked for, and how old they have to be. */
public record Sweep(String schedule, int olderThanMinutes) {}
