package steward.local;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;

/** Clients of a database that connect again as soon as they have lost their connection, or could not get one. */
final class ReconnectingClients implements AutoCloseable {
    private final TestInstallation steward;
    private final String instance;
    private final String site;
    private final String password;
    private final AtomicBoolean done = new AtomicBoolean();
    private final Semaphore connections = new Semaphore(0);
    private final List<Thread> threads;

    ReconnectingClients(TestInstallation steward, String instance, String site, int count) {
        this.steward = steward;
        this.instance = instance;
        this.site = site;
        this.password = steward.secret("acme", instance, site).path("password").asText();
        this.threads = IntStream.range(0, count)
                .mapToObj(i -> Thread.ofPlatform().start(this::reconnect))
                .toList();
    }

    /** Waits until so many connections have been made. */
    void awaitConnections(int count) {
        connections.acquireUninterruptibly(count);
    }

    private void reconnect() {
        while (!done.get()) {
            try (Connection connection = steward.server(instance).connectAs(site, password, site);
                    var statement = connection.createStatement()) {
                connections.release();
                while (!done.get()) {
                    statement.execute("SELECT 1");
                    Thread.sleep(1);
                }
            } catch (SQLException e) {
                // Disconnected or refused, as it should be: the next attempt follows at once.
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    @Override
    public void close() {
        done.set(true);
        threads.forEach(ReconnectingClients::join);
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted while clients end", e);
        }
    }
}
