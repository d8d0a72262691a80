package steward.infra.client;

/** When leftovers of interrupted executions are looked for, and how old they have to be. */
public record Sweep(String schedule, int olderThanMinutes) {
    /**
     * What a client has that says nothing: what AWS was still making when its execution was stopped is found by the
     * schedule alone, and an instance that nobody removes costs money for ever.
     */
    static final Sweep USUAL = new Sweep("rate(1 hour)", 120);
}
