package steward.local.postgres;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** One server of each major for all tests of a JVM: started when first asked for, stopped when the JVM ends. */
public final class SharedServers {
    private static final Map<Integer, PostgresServer> SERVERS = new ConcurrentHashMap<>();

    /** What stands in the way of a drop can only be made where it is allowed. */
    private static final Map<String, String> SETTINGS =
            Map.of("max_prepared_transactions", "20", "wal_level", "logical");

    private SharedServers() {}

    /**
     * The server of this major. Do not close it, and give what you make in it names that no other test uses.
     *
     * @param major one of {@link Majors#supported()}
     */
    public static PostgresServer server(int major) {
        return SERVERS.computeIfAbsent(major, number -> PostgresServer.start(number, SETTINGS));
    }
}
