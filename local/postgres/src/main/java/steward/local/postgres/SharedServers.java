package steward.local.postgres;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** One server of each major for all tests of a JVM: started when first asked for, stopped when the JVM ends. */
public final class SharedServers {
    private static final Map<Integer, PostgresServer> SERVERS = new ConcurrentHashMap<>();

    private SharedServers() {}

    /**
     * The server of this major. Do not close it, and give what you make in it names that no other test uses.
     *
     * @param major one of {@link Majors#supported()}
     */
    public static PostgresServer server(int major) {
        return SERVERS.computeIfAbsent(major, PostgresServer::start);
    }
}
