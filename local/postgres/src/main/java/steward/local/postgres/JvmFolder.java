package steward.local.postgres;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The folder of this JVM's servers, and the list of those to stop when it ends. A lock on the file beside the folder says that
 * its JVM lives: the kernel takes it back however the JVM ends, and unlike a process id it is never given to another.
 */
final class JvmFolder {
    private static final String LOCK = ".lock";
    private static @Nullable JvmFolder instance;

    private final Path folder;
    private final FileLock lock;
    private final Certificates certificates = Certificates.make();
    private final Set<PostgresServer> running = ConcurrentHashMap.newKeySet();

    private JvmFolder(Path folder, FileLock lock) {
        this.folder = folder;
        this.lock = lock;
    }

    /** The one of this JVM. */
    static synchronized JvmFolder get() {
        JvmFolder opened = instance == null ? open() : instance;
        instance = opened;
        return opened;
    }

    private static JvmFolder open() {
        Path data = Folders.data();
        // Held while folders are made or deleted, so that nobody deletes one that is just being made.
        try (FileChannel all = channel(data.resolve("all" + LOCK))) {
            all.lock();
            deleteThoseOfTheDead(data);
            Path folder =
                    Files.createTempDirectory(data, ProcessHandle.current().pid() + "-");
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
            // Stays open, and thus locked, as long as this JVM lives.
            FileLock lock = channel(lockOf(folder)).lock();
            JvmFolder made = new JvmFolder(folder, lock);
            Files.writeString(made.rootCertificate(), made.certificates.root());
            Files.setPosixFilePermissions(made.rootCertificate(), PosixFilePermissions.fromString("rw-r--r--"));
            Runtime.getRuntime().addShutdownHook(new Thread(made::close, "stop Postgres servers"));
            return made;
        } catch (IOException failure) {
            throw new ServerFailed("making a folder in " + data, failure);
        }
    }

    private static void deleteThoseOfTheDead(Path data) throws IOException {
        try (Stream<Path> entries = Files.list(data)) {
            for (Path folder : entries.filter(Files::isDirectory).toList()) {
                deleteIfDead(folder);
            }
        }
    }

    private static void deleteIfDead(Path folder) throws IOException {
        try (FileChannel channel = channel(lockOf(folder));
                FileLock lock = channel.tryLock()) {
            if (lock == null) return;
            ServerProcess.endLeftovers(folder);
            Folders.delete(folder);
            Files.delete(lockOf(folder));
        }
    }

    private static FileChannel channel(Path file) throws IOException {
        return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    }

    private static Path lockOf(Path folder) {
        return folder.resolveSibling(folder.getFileName() + LOCK);
    }

    /** The certificate to verify every server of this JVM with, in PEM. */
    Path rootCertificate() {
        return folder.resolve("root.pem");
    }

    Certificates certificates() {
        return certificates;
    }

    /** A new folder that belongs to the server's user. */
    Path newServerFolder(String prefix) throws IOException {
        return ServerUser.own(Files.createTempDirectory(folder, prefix));
    }

    void started(PostgresServer server) {
        running.add(server);
    }

    void ended(PostgresServer server) {
        running.remove(server);
    }

    private void close() {
        List<Thread> stops = running.stream()
                .map(server -> Thread.ofPlatform().start(server::close))
                .toList();
        try {
            for (Thread stop : stops) {
                stop.join();
            }
            Folders.delete(folder);
            Files.deleteIfExists(lockOf(folder));
            lock.release();
        } catch (IOException failure) {
            throw new UncheckedIOException("deleting " + folder, failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
