package steward.local.virtual;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import steward.local.aws.DatabaseInstance;
import steward.local.aws.Disks;

/** Postgres servers, as far as workflows see them: databases with owners and content, roles, and copies of all that. */
final class ModelServers implements Disks {

    /** A database: its content stands for all rows. */
    record Database(String owner, String project, String content) {}

    /** What a server has; roles by name, with their project. */
    record Server(Map<String, Database> databases, Map<String, String> roles) {
        Server() {
            this(new TreeMap<>(), new TreeMap<>());
        }

        Server copy() {
            return new Server(new TreeMap<>(databases), new TreeMap<>(roles));
        }
    }

    private final Map<String, Server> byInstance = new TreeMap<>();
    private final Map<String, Server> images = new HashMap<>();
    private int made;

    /** The server of an instance, by the instance's identifier. */
    Server server(String instance) {
        return byInstance.computeIfAbsent(instance, unknown -> new Server());
    }

    Map<String, Server> all() {
        return byInstance;
    }

    @Override
    public String copy(DatabaseInstance instance) {
        String id = "image-" + made++;
        images.put(id, server(instance.identifier()).copy());
        return id;
    }

    @Override
    public void forget(String image) {
        images.remove(image);
    }

    @Override
    public DatabaseInstance.Endpoint start(DatabaseInstance instance, String image) {
        byInstance.put(
                instance.identifier(),
                Optional.ofNullable(images.get(image)).orElseThrow().copy());
        return new DatabaseInstance.Endpoint(instance.identifier() + ".local", 5432);
    }

    @Override
    public void setMasterPassword(DatabaseInstance instance, String password) {
        // Nobody logs in to a model.
    }

    @Override
    public void remove(DatabaseInstance instance) {
        byInstance.remove(instance.identifier());
    }
}
