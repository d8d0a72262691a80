package steward.local;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import steward.local.postgres.PostgresServer;

/** The servers of several majors, started side by side and stopped together. */
final class Servers implements AutoCloseable {
    private final Map<String, PostgresServer> byInstance;

    private Servers(Map<String, PostgresServer> byInstance) {
        this.byInstance = byInstance;
    }

    /** Starts one server a major: instances {@code local-pg13} and so on. */
    static Servers start(List<Integer> majors) {
        Map<String, PostgresServer> started = new ConcurrentHashMap<>();
        try {
            majors.parallelStream().forEach(major -> started.put("local-pg" + major, PostgresServer.start(major)));
        } catch (RuntimeException e) {
            new Servers(started).close();
            throw e;
        }
        return new Servers(new TreeMap<>(started));
    }

    Map<String, PostgresServer> byInstance() {
        return byInstance;
    }

    @Override
    public void close() {
        byInstance.values().parallelStream().forEach(PostgresServer::close);
    }
}
