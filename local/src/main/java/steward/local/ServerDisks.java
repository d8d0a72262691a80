package steward.local;

import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import steward.local.aws.DatabaseInstance;
import steward.local.aws.Disks;
import steward.local.postgres.PostgresServer;
import steward.local.postgres.Snapshot;

/** Instances that are Postgres servers; their images are physical copies. */
final class ServerDisks implements Disks, AutoCloseable {

    /** A server of ours is deleted with its instance; one that was given to us is only stopped. */
    private record Disk(PostgresServer server, boolean ours) {}

    private record Image(Snapshot snapshot, PostgresServer of) {}

    private final Map<String, Disk> disks = new ConcurrentHashMap<>();
    private final Map<String, Image> images = new ConcurrentHashMap<>();
    private final AtomicLong copied = new AtomicLong();

    /** The server of an instance that was not restored. */
    void attach(DatabaseInstance instance, PostgresServer server) {
        disks.put(instance.resourceId(), new Disk(server, false));
    }

    /** The server of an instance, if it has one. */
    Optional<PostgresServer> server(DatabaseInstance instance) {
        return Optional.ofNullable(disks.get(instance.resourceId())).map(Disk::server);
    }

    @Override
    public String copy(DatabaseInstance instance) {
        String id = "image-" + copied.incrementAndGet();
        PostgresServer server = find(instance);
        images.put(id, new Image(server.snapshot(), server));
        return id;
    }

    @Override
    public void forget(String id) {
        Image image = images.remove(id);
        if (image != null) {
            image.snapshot().delete();
        }
    }

    @Override
    public DatabaseInstance.Endpoint start(DatabaseInstance instance, String id) {
        Image image = Optional.ofNullable(images.get(id)).orElseThrow();
        // As with RDS, where both have the same parameter group.
        PostgresServer server =
                PostgresServer.start(image.of().installation(), image.of().settings(), image.snapshot());
        disks.put(instance.resourceId(), new Disk(server, true));
        return new DatabaseInstance.Endpoint(Installation.HOST, server.port());
    }

    @Override
    public void setMasterPassword(DatabaseInstance instance, String password) {
        try {
            find(instance).setMasterPassword(password);
        } catch (SQLException e) {
            throw new IllegalStateException("setting the master password of " + instance.identifier(), e);
        }
    }

    @Override
    public void remove(DatabaseInstance instance) {
        Disk disk = disks.remove(instance.resourceId());
        if (disk == null) {
            return;
        }
        if (disk.ours()) {
            disk.server().close();
            return;
        }
        disk.server().stop();
    }

    private PostgresServer find(DatabaseInstance instance) {
        return server(instance)
                .orElseThrow(
                        () -> new IllegalStateException("instance %s has no server".formatted(instance.identifier())));
    }

    /** Ends the servers that were restored, and deletes all copies. */
    @Override
    public void close() {
        disks.values().stream().filter(Disk::ours).forEach(disk -> disk.server().close());
        disks.clear();
        images.keySet().forEach(this::forget);
    }
}
